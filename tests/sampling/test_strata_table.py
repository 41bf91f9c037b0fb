from string import Formatter

import numpy as np
import pytest

from sampling.columns import Columns
from sampling.planning_messages import PLANNING_MESSAGES
from sampling.strata_messages import STRATA_MESSAGES
from sampling.strata_table import read_strata
from sampling.tabular import read_table

SOUND = """stratum,N,sd,share_ok,mean_days,cost,min,max,take_all,response,note
a,100,2.5,0.8,7,25000,2,,,0.3,x
b,1,0,1,9,30000,,1,yes,1,
c,50,1,0,3,1,60,50,Không,0.5,y
"""


def table(text: str) -> Columns:
    return Columns.of(read_table(text.encode(), "strata.csv"))


def faults(text: str) -> list[tuple[int | None, str, str]]:
    strata, found = read_strata(table(text))
    assert (strata is None) == bool(found)
    return [(fault.row, fault.column, fault.code) for fault in found]


def test_a_sound_table_gives_what_allocations_need() -> None:
    strata, found = read_strata(table(SOUND))
    assert found == ()
    assert strata is not None
    assert strata.labels == ("a", "b", "c")
    assert strata.sizes.tolist() == [100, 1, 50]
    assert set(strata.deviations) == {"", "ok"}
    assert strata.deviations["ok"] == pytest.approx([np.sqrt(0.16 * 100 / 99), 0, 0])
    assert strata.means["ok"].tolist() == [0.8, 1, 0]
    assert strata.means["days"].tolist() == [7, 9, 3]
    assert strata.least.tolist() == [2, 0, 60]
    assert strata.most.tolist() == [100, 1, 50]
    assert strata.take_all.tolist() == [False, True, False]
    assert strata.responses is not None
    assert strata.effects is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stratum\na\n", [(None, "N", "missing_column")]),
        ("stratum,N\na,1\na,2\n", [(3, "stratum", "repeated_stratum")]),
        ("stratum,N\n,1\n", [(2, "stratum", "missing_value")]),
        ("stratum,N\na,\nb,x\n", [(3, "N", "not_a_number")]),
        ("stratum,N\na,\nb,1.5\n", [(2, "N", "missing_value"), (3, "N", "not_whole")]),
        ("stratum,N\na,-1\n", [(2, "N", "not_whole")]),
        ("stratum,N,sd\na,1,-1\n", [(2, "sd", "not_at_least_zero")]),
        ("stratum,N,sd_x\na,1,\n", [(2, "sd_x", "missing_value")]),
        ("stratum,N,cost\na,1,0\n", [(2, "cost", "not_positive")]),
        ("stratum,N,share\na,1,80\n", [(2, "share", "not_share")]),
        ("stratum,N,response\na,1,0\n", [(2, "response", "not_rate")]),
        ("stratum,N,min\na,1,0.5\n", [(2, "min", "not_whole")]),
        ("stratum,N,take_all\na,1,maybe\n", [(2, "take_all", "unknown_word")]),
        ("stratum,N,min,max\na,9,5,3\n", [(2, "max", "cap_below_minimum")]),
        ("stratum,N,max,take_all\na,9,5,có\n", [(2, "max", "cap_below_minimum")]),
        (
            "stratum,N,sd,cost\na,1,-1,0\na,2.5,1,x\n",
            [
                *((2, "sd", "not_at_least_zero"), (3, "stratum", "repeated_stratum")),
                *((3, "N", "not_whole"), (3, "cost", "not_a_number")),
            ],
        ),
    ],
)
def test_every_fault_is_told_with_its_row(text: str, expected: list) -> None:
    assert faults(text) == expected


def test_faults_speak_both_languages() -> None:
    _, found = read_strata(table("stratum,N,min,max\na,9,5,3\n"))
    assert found[0].line("en") == "row 2, column max: the cap is 3 but this stratum must give 5"
    assert found[0].line("vi").startswith("dòng 2, cột max: tối đa là 3")


@pytest.mark.parametrize("texts", [PLANNING_MESSAGES, STRATA_MESSAGES])
def test_both_languages_quote_the_same_things(texts: dict[str, dict[str, str]]) -> None:
    for code, told in texts.items():
        assert set(told) == {"vi", "en"}, code
        quoted = [{name for _, name, _, _ in Formatter().parse(told[at])} for at in ("vi", "en")]
        assert quoted[0] - {None} == quoted[1] - {None}, code

from collections import Counter

import pytest

from sampling.draw_plan import read_draw_plan
from sampling.errors import SamplingError
from tests.sampling.draws.papers import dossiers, plan_of

GOOD = "method: stratified\nstratify_by: [unit]\nsizes: {A: 3, B: 2}\nsource: XSKT\n"


def test_json_is_a_plan_too_and_has_the_same_hash() -> None:
    text = '{"method":"stratified","stratify_by":["unit"],"sizes":{"A":3,"B":2},"source":"XSKT"}'
    assert plan_of(text) == plan_of(GOOD)
    assert plan_of(GOOD.replace("A: 3", "A: 4")).hash != plan_of(GOOD).hash


def test_a_size_in_all_is_shared_out_in_proportion() -> None:
    plan = plan_of("method: stratified\nstratify_by: [unit]\nsize: 9\nminimum: 2\nsource: X\n")
    found = {it.label: (it.dossiers, it.size, it.reserves) for it in plan.strata({"A": 80, "B": 5})}
    assert found == {"A": (80, 7, 7), "B": (5, 2, 2)}


def test_strata_are_named_by_their_columns() -> None:
    plan = plan_of("method: stratified\nstratify_by: [unit, field]\nsize: 2\nsource: X\n")
    rows = dossiers([("1", "A", "Đất đai"), ("2", "A", "Hộ tịch"), ("3", "A", "Đất đai")])
    assert Counter(map(plan.stratum, rows)) == {"A/Đất đai": 2, "A/Hộ tịch": 1}
    whole = plan_of("method: srs\nsize: 2\nsource: X\n")
    assert {whole.stratum(row) for row in rows} == {""}


def test_a_rate_is_kept_as_it_was_written() -> None:
    plan = plan_of('method: arriving\nstratify_by: [unit]\nrates: {A: 0.1, B: "1/3", C: 1}\n')
    assert [(it.label, it.rate) for it in plan.strata({})] == [
        ("A", "0.1"),
        ("B", "1/3"),
        ("C", "1"),
    ]


def test_a_stratum_of_the_frame_without_a_size_is_refused() -> None:
    with pytest.raises(SamplingError, match="stratum 'C'"):
        plan_of(GOOD).strata({"A": 5, "C": 1})


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("- a", "wrong_kind", ""),
        (GOOD.replace("stratified", "cube"), "not_public", "method"),
        (GOOD.replace("[unit]", "[phone]"), "not_hashed", "stratify_by"),
        ("method: srs\nstratify_by: [unit]\nsize: 2\nsource: X\n", "not_hashed", "stratify_by"),
        (GOOD + "respondents: [robot]\n", "bad_entry", "respondents"),
        (GOOD + "size: 3\n", "one_of", ""),
        (GOOD.replace("sizes: {A: 3, B: 2}", "rates: {A: 0.5}"), "one_of", ""),
        (GOOD.replace("source: XSKT", "purpose: main"), "needed", "source"),
        (GOOD.replace("A: 3", "A: -3"), "not_a_count", "sizes.A"),
        (GOOD.replace("{A: 3, B: 2}", "[3]"), "wrong_kind", "sizes"),
        (GOOD + "reserves: nhiều\n", "not_a_count", "reserves"),
        (GOOD + "seed: 7\n", "unknown_key", "seed"),
        ("method: arriving\nrates: {A: 3/2}\n", "bad_rate", "rates.A"),
    ],
)
def test_every_fault_of_a_plan_has_its_place(text: str, code: str, place: str) -> None:
    plan, found = read_draw_plan(text.encode())
    assert plan is None
    assert (code, place) in [(fault.code, fault.column) for fault in found]
    assert all(fault.line("vi") for fault in found)

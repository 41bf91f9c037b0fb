import math

import pytest
from hypothesis import given, strategies as st

from analysis.estimation import estimated
from analysis.results import ResultRow
from analysis.specification import DesignColumns, Request, Specification, read_specification
from sampling.tabular import read_table

DESIGN = "design: {weights: w, strata: [s], fpc: [N]}\n"
DATA = """w,s,N,unit,age,q1,q2
5,a,10,X,17,1,
5,a,10,Y,30,3,4
4,b,12,X,40,2,5
4,b,12,Y,50,,1
4,b,12,Y,60,6,2
"""


def spec_faults(text: str) -> list[tuple[str, str]]:
    specification, faults = read_specification(text.encode())
    assert (specification is None) == bool(faults)
    return [(fault.column, fault.code) for fault in faults]


def results(text: str, data: str = DATA) -> tuple[tuple[ResultRow, ...], list[tuple]]:
    specification, faults = read_specification(text.encode())
    assert specification is not None, [fault.line("en") for fault in faults]
    rows, data_faults = estimated(specification, read_table(data.encode(), "data.csv"))
    for fault in data_faults:
        assert fault.message("vi")
        assert fault.message("en")
    return rows, [(fault.row, fault.column, fault.code) for fault in data_faults]


def test_a_specification_is_read_whole() -> None:
    text = """
design: {weights: w, strata: [s], clusters: [c], fpc: [N], nest: true, lonely: error}
missing: drop
estimates:
  - {name: m, stat: mean, of: [q1, q2], over: [unit], where: age >= 18, interval: t, level: 0.9}
  - {name: t, stat: total, of: q1}
"""
    assert read_specification(text.encode()) == (
        Specification(
            DesignColumns("w", ("s",), ("c",), ("N",), nest=True),
            (
                Request("m", "mean", ("q1", "q2"), ("unit",), "age >= 18", 0.9),
                Request("t", "total", ("q1",)),
            ),
            drop_missing=True,
        ),
        (),
    )


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: [1", [("", "broken_yaml")]),
        ("[" * 5000, [("", "broken_yaml")]),
        ("", [("", "wrong_kind")]),
        ("estimates: [{name: m, stat: mean, of: [q1]}]", [("design", "wrong_kind")]),
        (
            "design: {strata: s}\nestimates: [{name: m, stat: mean, of: [q1]}]",
            [("design.weights", "missing_key")],
        ),
        (DESIGN + "estimates: []", [("estimates", "wrong_kind")]),
        (DESIGN + "estimates: [3]", [("estimates[0]", "wrong_kind")]),
        (
            DESIGN + "estimates: [{stat: mean, of: [q1]}]",
            [("estimates[0].name", "missing_key")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: ratio, of: [q1]}]",
            [("estimates[0].of", "two_columns")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: median, of: [q1]}]",
            [("estimates[0].stat", "unknown_word")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: mean, of: [1]}]",
            [("estimates[0].of[0]", "wrong_kind")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: mean, of: [q1], ovr: [u], level: 95}]",
            [("estimates[0].ovr", "unknown_key"), ("estimates[0].level", "bad_level")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: mean, of: [q1], where: 'age >'}]",
            [("estimates[0].where", "reason")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: mean, of: [q1], interval: logit}]",
            [("estimates[0].interval", "only_for")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: mean, of: [q1], at: [0.5]}]",
            [("estimates[0].at", "only_for")],
        ),
        (
            DESIGN + "estimates: [{name: m, stat: quantile, of: [q1], at: [0.5, 2]}]",
            [("estimates[0].at[1]", "bad_level")],
        ),
        (
            "design: {weights: w, clusters: [a, b], fpc: [A, 1], lonely: perhaps, nest: 1}\n"
            "calibration: [RECIPE.yaml]\nmissing: ignore\n"
            "estimates: [{name: m, stat: mean, of: [q1]}]",
            [
                ("calibration", "wrong_kind"),
                ("design.nest", "wrong_kind"),
                ("design.lonely", "unknown_word"),
                ("design.fpc[1]", "wrong_kind"),
                ("missing", "unknown_word"),
            ],
        ),
    ],
)
def test_each_fault_names_its_entry(text: str, faults: list[tuple[str, str]]) -> None:
    assert sorted(spec_faults(text)) == sorted(faults)


def test_an_entry_written_twice_is_told_with_its_line() -> None:
    text = "design: {weights: w}\nestimates: []\nestimates: []\n"
    _, faults = read_specification(text.encode())
    assert [(fault.row, fault.code) for fault in faults] == [(3, "broken_yaml")]


def test_faults_speak_both_languages() -> None:
    text = "design: {weights: w}\nestimates: [{name: m, stat: mean, of: [q1], where: 'age >'}]"
    _, faults = read_specification(text.encode())
    assert "không đọc được điều kiện «age >»" in faults[0].line("vi")
    assert "estimates[0].where" in faults[0].line("en")


@given(st.binary(max_size=80))
def test_no_content_breaks_the_reader(content: bytes) -> None:
    specification, faults = read_specification(content)
    assert (specification is None) == bool(faults)
    for fault in faults:
        assert fault.line("vi")


def test_results_come_by_estimate_variable_and_domain() -> None:
    text = DESIGN + (
        "missing: drop\nestimates: [{name: m, stat: mean, of: [q1, q2], over: [unit]},"
        " {name: t, stat: total, of: [age], where: age >= 18, level: 0.5}]"
    )
    rows, faults = results(text)
    assert faults == []
    assert [(row.name, row.variable, row.domain, row.n) for row in rows] == [
        ("m", "q1", {"unit": "X"}, 2),
        ("m", "q1", {"unit": "Y"}, 2),
        ("m", "q2", {"unit": "X"}, 1),
        ("m", "q2", {"unit": "Y"}, 3),
        ("t", "age", {}, 4),
    ]
    assert rows[0].estimate == pytest.approx((5 * 1 + 4 * 2) / 9)
    assert rows[4].estimate == pytest.approx(5 * 30 + 4 * (40 + 50 + 60))
    assert rows[4].df == 2
    assert rows[4].upper - rows[4].estimate == pytest.approx(rows[4].se * 0.816496580927726)
    assert math.isnan(rows[2].lower)


@pytest.mark.parametrize(
    ("estimate", "faults"),
    [
        ("{name: m, stat: mean, of: [q1]}", [(5, "q1", "missing_answer")]),
        (
            "{name: m, stat: mean, of: [q1, q2]}",
            [(5, "q1", "missing_answer"), (2, "q2", "missing_answer")],
        ),
        ("{name: m, stat: mean, of: [q2], where: age >= 18}", []),
        ("{name: m, stat: mean, of: [ghost]}", [(1, "ghost", "missing_column")]),
        ("{name: m, stat: mean, of: [age], over: [ghost]}", [(1, "ghost", "missing_column")]),
        ("{name: m, stat: mean, of: [age], where: ghost > 1}", [(1, "ghost", "missing_column")]),
        ("{name: m, stat: mean, of: [age], where: age > 99}", [(None, "m.where", "nobody")]),
        ("{name: m, stat: mean, of: [age], over: [q1]}", [(5, "q1", "missing_value")]),
        (
            "{name: m, stat: mean, of: [age], where: unit > 1}",
            [(row, "unit", "not_a_number") for row in range(2, 7)],
        ),
    ],
)
def test_what_the_data_lack_is_told_with_row_and_column(estimate: str, faults: list) -> None:
    rows, found = results(f"{DESIGN}estimates: [{estimate}]")
    assert found == faults
    assert bool(rows) == (not faults)


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        (("5,a,10,X", "-5,a,10,X"), [(2, "w", "negative_weight")]),
        (("5,a,10,X", ",a,10,X"), [(2, "w", "missing_value")]),
        (("X,17,1,", "X,17,1,,1,5"), [(2, "", "extra_cells")]),
        (("5,a,10,X", '"1.234,5",a,10,X'), [(2, "w", "ambiguous_number")]),
        (("5,a,10,X", "x,a,10,X"), [(2, "w", "not_a_number")]),
        (("5,a,10,X", "5,,10,X"), [(2, "s", "missing_value")]),
        (("5,a,10,X", "5,a,9,X"), [(None, "s", "reason")]),
        (("5,a,10,X", "5,c,10,X"), [(None, "age", "reason")]),
        (("4,b,12,X", "4,b,2,X"), [(None, "s", "reason")]),
        (("w,s,N", "w,s,w"), [(1, "w", "duplicate_column")]),
    ],
)
def test_a_bad_design_column_is_told(change: tuple[str, str], faults: list) -> None:
    text = DESIGN + "estimates: [{name: m, stat: mean, of: [age]}]"
    assert results(text, DATA.replace(*change))[1] == faults


def test_an_answer_of_weight_zero_may_be_missing() -> None:
    text = "design: {weights: w}\nestimates: [{name: m, stat: mean, of: [q]}]"
    rows, faults = results(text, "w,q\n1,2\n0,\n1,4\n")
    assert faults == []
    assert (rows[0].estimate, rows[0].n) == (3.0, 2)


def test_a_lonely_stratum_is_told_in_vietnamese() -> None:
    text = DESIGN + "estimates: [{name: m, stat: mean, of: [age]}]"
    specification, _ = read_specification(text.encode())
    assert specification is not None
    table = read_table(DATA.replace("5,a,10,X", "5,c,10,X").encode(), "data.csv")
    _, faults = estimated(specification, table)
    assert "tầng «a» chỉ có một chùm" in faults[0].message("vi")


def test_a_table_without_rows_is_a_fault() -> None:
    text = DESIGN + "estimates: [{name: m, stat: mean, of: [age]}]"
    assert results(text, "w,s,N,age\n")[1] == [(None, "", "no_rows")]
    assert results(text, "")[1] == [(None, "", "empty_table")]

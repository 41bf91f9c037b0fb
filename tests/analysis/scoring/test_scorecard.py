"""Score tables: what is settled, and every fault with row and column."""

from fractions import Fraction

import pytest

from analysis.scoring.reading import read_scheme_file
from analysis.scoring.score_row import Provenance
from analysis.scoring.scorecard import read_scorecard
from sampling.tabular import read_table

SCHEME = read_scheme_file(
    b"""
name: n
groups: {departments: {}, communes: {}}
fields:
  - code: "1"
    criteria:
      - {code: "1.1", max_points: 2, rule: {kind: linear, from: 0.8, to: 1}}
      - {code: "1.2", max_points: 5, groups: [communes]}
  - code: "3"
    criteria: [{code: SURVEY, max_points: 30, source: survey, rule: {kind: proportional}}]
matrix: [{item: overall, audience: citizen, criterion: SURVEY}]
bonus: {cap: 2}
penalty: {cap: 5}
"""
).scheme


def read(text, **options):
    return read_scorecard(SCHEME, read_table(text.encode(), "scores.csv"), **options)


def faults(text, **options):
    """Row, column, value and code of all faults, each of which must have both messages."""
    found = read(text, **options).faults
    for fault in found:
        assert fault.message("vi")
        assert fault.message("en") != fault.message("vi")
    return [(fault.row, fault.column, fault.value, fault.code) for fault in found]


def one(header, cells, rest="departments,A,SURVEY,20"):
    """The faults of row 2 of a table of one department whose other criterion is in order."""
    return faults(f"group,unit,criterion,points{header}\ndepartments,A,1.1{cells}\n{rest}\n")


def test_a_complete_table_is_settled_exactly():
    reading = read(
        "group;unit;criterion;points\ndepartments;A;1.1;1,55\ndepartments;A;SURVEY;20.125\n"
        "communes;Xã B;1.1;0\ncommunes;Xã B;1.2;5\ncommunes;Xã B;SURVEY;30\n"
        "departments;A;BONUS;7\n"
    )
    assert reading.faults == ()
    assert [(e.unit, e.criterion, e.points) for e in reading.entries] == [
        ("A", "1.1", Fraction(155, 100)),
        ("A", "SURVEY", Fraction(20125, 1000)),
        ("Xã B", "1.1", 0),
        ("Xã B", "1.2", 5),
        ("Xã B", "SURVEY", 30),
        ("A", "BONUS", 7),
    ]


@pytest.mark.parametrize(
    ("cells", "points", "provenance"),
    [
        ("1.5,,,1.2,1.8", "1.5", Provenance.POINTS),
        (",9,10,1.2,1.9", "1.8", Provenance.RULE),
        (",,,1.2,1.8", "1.2", Provenance.VERIFIED),
        (",,,,1.8", "1.8", Provenance.SELF),
        ("-,,,-,1.8", "1.8", Provenance.SELF),
        ("1.8,9,10,,", "1.8", Provenance.POINTS),
    ],
)
def test_points_win_then_the_rule_then_verified_then_self_points(cells, points, provenance):
    reading = read(
        "group,unit,criterion,points,numerator,denominator,verified_points,self_points\n"
        f"departments,A,1.1,{cells}\ndepartments,A,SURVEY,20,,,,\n"
    )
    assert reading.faults == ()
    assert (reading.entries[0].points, reading.entries[0].provenance) == (
        Fraction(points),
        provenance,
    )


def test_a_value_makes_points_by_the_rule():
    reading = read(
        'group,unit,criterion,value\ndepartments,A,1.1,"0,95"\ndepartments,A,SURVEY,0.8333\n'
    )
    assert reading.faults == ()
    assert [e.points for e in reading.entries] == [Fraction("1.9"), Fraction("24.999")]


@pytest.mark.parametrize("word", ["no", "không", "No", "KHÔNG"])
@pytest.mark.parametrize("cell", ["", "-", "–"])
def test_no_points_and_applicable_no_mean_not_applicable(word, cell):
    reading = read(
        "group,unit,criterion,points,self_points,applicable\n"
        f"departments,A,1.1,{cell},1,{word}\ndepartments,A,SURVEY,20,,có\n"
    )
    assert reading.faults == ()
    assert reading.entries[0].points is None
    assert reading.entries[0].provenance is Provenance.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2.0001", "above_maximum"),
        ("-0.5", "negative"),
        ("NaN", "not_finite"),
        ("inf", "not_finite"),
        ('"1.234,5"', "ambiguous_number"),
        ("tốt", "not_a_number"),
        ("1 000", "ambiguous_number"),
        ("", "missing_points"),
        ("-", "missing_points"),
    ],
)
def test_points_that_cannot_be_are_refused(cell, code):
    assert one("", f",{cell}") == [(2, "points", cell.strip('"'), code)]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (",max_points", ",1,3", ("max_points", "3", "other_maximum")),
        (",self_points", ",1,2.5", ("self_points", "2.5", "above_maximum")),
        (",verified_points", ",1,x", ("verified_points", "x", "not_a_number")),
        (",applicable", ",1,maybe", ("applicable", "maybe", "neither_yes_nor_no")),
        (",applicable", ",1,no", ("points", "1", "points_not_applicable")),
        (",value,applicable", ",,0.9,no", ("value", "0.9", "points_not_applicable")),
        (",applicable", ",-,", ("points", "-", "missing_points")),
        (",value", ",1,5", ("value", "5", "above_full")),
        (",value", ",1,0.9", ("points", "1", "points_disagree")),
        (",value", ",,nan", ("value", "nan", "not_finite")),
        (",numerator,denominator", ",,3,0", ("denominator", "0", "zero_denominator")),
        (",numerator,denominator", ",,3,2", ("numerator", "3", "numerator_above_denominator")),
        (",numerator,denominator", ",,3,", ("denominator", "", "half_a_ratio")),
        (",numerator,denominator", ",,,3", ("numerator", "", "half_a_ratio")),
        (",numerator,denominator", ",,-3,4", ("numerator", "-3", "negative")),
        (
            ",numerator,denominator,excluded",
            ",,3,4,1",
            ("excluded", "1", "rule_takes_no_value"),
        ),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_column(header, cells, expected):
    assert one(header, cells) == [(2, *expected)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("departments,A,1.1,1", [(4, "criterion", "1.1", "duplicate_score")]),
        ("departments,A,9.9,1", [(4, "criterion", "9.9", "unknown_criterion")]),
        ("departments,A,1.2,1", [(4, "criterion", "1.2", "criterion_of_other_group")]),
        ("schools,A,1.1,1", [(4, "group", "schools", "unknown_group")]),
        ("communes,A,1.2,1", [(4, "group", "communes", "unit_in_two_groups")]),
        (",A,BONUS,1", [(4, "group", "", "missing_value")]),
        ("departments,,BONUS,1", [(4, "unit", "", "missing_value")]),
        ("departments,A,,1", [(4, "criterion", "", "missing_value")]),
        ("departments,A,PENALTY,-1", [(4, "points", "-1", "negative")]),
        (
            "departments,B,1.1,1",
            [(4, "criterion", "SURVEY", "missing_criterion")],
        ),
    ],
)
def test_a_row_that_does_not_belong_is_told(row, expected):
    text = f"group,unit,criterion,points\ndepartments,A,1.1,1\ndepartments,A,SURVEY,20\n{row}\n"
    assert faults(text) == expected


def test_every_missing_criterion_is_told_at_the_units_first_row():
    assert faults("group,unit,criterion,points\n\ncommunes,X,BONUS,1\n") == [
        (3, "criterion", code, "missing_criterion") for code in ("1.1", "1.2", "SURVEY")
    ]


def test_the_matrix_supplies_survey_criteria_later():
    text = "group,unit,criterion,points\ndepartments,A,1.1,1\n"
    assert faults(text) == [(2, "criterion", "SURVEY", "missing_criterion")]
    assert faults(text, survey_follows=True) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "group,unit,criterion,score\n",
            [
                (1, "score", "score", "unknown_column"),
                (1, "points", "", "no_points_column"),
                (1, "", "", "no_rows"),
            ],
        ),
        ("group,criterion,points\na,b,1\n", [(1, "unit", "", "missing_column")]),
        ("group,unit,criterion,points\n", [(1, "", "", "no_rows")]),
        ("", [(None, "", "", "empty_table")]),
    ],
)
def test_a_header_that_does_not_serve_is_told(text, expected):
    assert faults(text) == expected


def test_an_unquoted_decimal_comma_is_told_and_never_cut_off():
    text = "group,unit,criterion,points\ndepartments,A,1.1,1,5\ndepartments,A,SURVEY,20\n"
    assert (2, "", "5", "extra_cells") in faults(text)


def test_a_unit_to_which_nothing_applies_is_told():
    text = (
        "group,unit,criterion,points,applicable\n"
        "departments,A,1.1,,no\ndepartments,A,SURVEY,,no\ndepartments,A,BONUS,1,\n"
    )
    assert faults(text) == [(2, "applicable", "A", "nothing_applicable")]


def test_bonus_is_unknown_to_a_set_without_bonus():
    scheme = read_scheme_file(
        b"name: n\ngroups: {a: {}}\nfields: [{code: '1', criteria: [{code: x, max_points: 1}]}]"
    ).scheme
    table = read_table(b"group,unit,criterion,points\na,A,x,1\na,A,BONUS,1\n", "s.csv")
    (fault,) = read_scorecard(scheme, table).faults
    assert (fault.row, fault.column, fault.code) == (3, "criterion", "unknown_criterion")


def test_all_faults_of_a_table_are_listed_at_once():
    text = (
        "group,unit,criterion,points,self_points,applicable\n"
        "departments,A,1.1,x,-1,maybe\nschools,A,SURVEY,99,nan,\n"
    )
    assert [(row, column, code) for row, column, _, code in faults(text)] == [
        (2, "points", "not_a_number"),
        (2, "self_points", "negative"),
        (2, "applicable", "neither_yes_nor_no"),
        (3, "group", "unknown_group"),
        (3, "self_points", "not_finite"),
        (3, "points", "above_maximum"),
    ]


def test_faults_come_in_the_order_of_rows():
    text = "group,unit,criterion,points\ndepartments,A,1.1,-1\ndepartments,B,1.1,9\nx,C,1.1,1\n"
    assert [(fault[0], fault[3]) for fault in faults(text)] == [
        (2, "negative"),
        (2, "missing_criterion"),
        (3, "above_maximum"),
        (3, "missing_criterion"),
        (4, "unknown_group"),
    ]


def test_a_header_that_names_a_column_twice_is_the_only_thing_told():
    text = "group,unit,criterion,unit\ndepartments,A,1.1,2\n"
    assert {fault[0] for fault in faults(text)} == {1}
    assert (1, "unit", "unit", "duplicate_column") in faults(text)


def test_a_unit_that_lacks_nearly_everything_is_told_once():
    criteria = ", ".join(f"{{code: c{number}, max_points: 1}}" for number in range(22))
    scheme = read_scheme_file(
        f"{{name: n, groups: {{g: {{}}}}, fields: [{{code: f, criteria: [{criteria}]}}]}}".encode()
    ).scheme
    table = read_table(b"group,unit,criterion,points\ng,A,c0,1\n", "a.csv")
    (fault,) = read_scorecard(scheme, table).faults
    assert (fault.row, fault.value, fault.code) == (2, "c1", "missing_criteria")
    assert "21" in fault.message("vi")

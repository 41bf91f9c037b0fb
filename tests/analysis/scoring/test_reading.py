"""Criteria sets as documents: what is read, and every fault with its path."""

import copy
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from analysis.scoring.reading import read_scheme, read_scheme_file
from analysis.scoring.rules.shares import Proportional
from analysis.scoring.rules.tiers import Tiers
from analysis.scoring.scheme import Decision, NotApplicable, Source, Tie, TieKind

EXAMPLE = Path(__file__).parents[3] / "app" / "data" / "criteria" / "example.yaml"

DOCUMENTED = """
name: Bộ chỉ số CCHC các sở
decision: {number: "12/QĐ-UBND", date: 2026-01-15}
groups:
  departments: {title: "Sở, ban, ngành", ties: [criterion:SURVEY], decimals: 2,
                bands: [{name: Xuất sắc, from: 90}, {name: Tốt, from: 80}, {name: Yếu, from: 0}]}
fields:
  - code: "1"
    title: Chỉ đạo, điều hành
    criteria:
      - {code: "1.1", title: Kế hoạch, max_points: 0.1, source: verified,
         rule: {kind: tiers, tiers: [{from: 1.0, points: "0,1"}, {from: 0, points: 0}]}}
      - {code: "SURVEY", title: Điều tra, max_points: 30, source: survey,
         rule: {kind: proportional}}
bonus: {cap: 2}
penalty: {cap: 5}
not_applicable: rebase
"""


def document(**changes):
    """A small valid criteria set; a change replaces a section, None removes it."""
    whole = {
        "name": "n",
        "groups": {"a": {}},
        "fields": [{"code": "1", "criteria": [{"code": "1.1", "max_points": "2"}]}],
    }
    whole.update(changes)
    return {key: value for key, value in whole.items() if value is not None}


def criterion(**keys):
    return document(
        fields=[{"code": "1", "criteria": [{"code": "1.1", "max_points": "2", **keys}]}]
    )


def rule(**keys):
    return criterion(rule=keys)


def places(content):
    """Paths and codes of all faults, each of which must have both messages."""
    faults = read_scheme(content).faults
    for fault in faults:
        assert "{" not in fault.message("vi").replace("{…}", "")
        assert fault.message("en") != fault.message("vi")
        assert fault.line("vi").startswith(fault.column)
    return [(fault.column, fault.code) for fault in faults]


def test_the_documented_form_is_read_exactly():
    scheme = read_scheme_file(DOCUMENTED.encode()).scheme
    assert scheme.decision == Decision("12/QĐ-UBND", "2026-01-15")
    (group,) = scheme.groups
    assert group.ties == (Tie(TieKind.CRITERION, "SURVEY"),)
    assert [(band.name, band.lowest) for band in group.bands] == [
        ("Xuất sắc", 90),
        ("Tốt", 80),
        ("Yếu", 0),
    ]
    plan, survey = scheme.criteria()
    assert plan.max_points == Fraction(1, 10)
    assert isinstance(plan.rule, Tiers)
    assert plan.rule.tiers[0].earned == Fraction(1, 10)
    assert (survey.source, survey.rule) == (Source.SURVEY, Proportional())
    assert (scheme.bonus_cap, scheme.penalty_cap) == (2, 5)
    assert scheme.not_applicable is NotApplicable.REBASE


def test_a_mapping_parsed_with_floats_and_dates_reads_the_same():
    parsed_elsewhere = read_scheme(yaml.safe_load(DOCUMENTED))
    assert parsed_elsewhere.faults == ()
    assert parsed_elsewhere.scheme == read_scheme_file(DOCUMENTED.encode()).scheme


def test_the_example_is_marked_and_has_a_hundred_points_with_twenty_eight_from_surveys():
    reading = read_scheme_file(EXAMPLE.read_bytes())
    assert reading.faults == ()
    scheme = reading.scheme
    assert scheme.name == "Bộ tiêu chí VÍ DỤ, không phải văn bản của tỉnh nào"
    assert len(scheme.fields) == 7
    for group in scheme.groups:
        criteria = scheme.criteria_of(group.code)
        surveyed = [c for c in criteria if c.source is Source.SURVEY]
        assert sum(c.max_points for c in criteria) == 100
        assert sum(c.max_points for c in surveyed) == 28
        assert {c.code for c in surveyed} == scheme.linked_criteria()
        assert [band.lowest for band in group.bands] == [90, 80, 70, 50, 0]
    assert {link.item for link in scheme.matrix} == {
        "access",
        "procedure",
        "officer",
        "result",
        "feedback",
        "overall",
    }


def test_every_rule_kind_can_be_read():
    kinds = [
        {"kind": "tiers", "tiers": [{"from": "0", "points": "1"}], "may_exceed": "true"},
        {"kind": "proportional", "full": "100"},
        {"kind": "linear", "from": "0,8", "to": "1", "formula": "between", "may_exceed": True},
        {"kind": "threshold", "from": "0.95", "strict": "true", "otherwise": "1"},
        {"kind": "checklist", "items": {"a": "1", "b": "0,5"}},
        {"kind": "choice", "options": {"a": "2", "b": "0"}},
        {"kind": "option_values", "values": {"A": "1", "B": "0.6"}},
        {"kind": "date_tiers", "tiers": [{"until": "31/01/2026", "points": "2"}], "otherwise": "1"},
        {"kind": "deduction", "per_event": "0.25", "floor": "-0.25"},
        {"kind": "ratio", "no_event": "full", "scored_by": {"kind": "threshold", "from": "1"}},
        {"kind": "weighted_mean", "audiences": {"citizen": "2", "business": "1"}},
        {"kind": "manual"},
    ]
    for keys in kinds:
        assert places(rule(**keys)) == []
        (read,) = read_scheme(rule(**keys)).scheme.criteria()
        assert read.rule.kind == keys["kind"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("text", [("", "not_a_mapping")]),
        ({}, [("name", "missing_key"), ("groups", "missing_key"), ("fields", "missing_key")]),
        (document(nmae="x"), [("nmae", "unknown_key")]),
        (document(name=""), [("name", "missing_value")]),
        (document(groups={}), [("groups", "empty_section")]),
        (document(groups=["a"]), [("groups", "not_a_mapping")]),
        (document(fields=[]), [("fields", "empty_section")]),
        (document(fields={"1": {}}), [("fields", "not_a_list")]),
        (document(not_applicable="skip"), [("not_applicable", "unknown_word")]),
        (document(bonus={}), [("bonus.cap", "missing_key")]),
        (document(penalty={"cap": "-1"}), [("penalty.cap", "out_of_range")]),
        (document(decision={"number": "1"}), [("decision.date", "missing_key")]),
        (document(groups={"a": {"decimals": "2,5"}}), [("groups.a.decimals", "not_whole")]),
        (document(total="3"), [("total", "wrong_total")]),
        (
            document(survey_missing="not_applicable", not_applicable="full_points"),
            [("survey_missing", "missing_needs_rebase")],
        ),
        (criterion(max_points="0"), [("fields[0].criteria[0].max_points", "not_positive")]),
        (criterion(max_points="-1"), [("fields[0].criteria[0].max_points", "out_of_range")]),
        (criterion(max_points=".nan"), [("fields[0].criteria[0].max_points", "not_a_number")]),
        (
            criterion(max_points="1.000,5"),
            [("fields[0].criteria[0].max_points", "ambiguous_number")],
        ),
        (criterion(max_points=True), [("fields[0].criteria[0].max_points", "not_a_number")]),
        (criterion(code=1.10), [("fields[0].criteria[0].code", "not_text_value")]),
        (criterion(code="BONUS"), [("fields[0].criteria[0].code", "reserved_code")]),
        (criterion(source="rumour"), [("fields[0].criteria[0].source", "unknown_word")]),
        (
            criterion(groups=["a", "b"]),
            [("fields[0].criteria[0].groups[1]", "unknown_scheme_group")],
        ),
    ],
)
def test_a_fault_is_told_with_its_path(content, expected):
    assert places(content) == expected


RULE = "fields[0].criteria[0].rule"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, [("kind", "missing_key")]),
        ({"kind": "magic"}, [("kind", "unknown_kind")]),
        ({"kind": "manual", "points": "1"}, [("points", "unknown_key")]),
        ({"kind": "tiers"}, [("tiers", "missing_key")]),
        ({"kind": "tiers", "tiers": []}, [("tiers", "empty_section")]),
        (
            {"kind": "tiers", "tiers": [{"from": "0", "points": "3"}]},
            [("tiers[0].points", "points_above_maximum")],
        ),
        (
            {
                "kind": "tiers",
                "tiers": [{"from": "0.5", "points": "1"}, {"from": "0,5", "points": "0"}],
            },
            [("tiers[1].from", "tiers_not_ordered")],
        ),
        ({"kind": "linear", "from": "1", "to": "0.8"}, [("", "cuts_not_ordered")]),
        ({"kind": "linear", "from": "80", "to": "100"}, [("", "cuts_not_ordered")]),
        (
            {"kind": "linear", "from": "0", "to": "1", "formula": "cubic"},
            [("formula", "unknown_word")],
        ),
        ({"kind": "threshold", "from": "x"}, [("from", "not_a_number")]),
        ({"kind": "threshold", "from": "1", "strict": "maybe"}, [("strict", "not_a_flag")]),
        (
            {"kind": "checklist", "items": {"a": "1.5", "b": "1"}},
            [("items", "points_above_maximum")],
        ),
        ({"kind": "choice", "options": {"a": "1", "A": "2"}}, [("options.A", "duplicate_key")]),
        ({"kind": "option_values", "values": {"A": "100"}}, [("values.A", "out_of_range")]),
        (
            {"kind": "date_tiers", "tiers": [{"until": "tháng 1", "points": "1"}]},
            [("tiers[0].until", "bad_date")],
        ),
        (
            {
                "kind": "date_tiers",
                "tiers": [
                    {"until": "2026-02-28", "points": "2"},
                    {"until": "2026-01-31", "points": "1"},
                ],
            },
            [("tiers[1]", "tiers_not_ordered")],
        ),
        ({"kind": "deduction", "per_event": "0"}, [("per_event", "not_positive")]),
        ({"kind": "deduction", "per_event": "1", "floor": "-3"}, [("floor", "out_of_range")]),
        ({"kind": "ratio", "no_event": "5"}, [("no_event", "points_above_maximum")]),
        (
            {"kind": "ratio", "scored_by": {"kind": "choice", "options": {"a": "1"}}},
            [("scored_by.kind", "unknown_kind")],
        ),
        (
            {
                "kind": "weighted_mean",
                "audiences": {"a": "0"},
                "scored_by": {"kind": "proportional", "full": "100"},
            },
            [("audiences.a", "not_positive"), ("scored_by", "inner_rule_needs_share")],
        ),
    ],
)
def test_a_fault_of_a_rule_is_told_with_its_path(keys, expected):
    paths = [(f"{RULE}.{path}" if path else RULE, code) for path, code in expected]
    assert places(rule(**keys)) == paths


def test_doubled_codes_are_found_across_fields():
    field = {"code": "1", "criteria": [{"code": "1.1", "max_points": 2}]}
    content = document(fields=[field, copy.deepcopy(field)])
    assert places(content) == [
        ("fields[1].code", "duplicate_field"),
        ("fields[1].criteria[0].code", "duplicate_criterion"),
    ]
    assert "fields[0].criteria[0].code" in read_scheme(content).faults[1].message("vi")


def test_a_field_code_that_would_double_a_result_column_is_refused():
    content = document(fields=[{"code": "percent", "criteria": [{"code": "x", "max_points": 1}]}])
    assert places(content) == [("fields[0].code", "reserved_code")]


@pytest.mark.parametrize(
    ("total", "groups"), [("1", ["a"]), ("1,5", ["b", "c"]), ("2", ["a", "b", "c"])]
)
def test_a_field_states_its_total_for_every_group(total, groups):
    criteria = [
        {"code": "x", "max_points": 1},
        {"code": "y", "max_points": "0,5", "groups": ["a"]},
    ]
    content = document(
        groups={"a": {}, "b": {}, "c": {}},
        fields=[{"code": "1", "max_points": total, "criteria": criteria}],
    )
    assert places(content) == [("fields[0].max_points", "wrong_field_total")] * len(groups)
    assert [fault.params["group"] for fault in read_scheme(content).faults] == groups


def test_bands_descend_and_have_different_names():
    bands = [
        {"name": "Tốt", "from": "90"},
        {"name": "Khá", "from": "90"},
        {"name": "Tốt", "from": "95"},
        {"name": "Yếu"},
    ]
    assert places(document(groups={"a": {"bands": bands}})) == [
        ("groups.a.bands[1].from", "bands_not_descending"),
        ("groups.a.bands[2].name", "duplicate_band"),
        ("groups.a.bands[2].from", "bands_not_descending"),
        ("groups.a.bands[3].from", "missing_key"),
    ]


def test_ties_name_what_the_group_has():
    fields = [
        {
            "code": "1",
            "criteria": [
                {"code": "x", "max_points": 1},
                {"code": "y", "max_points": 1, "groups": ["b"]},
            ],
        }
    ]
    ties = ["survey", "field:1", "criterion:x", "criterion:y", "field:9", "x", "survey"]
    groups = {"a": {"ties": ties}, "b": {"ties": ["criterion:y"]}}
    assert places(document(groups=groups, fields=fields)) == [
        (f"groups.a.ties[{place}]", "unknown_tie") for place in (3, 4, 5, 6)
    ]


def test_a_group_that_no_criterion_concerns_is_refused():
    groups = {"a": {}, "b": {}}
    content = criterion(groups=["a"]) | {"groups": groups}
    assert places(content) == [("groups.b", "group_without_criteria")]


def test_the_matrix_feeds_survey_criteria_that_take_a_share():
    criteria = [
        {"code": "s", "max_points": 1, "source": "survey", "rule": {"kind": "proportional"}},
        {"code": "m", "max_points": 1, "source": "survey"},
        {"code": "v", "max_points": 1},
    ]
    links = [
        {"item": "access", "audience": "citizen", "criterion": code, "weight": weight}
        for code, weight in [("s", "1"), ("s", "2"), ("m", "1"), ("v", "1"), ("z", "1"), ("s", "0")]
    ]
    links[5]["audience"] = "business"
    content = document(fields=[{"code": "1", "criteria": criteria}], matrix=links)
    assert places(content) == [
        ("matrix[1]", "duplicate_link"),
        ("matrix[2].criterion", "matrix_needs_share"),
        ("matrix[3].criterion", "matrix_needs_survey"),
        ("matrix[4].criterion", "unknown_criterion"),
        ("matrix[5].weight", "not_positive"),
    ]


def test_all_faults_are_listed_at_once():
    content = document(
        name=None,
        groups={"a": {"bands": "none"}},
        fields=[
            {"code": "1", "criteria": [{"code": "1", "max_points": "x", "rule": {"kind": "?"}}]}
        ],
        bonus={"cap": "many"},
    )
    assert {code for _, code in places(content)} == {
        "missing_key",
        "not_a_list",
        "not_a_number",
        "unknown_kind",
    }
    assert len(places(content)) == 5


def test_a_decomposed_accent_is_the_same_code():
    scheme = read_scheme(criterion(code="tie\u0302u chi\u0301")).scheme
    assert next(scheme.criteria()).code == "tiêu chí"


def test_a_recursive_alias_is_reported_and_not_followed():
    assert [f.code for f in read_scheme_file(b"name: &a [*a]\n").faults] == ["broken_yaml"]

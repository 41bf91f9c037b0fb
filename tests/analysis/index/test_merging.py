"""Survey shares become points and join the scores."""

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from analysis.index.matrix import criterion_share
from analysis.index.merging import frozen, merge
from analysis.index.ranking import rank
from analysis.scoring.reading import read_scheme_file
from analysis.scoring.scheme import Link
from analysis.scoring.score_row import Entry, Provenance

CITIZEN, BUSINESS = ("access", "citizen"), ("access", "business")
OVERALL = ("overall", "citizen")


def scheme(survey_missing="fault", not_applicable="rebase"):
    return read_scheme_file(
        f"""
name: n
groups: {{a: {{}}, b: {{}}}}
fields:
  - {{code: "1", criteria: [{{code: "1.1", max_points: 10}}]}}
  - code: "3"
    criteria:
      - {{code: "3.1", max_points: 4, source: survey, rule: {{kind: proportional}}}}
      - code: "3.2"
        max_points: 6
        source: survey
        groups: [a]
        rule: {{kind: tiers, tiers: [{{from: 0.9, points: 6}}, {{from: 0, points: 2}}]}}
matrix:
  - {{item: access, audience: citizen, criterion: "3.1", weight: 3}}
  - {{item: access, audience: business, criterion: "3.1", weight: 1}}
  - {{item: overall, audience: citizen, criterion: "3.2"}}
survey_missing: {survey_missing}
not_applicable: {not_applicable}
""".encode()
    ).scheme


def entry(unit, criterion="1.1", points="8", group="a", provenance=Provenance.VERIFIED):
    given_points = None if points is None else Fraction(points)
    return Entry(group, unit, criterion, given_points, provenance)


def shares(citizen="0.8", business="0.4", overall="0.9"):
    cells = {CITIZEN: citizen, BUSINESS: business, OVERALL: overall, ("extra", "citizen"): "1"}
    return {cell: None if share is None else Fraction(share) for cell, share in cells.items()}


def points_of(merged):
    return {(e.unit, e.criterion): (e.points, e.provenance) for e in merged.entries}


def told(merged):
    return [(f.row, f.column, f.value, f.code) for f in merged.faults]


def test_shares_are_weighted_by_the_matrix_and_scored_by_the_rule():
    merged = merge(scheme(), [entry("A"), entry("B", group="b")], {"A": shares(), "B": shares()})
    assert merged.faults == ()
    assert points_of(merged) == {
        ("A", "1.1"): (8, Provenance.VERIFIED),
        ("A", "3.1"): (Fraction("2.8"), Provenance.SURVEY),
        ("A", "3.2"): (6, Provenance.SURVEY),
        ("B", "1.1"): (8, Provenance.VERIFIED),
        ("B", "3.1"): (Fraction("2.8"), Provenance.SURVEY),
    }


def test_merged_entries_can_be_ranked_with_survey_points_apart():
    merged = merge(scheme(), [entry("A")], {"A": shares()})
    (standing,) = rank(scheme(), merged.entries)
    assert (standing.totals.direct, standing.totals.survey) == (8, Fraction("8.8"))
    assert standing.totals.percent == 84
    assert standing.totals.provenance["3.1"] is Provenance.SURVEY


@pytest.mark.parametrize("provenance", [Provenance.VERIFIED, Provenance.SELF])
def test_the_survey_replaces_what_a_unit_claims_for_it(provenance):
    claimed = entry("A", "3.1", "4", provenance=provenance)
    merged = merge(scheme(), [entry("A"), claimed], {"A": shares()})
    assert points_of(merged)["A", "3.1"] == (Fraction("2.8"), Provenance.SURVEY)
    assert len(merged.entries) == 3


@pytest.mark.parametrize(
    ("points", "provenance"),
    [("1", Provenance.POINTS), ("1", Provenance.RULE), (None, Provenance.NOT_APPLICABLE)],
)
def test_final_points_of_a_survey_criterion_stand(points, provenance):
    settled = entry("A", "3.1", points, provenance=provenance)
    merged = merge(scheme(), [entry("A"), settled], {"A": shares(citizen=None)})
    assert merged.faults == ()
    kept = None if points is None else Fraction(points)
    assert points_of(merged)["A", "3.1"] == (kept, provenance)


def test_a_missing_share_is_told_for_each_cell_and_never_weighted_up():
    merged = merge(scheme(), [entry("A"), entry("B")], {"A": shares(business=None)})
    assert told(merged) == [
        (None, "3.1", "A", "survey_missing"),
        (None, "3.1", "B", "survey_missing"),
        (None, "3.1", "B", "survey_missing"),
        (None, "3.2", "B", "survey_missing"),
    ]
    assert "chưa đủ số phiếu để công bố" in merged.faults[0].message("vi")
    assert "business" in merged.faults[0].message("en")


def test_a_missing_share_leaves_the_denominator_where_the_scheme_says_so():
    chosen = scheme("not_applicable")
    merged = merge(chosen, [entry("A")], {"A": shares(business=None)})
    assert merged.faults == ()
    assert points_of(merged)["A", "3.1"] == (None, Provenance.SURVEY_MISSING)
    (standing,) = rank(chosen, merged.entries)
    assert (standing.totals.max_applicable, standing.totals.total) == (16, 14)


def test_a_unit_left_with_nothing_applicable_is_told():
    blank = entry("A", points=None, provenance=Provenance.NOT_APPLICABLE)
    assert [code for *_, code in told(merge(scheme("not_applicable"), [blank], {}))] == [
        "nothing_applicable"
    ]


def test_a_unit_that_only_the_survey_knows_is_told():
    merged = merge(scheme(), [entry("A")], {"A": shares(), "Z": shares()})
    assert told(merged) == [(None, "", "Z", "survey_unit_unknown")]


@pytest.mark.parametrize("share", ["85", "-0.1"])
def test_a_share_outside_nought_to_one_is_told(share):
    merged = merge(scheme(), [entry("A")], {"A": shares(overall=share)})
    assert told(merged) == [(None, "overall × citizen", share, "not_a_share")]


def test_an_estimate_is_frozen_to_twelve_places():
    assert frozen(2 / 3) == Fraction(666666666667, 10**12)
    assert frozen(0.1) == Fraction(1, 10)
    for endless in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="cannot be frozen"):
            frozen(endless)


def test_a_share_of_a_missing_cell_raises():
    with pytest.raises(KeyError, match="business"):
        criterion_share([Link(*BUSINESS, "3.1", Fraction(1))], {})


unit_shares = st.fractions(min_value=0, max_value=1)
weights = st.fractions(min_value=Fraction(1, 10), max_value=10)


@given(st.lists(st.tuples(unit_shares, weights), min_size=1, max_size=6), weights)
def test_a_criterion_share_lies_among_its_shares_whatever_the_scale_of_weights(cells, scale):
    known = {(f"i{place}", "citizen"): share for place, (share, _) in enumerate(cells)}
    links = [Link(f"i{p}", "citizen", "3.1", weight) for p, (_, weight) in enumerate(cells)]
    scaled = [Link(k.item, k.audience, k.criterion, k.weight * scale) for k in links]
    mean = criterion_share(links, known)
    assert min(known.values()) <= mean <= max(known.values())
    assert criterion_share(scaled, known) == mean

"""Totals, percent, rank and band."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from analysis.index.ranking import rank
from analysis.scoring.errors import ScoringError
from analysis.scoring.reading import read_scheme_file
from analysis.scoring.score_row import Entry, Provenance
from analysis.scoring.scorecard import read_scorecard
from sampling.tabular import read_table

EXAMPLE = Path(__file__).parents[3] / "app" / "data" / "criteria" / "example.yaml"

BANDS = "[{name: Xuất sắc, from: 90}, {name: Tốt, from: 80}, {name: Khá, from: 70}]"


def scheme(ties="", not_applicable="rebase", extra="bonus: {cap: 2}\npenalty: {cap: 5}"):
    """Two fields of 84 and 16 points; the second is the survey."""
    text = f"""
name: n
groups: {{a: {{ties: [{ties}], bands: {BANDS}}}, b: {{bands: {BANDS}}}}}
fields:
  - {{code: "1", criteria: [{{code: "1.1", max_points: 84}}]}}
  - {{code: "3", criteria: [{{code: "3.1", max_points: 6}},
                            {{code: "3.2", max_points: 10, source: survey}}]}}
not_applicable: {not_applicable}
{extra}
"""
    return read_scheme_file(text.encode()).scheme


def unit(name, first, third, survey, group="a", **extras):
    """Entries of a unit; None does not apply."""
    points = {"1.1": first, "3.1": third, "3.2": survey, **extras}
    return [
        Entry(
            group,
            name,
            code,
            None if given is None else Fraction(given),
            Provenance.NOT_APPLICABLE if given is None else Provenance.POINTS,
        )
        for code, given in points.items()
    ]


def ranks(chosen, *units):
    entries = [entry for own in units for entry in own]
    return [(s.totals.unit, s.rank) for s in rank(chosen, entries)]


def only(chosen, entries):
    (standing,) = rank(chosen, entries)
    return standing


def test_sixty_eight_of_eighty_four_applicable_points_outrank_eighty_of_a_hundred():
    rebased, whole = rank(
        scheme(), unit("Ban Dân tộc", "68.32", None, None) + unit("Sở khác", "70", "4", "6")
    )
    assert (rebased.totals.unit, rebased.rank, rebased.band) == ("Ban Dân tộc", 1, "Tốt")
    assert rebased.totals.max_applicable == 84
    assert rebased.totals.percent == Fraction("68.32") * 100 / 84
    assert f"{float(rebased.totals.percent):.2f}" == "81.33"
    assert (whole.rank, whole.totals.percent, whole.totals.max_applicable) == (2, 80, 100)


@pytest.mark.parametrize(
    ("policy", "total", "applicable"),
    [("rebase", 42, 84), ("full_points", 58, 100), ("zero", 42, 100)],
)
def test_what_does_not_apply_counts_as_the_scheme_says(policy, total, applicable):
    totals = only(scheme(not_applicable=policy), unit("A", "42", None, None)).totals
    assert (totals.total, totals.max_applicable) == (total, applicable)
    assert totals.percent == Fraction(100 * total, applicable)


def test_gaps_of_four_thousandths_are_ranked_before_rounding():
    points = ["60.002", "60.006", "59.998", "60.01"]
    units = [unit(f"U{i}", p, "6", "10") for i, p in enumerate(points)]
    assert ranks(scheme(), *units) == [("U3", 1), ("U1", 2), ("U0", 3), ("U2", 4)]


@pytest.mark.parametrize(
    ("first", "band"),
    [
        ("74", "Xuất sắc"),
        ("73.999999999999", "Tốt"),
        ("64", "Tốt"),
        ("63.999999999999", "Khá"),
        ("54", "Khá"),
        ("53.999999999999", None),
    ],
)
def test_a_band_holds_its_lower_cut_and_not_its_upper(first, band):
    assert only(scheme(), unit("A", first, "6", "10")).band == band


def test_bonus_and_penalty_stop_at_their_caps_and_percent_is_not_clipped():
    capped = only(scheme(), unit("A", "84", "6", "10", BONUS="3", PENALTY="0.5")).totals
    assert (capped.bonus, capped.penalty) == (2, Fraction(1, 2))
    assert (capped.total, capped.percent) == (Fraction("101.5"), Fraction("101.5"))
    low = only(scheme(), unit("B", "0", "0", "1", BONUS="0.25", PENALTY="9")).totals
    assert (low.bonus, low.penalty, low.total) == (Fraction(1, 4), 5, Fraction("-3.75"))
    assert low.percent == Fraction("-3.75")


def test_bonus_that_does_not_apply_counts_nothing():
    totals = only(scheme(not_applicable="full_points"), unit("A", "1", "1", "1", BONUS=None)).totals
    assert totals.bonus == 0


def test_equal_units_share_a_rank_and_the_next_counts_them():
    units = [
        unit(name, first, "6", "10") for name, first in zip("ABCD", (60, 59, 59, 58), strict=True)
    ]
    assert ranks(scheme(), *units) == [("A", 1), ("B", 2), ("C", 2), ("D", 4)]


def test_ties_are_broken_in_the_order_of_the_list():
    units = [unit("A", 60, 4, 6), unit("B", 58, 5, 7), unit("C", 58, 4, 8), unit("D", 58, 5, 7)]
    assert ranks(scheme(), *units) == [(name, 1) for name in "ABCD"]
    by_survey = [("C", 1), ("B", 2), ("D", 2), ("A", 4)]
    assert ranks(scheme('"criterion:3.2"'), *units) == by_survey
    assert ranks(scheme("survey"), *units) == by_survey
    assert ranks(scheme('"field:3", "criterion:3.1"'), *units) == [
        ("B", 1),
        ("D", 1),
        ("C", 3),
        ("A", 4),
    ]
    assert ranks(scheme('"field:1"'), *units)[0] == ("A", 1)


def test_each_group_has_its_own_ranks_in_the_order_of_the_scheme():
    units = [unit("B1", 80, 6, 10, "b"), unit("A1", 10, 1, 1), unit("A2", 20, 1, 1)]
    assert ranks(scheme(), *units) == [("A2", 1), ("A1", 2), ("B1", 1)]


def test_direct_and_survey_points_and_their_sources_are_kept_apart():
    totals = only(scheme(), unit("A", "60", "4", None)).totals
    assert (totals.direct, totals.survey) == (64, 0)
    assert totals.fields == {"1": 60, "3": 4}
    assert totals.provenance == {
        "1.1": Provenance.POINTS,
        "3.1": Provenance.POINTS,
        "3.2": Provenance.NOT_APPLICABLE,
    }


@pytest.mark.parametrize(
    "entries",
    [
        unit("A", 1, 1, 1)[:2],
        unit("A", 1, 1, 1) + unit("A", 1, 1, 1)[:1],
        unit("A", 1, 1, 1)[:2] + unit("A", 1, 1, 1, "b")[2:],
        unit("A", 1, 1, 1, "c"),
        unit("A", 1, 1, 1, STRANGE=1),
        unit("A", None, None, None),
    ],
)
def test_entries_that_do_not_fit_the_scheme_are_never_ranked(entries):
    with pytest.raises(ScoringError):
        rank(scheme(), entries)


def test_bonus_without_a_cap_is_never_counted():
    with pytest.raises(ScoringError):
        rank(scheme(extra=""), unit("A", 1, 1, 1, BONUS=1))


def test_two_groups_with_decimal_commas_have_exact_totals_and_ranks():
    """Rows of the example set: direct and survey points, a unit without online dossiers."""
    chosen = read_scheme_file(EXAMPLE.read_bytes()).scheme
    maxima = {c.code: c.max_points for c in chosen.criteria()}
    lost = {
        ("departments", "Sở Nội vụ"): {"1.5": "0,5", "3.5": "0,804", "5.4": "0,3"},
        ("departments", "Sở Tài chính"): {"1.5": "0,5", "3.5": "0,8", "5.4": "0,3"},
        ("departments", "Ban Dân tộc"): {"7.1": None, "4.1": "2,5", "7.5": "1,255"},
        ("communes", "Phường Trấn Biên"): {"6.1": "4"},
        ("communes", "Xã Bù Đăng"): {"3.2": "7", "2.2": "1,125"},
    }
    lines = ["group;unit;criterion;points;applicable"]
    for (group, name), losses in lost.items():
        for criterion in chosen.criteria_of(group):
            loss = losses.get(criterion.code, "0")
            if loss is None:
                lines.append(f"{group};{name};{criterion.code};-;không")
                continue
            left = maxima[criterion.code] - Fraction(loss.replace(",", "."))
            cell = f"{float(left)}".replace(".", ",")
            lines.append(f"{group};{name};{criterion.code};{cell};có")
    reading = read_scorecard(chosen, read_table("\n".join(lines).encode(), "s.csv"))
    assert reading.faults == ()
    found = [
        (s.rank, s.totals.unit, s.totals.total, s.totals.survey, s.totals.percent, s.band)
        for s in rank(chosen, reading.entries)
    ]
    f = Fraction
    assert found == [
        (1, "Sở Tài chính", f("98.4"), f("26.9"), f("98.4"), "Xuất sắc"),
        (2, "Sở Nội vụ", f("98.396"), f("26.896"), f("98.396"), "Xuất sắc"),
        (3, "Ban Dân tộc", f("92.245"), f("26.745"), f("9224.5") / 96, "Xuất sắc"),
        (1, "Phường Trấn Biên", f("96"), f("28"), f("96"), "Xuất sắc"),
        (2, "Xã Bù Đăng", f("91.875"), f("28"), f("91.875"), "Xuất sắc"),
    ]


points = st.fractions(min_value=0, max_value=6, max_denominator=50)
tables = st.lists(st.tuples(points, points, points, points, points), min_size=1, max_size=12)


def entries_of(table, scale=1):
    return [
        entry
        for place, (first, third, survey, bonus, penalty) in enumerate(table)
        for entry in unit(
            f"U{place:02}",
            first * scale,
            third * scale,
            survey * scale,
            BONUS=bonus * scale,
            PENALTY=penalty * scale,
        )
    ]


@settings(max_examples=40)
@given(tables)
def test_totals_are_the_sum_of_their_parts(table):
    for standing in rank(scheme(), entries_of(table)):
        totals = standing.totals
        assert totals.direct + totals.survey == sum(totals.fields.values())
        assert sum(totals.criteria.values()) == sum(totals.fields.values())
        assert totals.total == totals.direct + totals.survey + totals.bonus - totals.penalty
        assert totals.percent * totals.max_applicable == 100 * totals.total


@settings(max_examples=40)
@given(tables)
def test_a_rank_is_one_more_than_the_number_of_better_units(table):
    standings = rank(scheme("survey"), entries_of(table))
    keys = [(s.totals.percent, s.totals.survey) for s in standings]
    assert [s.rank for s in standings] == [1 + sum(o > k for o in keys) for k in keys]
    assert {s.totals.unit for s in standings} == {f"U{i:02}" for i in range(len(table))}


@settings(max_examples=40)
@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(table, random):
    entries = entries_of(table)
    shuffled = random.sample(entries, len(entries))
    assert ranks(scheme(), entries) == ranks(scheme(), shuffled)


@settings(max_examples=40)
@given(tables, st.integers(min_value=2, max_value=9))
def test_points_and_maxima_scaled_together_change_no_percent_and_no_rank(table, scale):
    text = f"""
name: n
groups: {{a: {{bands: {BANDS}}}}}
fields:
  - {{code: "1", criteria: [{{code: "1.1", max_points: {84 * scale}}}]}}
  - {{code: "3", criteria: [{{code: "3.1", max_points: {6 * scale}}},
                            {{code: "3.2", max_points: {10 * scale}, source: survey}}]}}
bonus: {{cap: {2 * scale}}}
penalty: {{cap: {5 * scale}}}
"""
    larger = rank(read_scheme_file(text.encode()).scheme, entries_of(table, scale))
    plain = rank(scheme(), entries_of(table))
    assert [(s.totals.unit, s.totals.percent, s.rank, s.band) for s in larger] == [
        (s.totals.unit, s.totals.percent, s.rank, s.band) for s in plain
    ]

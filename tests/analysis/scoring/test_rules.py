"""Rule kinds on the criteria of real sheets."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from analysis.scoring.errors import ObservationError
from analysis.scoring.rules.events import Deduction, Ratio
from analysis.scoring.rules.mixtures import Manual, WeightedMean
from analysis.scoring.rules.options import Checklist, Choice, OptionValues
from analysis.scoring.rules.rule import Observed
from analysis.scoring.rules.shares import Formula, Linear, Proportional, Threshold
from analysis.scoring.rules.tiers import DateTier, DateTiers, Tier, Tiers

shares = st.fractions(min_value=0, max_value=1)


def f(text):
    return Fraction(text)


def shown(value):
    return Observed(value)


def cases(numerator, denominator, excluded=None):
    return Observed(
        "",
        Fraction(numerator),
        Fraction(denominator),
        None if excluded is None else Fraction(excluded),
    )


def refusal(rule, observed, max_points=Fraction(1)):
    with pytest.raises(ObservationError) as caught:
        rule.points(observed, max_points)
    return caught.value.code, caught.value.column


USUAL = Linear(f("0.8"), f("1"))
YEAR = Tiers((Tier(f("1"), f("2")), Tier(f("0.8"), f("1")), Tier(f("0"), f("0"))))
PLAN_MONTH = DateTiers((DateTier(date(2026, 1, 31), f("0.2")),))
PLAN_CONTENT = Checklist({"tasks": f("0.1"), "concrete": f("0.1"), "results": f("0.1")})
HANDLING_TIME = Choice({"shorter": f("2"), "equal": f("1"), "longer": f("0")})
EXPERT = OptionValues({"A": f("1"), "B": f("0.6"), "C": f("0.2"), "D": f("0")})


@pytest.mark.parametrize(
    ("value", "points"), [("1", "2"), ("0,9999", "1"), ("0.8", "1"), ("0,79", "0"), ("0", "0")]
)
def test_a_tier_reaches_from_its_cut_to_the_next(value, points):
    assert YEAR.points(shown(value), f("2")) == f(points)


def test_tiers_of_a_quantity_take_a_count_but_no_quotient():
    rule = Tiers((Tier(f("3"), f("2")), Tier(f("0"), f("0"))))
    assert rule.points(shown("5"), f("2")) == 2
    assert refusal(rule, cases(9, 10)) == ("ratio_for_quantity", "numerator")


def test_a_value_below_the_lowest_tier_is_not_scored():
    rule = Tiers((Tier(f("0.5"), f("1")),))
    assert refusal(rule, shown("0.4")) == ("below_lowest_tier", "value")


def test_a_percent_where_a_share_belongs_is_refused():
    for rule in (YEAR, USUAL, Proportional(), Threshold(f("0.95"))):
        assert refusal(rule, shown("85")) == ("above_full", "value")


def test_a_ratio_may_exceed_one_where_the_rule_says_so():
    assert Threshold(f("1"), may_exceed=True).points(cases(12, 10), f("3")) == 3
    rule = Tiers((Tier(f("1"), f("2")), Tier(f("0"), f("0"))), may_exceed=True)
    assert rule.points(cases(12, 10), f("2")) == 2
    assert Linear(f("0.8"), f("1"), may_exceed=True).points(cases(12, 10), f("2")) == 2


def test_a_survey_of_thirty_five_points_gives_its_share_exactly():
    assert Proportional().points(shown("0,8548"), f("35")) == f("29.918")


def test_an_index_in_percent_is_scored_of_one_hundred():
    assert Proportional(f("100")).points(shown("85,48"), f("35")) == f("29.918")
    assert refusal(Proportional(f("100")), shown("100,01")) == ("above_full", "value")
    assert refusal(Proportional(f("100")), cases(1, 2)) == ("ratio_for_quantity", "numerator")


@pytest.mark.parametrize(
    ("numerator", "points"), [(100, "4"), (99, "3.96"), (80, "3.2"), (79, "0"), (0, "0")]
)
def test_the_usual_wording_gives_share_times_maximum_between_the_cuts(numerator, points):
    assert USUAL.points(cases(numerator, 100), f("4")) == f(points)


def test_linear_between_the_cuts_starts_at_nothing():
    rule = Linear(f("0.3"), f("0.8"), formula=Formula.BETWEEN)
    assert [rule.points(shown(v), f("4")) for v in ("0.3", "0.55", "0.8", "1")] == [0, 2, 4, 4]


def test_linear_cuts_may_be_in_percent():
    rule = Linear(f("80"), f("100"), full=f("100"))
    assert rule.points(shown("90"), f("4")) == f("3.6")
    assert refusal(rule, shown("101")) == ("above_full", "value")


def test_a_strict_threshold_is_not_met_at_the_cut():
    on_time = Threshold(f("0.95"), strict=True)
    assert on_time.points(cases(95, 100), f("2")) == 0
    assert on_time.points(cases(9501, 10000), f("2")) == 2


def test_a_plain_threshold_is_met_at_the_cut_and_may_give_a_rest():
    assert Threshold(f("1")).points(cases(7, 7), f("2")) == 2
    assert Threshold(f("1"), otherwise=f("0.5")).points(cases(6, 7), f("2")) == f("0.5")


@pytest.mark.parametrize(
    ("day", "points"),
    [
        ("2026-01-31", "0.2"),
        ("31/01/2026 23:59", "0.2"),
        ("01/02/2026", "0"),
        ("2026-01-31T17:30:00Z", "0"),
        ("không", "0"),
        ("none", "0"),
    ],
)
def test_a_plan_issued_in_january_by_vietnamese_time_earns_its_points(day, points):
    assert PLAN_MONTH.points(shown(day), f("0.2")) == f(points)


@pytest.mark.parametrize(
    ("day", "code"), [("hôm qua", "bad_date"), ("31/02/2026", "impossible_date")]
)
def test_a_day_that_is_none_is_refused(day, code):
    assert refusal(PLAN_MONTH, shown(day)) == (code, "value")


def test_a_checklist_adds_what_is_there():
    assert PLAN_CONTENT.points(shown("tasks; Results"), f("0.3")) == f("0.2")
    assert PLAN_CONTENT.points(shown("tasks;concrete;results"), f("0.3")) == f("0.3")
    assert PLAN_CONTENT.points(shown("không"), f("0.3")) == 0


def test_a_checklist_refuses_strangers_and_repeats():
    assert refusal(PLAN_CONTENT, shown("tasks;budget")) == ("unknown_option", "value")
    assert refusal(PLAN_CONTENT, shown("tasks;tasks")) == ("repeated_option", "value")


def test_a_choice_has_three_levels():
    levels = ("shorter", "Equal", "longer")
    assert [HANDLING_TIME.points(shown(level), f("2")) for level in levels] == [2, 1, 0]
    assert refusal(HANDLING_TIME, shown("sooner")) == ("unknown_option", "value")
    assert refusal(HANDLING_TIME, cases(1, 2)) == ("rule_takes_no_value", "numerator")


def test_expert_options_are_worth_100_60_20_and_0_percent():
    assert EXPERT.points(shown("A=3;B=2;C=4;D=1"), f("5")) == f("2.5")
    assert EXPERT.points(shown("B=1"), f("5")) == 3


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("A=0", "no_answers"),
        ("A=1,5", "not_a_count"),
        ("A", "not_a_pair"),
        ("A=1;A=2", "repeated_option"),
        ("E=1", "unknown_option"),
        ("A=-1", "negative"),
        ("A=x", "not_a_number"),
    ],
)
def test_counts_that_make_no_sense_are_refused(value, code):
    assert refusal(EXPERT, shown(value)) == (code, "value")


def test_each_event_costs_points_down_to_the_floor():
    rule = Deduction(f("0.25"))
    assert [rule.points(shown(n), f("1")) for n in ("0", "3", "9")] == [1, f("0.25"), 0]
    assert Deduction(f("0.25"), f("-0.25")).points(shown("5"), f("1")) == f("-0.25")
    assert refusal(rule, shown("1.5")) == ("not_a_count", "value")


def test_objective_failures_leave_the_base_of_a_ratio():
    assert Ratio().points(cases(90, 100, 10), f("1")) == 1
    assert Ratio(USUAL).points(cases(72, 100, 20), f("10")) == 9
    assert refusal(Ratio(), cases(91, 100, 10)) == ("numerator_above_denominator", "numerator")
    assert refusal(Ratio(), cases(0, 5, 6)) == ("excluded_above_denominator", "excluded")


def test_a_year_without_feedback_earns_what_the_rule_says():
    assert Ratio(no_event=f("2")).points(cases(0, 0), f("2")) == 2
    assert Ratio(no_event=f("2")).points(cases(0, 4, 4), f("2")) == 2
    assert refusal(Ratio(), cases(0, 0)) == ("zero_denominator", "denominator")
    assert refusal(Ratio(no_event=f("2")), cases(1, 0)) == ("zero_denominator", "denominator")


def test_ten_sub_indices_weigh_as_the_pci_does():
    weights = (5, 5, 20, 5, 10, 5, 5, 20, 20, 5)
    rule = WeightedMean({f"s{i}": Fraction(w) for i, w in enumerate(weights)})
    text = ";".join(f"s{i}=0,{i}" for i in range(10))
    expected = Fraction(sum(w * i for i, w in enumerate(weights)), 100) / 10
    assert rule.points(shown(text), f("100")) == 100 * expected


def test_an_audience_that_is_missing_or_above_one_is_refused():
    rule = WeightedMean({"citizen": f("3"), "business": f("1")})
    assert rule.points(shown("citizen=0,8;business=0,4"), f("10")) == 7
    assert refusal(rule, shown("citizen=0.8")) == ("missing_audience", "value")
    assert refusal(rule, shown("citizen=80;business=0.4")) == ("above_full", "value")


def test_manual_points_are_never_computed():
    assert refusal(Manual(), shown("0.8")) == ("rule_takes_no_value", "value")
    assert refusal(Manual(), cases(1, 2)) == ("rule_takes_no_value", "numerator")


@pytest.mark.parametrize(
    ("observed", "expected"),
    [
        (Observed("", Fraction(1), None), ("half_a_ratio", "denominator")),
        (Observed("", None, Fraction(1)), ("half_a_ratio", "numerator")),
        (Observed("0.5", Fraction(1), Fraction(2)), ("value_and_ratio", "value")),
        (cases(1, 0), ("zero_denominator", "denominator")),
        (cases(3, 2), ("numerator_above_denominator", "numerator")),
        (cases(1, 2, 1), ("rule_takes_no_value", "excluded")),
        (Observed("nan"), ("not_finite", "value")),
        (Observed("1.234,5"), ("ambiguous_number", "value")),
        (Observed("-0.1"), ("negative", "value")),
        (Observed("tốt"), ("not_a_number", "value")),
    ],
)
def test_an_observation_that_is_no_share_is_refused(observed, expected):
    assert refusal(Proportional(), observed) == expected


SHARE_RULES = st.sampled_from(
    [Proportional(), USUAL, YEAR, Threshold(f("0.95"), strict=True), Ratio(USUAL)]
)


@given(SHARE_RULES, shares, shares)
def test_a_higher_share_never_earns_less_and_points_stay_within_the_maximum(rule, one, other):
    low, high = sorted((one, other))
    maximum = Fraction(2)
    less, more = (rule.points(Observed.of_share(s), maximum) for s in (low, high))
    assert 0 <= less <= more <= maximum


@given(st.sampled_from([Proportional(), USUAL]), shares, st.fractions(min_value=1, max_value=50))
def test_points_scale_with_the_maximum(rule, share, maximum):
    observed = Observed.of_share(share)
    assert rule.points(observed, maximum) == maximum * rule.points(observed, Fraction(1))

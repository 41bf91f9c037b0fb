"""Outcome rates against figures worked by hand, and what must hold between them."""

import pytest
from hypothesis import given, strategies as st

from sampling.errors import OutcomeError
from sampling.response_rates import Outcomes, rates

COUNT = st.integers(0, 500)
OUTCOMES = st.builds(Outcomes, *[COUNT] * 8)


def test_a_telephone_survey_worked_by_hand():
    found = rates(
        Outcomes(
            complete=400,
            partial=50,
            refused=150,
            not_reached=180,
            other=20,
            unknown_place=300,
            unknown_other=100,
            not_eligible=200,
        )
    )
    # e = 800 / 1000; below the line 1200, 800 + 0.8 x 400 = 1120, and 800.
    assert found.eligibility == 0.8
    assert (found.rr1, found.rr2) == (400 / 1200, 450 / 1200)
    assert found.rr3 == pytest.approx(400 / 1120, rel=1e-15)
    assert found.rr4 == pytest.approx(450 / 1120, rel=1e-15)
    assert (found.rr5, found.rr6) == (0.5, 450 / 800)
    assert found.coop1 == 400 / 620
    assert (found.ref1, found.con1) == (150 / 1200, 620 / 1200)


def test_nobody_asked_gives_no_rate():
    assert set(vars(rates(Outcomes())).values()) == {None}


def test_without_known_cases_nothing_is_assumed_of_the_unknown():
    found = rates(Outcomes(unknown_other=7))
    assert (found.rr1, found.rr3, found.rr5, found.eligibility) == (0.0, None, None, None)


def test_a_negative_count_is_refused():
    with pytest.raises(OutcomeError, match="0 or more"):
        Outcomes(complete=-1)


@given(OUTCOMES)
def test_rates_are_shares_and_stand_in_order(outcomes: Outcomes):
    found = rates(outcomes)
    told = [rate for rate in vars(found).values() if rate is not None]
    assert all(0 <= rate <= 1 for rate in told)
    for cautious, middle, bold in (
        (found.rr1, found.rr3, found.rr5),
        (found.rr2, found.rr4, found.rr6),
    ):
        if None not in (cautious, middle, bold):
            assert cautious <= middle * (1 + 1e-12)
            assert middle <= bold * (1 + 1e-12)


@given(OUTCOMES)
def test_partial_answers_only_add(outcomes: Outcomes):
    found = rates(outcomes)
    for without, with_partial in (
        (found.rr1, found.rr2),
        (found.rr3, found.rr4),
        (found.rr5, found.rr6),
    ):
        assert (without is None) == (with_partial is None)
        assert without is None or without <= with_partial

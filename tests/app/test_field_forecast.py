"""Pace and forecast are made of what is told; what is hidden leaves them open."""

from datetime import date, timedelta

import pytest

from app.services.field_chart import HEIGHT, HIDDEN, WIDTH, chart
from app.services.field_forecast import (
    DayTold,
    Reach,
    brought,
    effective,
    forecast,
    kish,
    needed,
    pace,
    reach,
)
from app.services.hiding import Told, exactly

FIRST = date(2026, 3, 2)


def days(*counts: int | None, since: int | None = None) -> list[DayTold]:
    told = [Told(0, 9) if count is None else exactly(count) for count in counts]
    found = [DayTold(FIRST + timedelta(place), count) for place, count in enumerate(told)]
    if since is not None:
        found.append(DayTold(FIRST + timedelta(len(counts)), exactly(since), ended=False))
    return found


def test_the_pace_is_that_of_the_last_week():
    assert pace(days(100, 100, *[20] * 7, since=500), exactly(840)) == 20


def test_days_that_were_counted_together_count_as_so_many():
    weekend = [*days(30), DayTold(FIRST + timedelta(3), exactly(60))]
    assert pace(weekend, exactly(90)) == pytest.approx(90 / 4)


def test_a_hidden_day_leaves_only_the_pace_of_all_days():
    assert pace(days(30, None, 20, since=10), exactly(64)) == 16
    assert pace(days(30, None, 20, since=10), Told(0, None)) is None


def test_before_the_first_day_has_ended_there_is_no_pace():
    assert pace(days(since=40), exactly(40)) is None
    assert forecast(None, exactly(40), FIRST, FIRST) is None


def test_a_forecast_counts_from_the_day_of_the_count():
    ahead = forecast(12.5, exactly(100), FIRST, FIRST + timedelta(4))
    assert ahead is not None
    assert (ahead.days_left, ahead.answers, ahead.growth) == (4, 150, 1.5)
    assert forecast(12.5, exactly(100), FIRST, FIRST - timedelta(1)) is None
    assert forecast(12.5, Told(0, 9), FIRST, FIRST) is None


def test_days_to_what_the_plan_expects():
    assert needed(1000, 0.3, exactly(255), 20.0) == 3
    assert needed(1000, 0.3, exactly(300), 20.0) == 0
    assert needed(1000, 0.3, exactly(400), 20.0) == 0
    assert needed(1000, 0.3, exactly(255), 0.0) is None
    assert needed(1000, 0.3, Told(0, 9), 20.0) is None


def test_unequal_weights_make_answers_count_for_less():
    assert kish([(100, 30), (100, 30)]) == 60
    assert kish([(900, 30), (100, 30)]) == pytest.approx(1000**2 / (900**2 / 30 + 100**2 / 30))
    assert kish([(100, 30), (100, 0)]) == 30
    assert kish([]) == 0


def test_strata_that_are_not_told_count_as_one():
    strata = [(100, exactly(30)), (50, Told(0, 9)), (50, Told(0, 9))]
    # Twelve in two small strata, for the unit has 42: they are opened together.
    together = kish([(100, 30), (100, 12)])
    assert effective(strata, exactly(42)) == (together, together)
    # Fewer than k in all of them: the others stand for them.
    assert effective(strata, Told(30, 38)) == (30, 30)
    # Nobody knows which.
    assert effective(strata, Told(30, 48)) == (
        kish([(100, 30), (100, 10)]),
        kish([(100, 30), (100, 18)]),
    )
    assert effective([(100, exactly(30)), (50, Told(10, None))], Told(40, None))[1] is None
    assert effective([(100, Told(0, 9))], Told(0, 9)) == (0, 0)


@pytest.mark.parametrize(
    ("effective_n", "growth", "wanted"),
    [
        ((30.0, 30.0), None, Reach.REACHED),
        ((29.9, 29.9), None, Reach.UNKNOWN),
        ((20.0, 20.0), 1.5, Reach.LIKELY),
        ((20.0, 20.0), 1.4, Reach.UNLIKELY),
        ((10.0, 25.0), 1.4, Reach.UNKNOWN),
        ((10.0, 20.0), 1.4, Reach.UNLIKELY),
        ((10.0, None), 1.0, Reach.UNKNOWN),
    ],
)
def test_reach_is_told_where_the_told_numbers_decide_it(
    effective_n: tuple[float, float | None], growth: float | None, wanted: Reach
):
    assert reach(effective_n, growth) is wanted


def test_days_bring_the_differences_of_nights():
    nights = [(FIRST, 12), (FIRST + timedelta(1), 12), (FIRST + timedelta(2), 40)]
    assert [count for _, count in brought(nights)] == [12, 0, 28]
    assert brought([]) == []


def test_hidden_days_look_alike_on_the_curve():
    listed = [*days(40, None, 20), DayTold(FIRST, Told(10, None))]
    drawn = chart(listed)
    assert drawn is not None
    assert [bar.height for bar in drawn.bars] == [HEIGHT, HIDDEN, HEIGHT / 2, HIDDEN]
    assert [bar.hidden for bar in drawn.bars] == [False, True, False, True]
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in drawn.bars)
    assert drawn.most == 40


def test_without_a_told_day_there_is_no_curve():
    assert chart(days(None, None)) is None
    assert chart([]) is None

"""No hidden count can be worked out from all that is told with it."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from app.services import hiding
from app.services.hiding import Flat, Nested, Share, Told, attainable, exactly, flat, nested

COUNTS = st.one_of(st.integers(0, 14), st.integers(0, 60), st.sampled_from([0, 9, 10]))
ENDLESS = 10_000
GROUPS = st.lists(st.lists(COUNTS, min_size=1, max_size=4), min_size=1, max_size=5)


def extremes(told: Nested, caps: list[list[int | None]]) -> list[tuple[int, float]]:
    """Solve for the least and greatest value of total, groups and parts, as an attacker would.

    The unknowns are the parts; whole-number programming knows nothing of trees.
    """
    sizes = [len(parts) for parts in told.parts]
    places = np.repeat(np.arange(len(sizes)), sizes)
    sums = np.array([places == group for group in range(len(sizes))], dtype=float)
    whole, single = np.ones((1, len(places))), np.eye(len(places))
    values = [told.total, *told.groups, *(part for parts in told.parts for part in parts)]
    rows = np.vstack([whole, sums, single])
    low = np.array([value.low for value in values], dtype=float)
    high = np.array([np.inf if value.high is None else value.high for value in values])
    most = np.array([ENDLESS if cap is None else cap for group in caps for cap in group])
    known = LinearConstraint(rows, low, high)

    def best(row: np.ndarray, sign: int) -> float:
        found = milp(
            sign * row, constraints=known, bounds=Bounds(0, most), integrality=np.ones(len(places))
        )
        assert found.success, found.message
        value = round(sign * found.fun)
        return value if value < ENDLESS else np.inf

    return [(int(best(row, 1)), best(row, -1)) for row in rows]


def values(nest: Nested) -> list[Told]:
    return [nest.total, *nest.groups, *(part for parts in nest.parts for part in parts)]


def truth(counts: list[list[int]]) -> list[int]:
    sums = [sum(group) for group in counts]
    return [sum(sums), *sums, *(count for group in counts for count in group)]


def check(counts: list[list[int]], caps: list[list[int | None]]) -> None:
    told = nested(counts, caps)
    for value, real, (least, most) in zip(
        values(told), truth(counts), extremes(told, caps), strict=True
    ):
        assert value.low <= real <= (np.inf if value.high is None else value.high)
        assert value.exact or most > least or most == 0, (value, least, most)
        assert value.exact is False or real >= 10 or real == 0 == most


@settings(max_examples=80)
@given(GROUPS)
def test_no_hidden_count_follows_from_what_is_told(counts: list[list[int]]):
    check(counts, [[None] * len(group) for group in counts])


@settings(max_examples=80)
@given(GROUPS, st.data())
def test_nor_if_everybody_knows_how_many_were_asked(counts: list[list[int]], data: st.DataObject):
    more = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 80))
    caps = [[count + data.draw(more) for count in group] for group in counts]
    check(counts, caps)


@given(GROUPS)
def test_sums_of_hidden_counts_that_follow_are_those_of_a_crowd(counts: list[list[int]]):
    told = nested(counts)
    together: list[int] = []
    for group, whole, parts in zip(counts, told.groups, told.parts, strict=True):
        hidden = [count for count, part in zip(group, parts, strict=True) if not part.exact]
        if not whole.exact:
            together += hidden
        elif hidden:
            assert len(hidden) > 1
            assert sum(hidden) >= 10
    if told.total.exact and together:
        assert len(together) > 1
        assert sum(together) >= 10


@given(GROUPS, st.data())
def test_what_is_held_back_elsewhere_stays_so(counts: list[list[int]], data: st.DataObject):
    held = [data.draw(st.sets(st.integers(0, len(group) - 1))) for group in counts]
    told = nested(counts, held=held)
    kept = [told.parts[group][place] for group, places in enumerate(held) for place in places]
    assert not any(part.exact for part in kept)
    follows = attainable(told, [[None] * len(group) for group in counts])
    assert all(
        known.exact or not found.exact
        for known, found in zip(values(told), values(follows), strict=True)
    )


@given(GROUPS)
def test_bounds_by_the_tree_are_those_of_whole_number_programming(counts: list[list[int]]):
    told = nested(counts)
    caps: list[list[int | None]] = [[None] * len(group) for group in counts]
    solved = extremes(told, caps)
    for follows, (least, most) in zip(values(attainable(told, caps)), solved, strict=True):
        assert (follows.low, np.inf if follows.high is None else follows.high) == (least, most)


def test_the_check_would_find_a_leak():
    """Unit 53 beside a stratum of 50 tells the 3 that is hidden."""
    leaky = Nested(exactly(101), (exactly(53), exactly(48)), ((exactly(50), Told(0, 9)),) * 2)
    leaky = Nested(leaky.total, leaky.groups, (leaky.parts[0], (exactly(40), Told(0, 9))))
    assert extremes(leaky, [[None, None]] * 2)[4] == (3, 3)


@pytest.mark.parametrize(
    ("counts", "units", "strata"),
    [
        # Nothing is small.
        ([[30, 20], [40]], ["50", "40"], ["30", "20", "40"]),
        # Two small strata of one unit that come to ten hide each other: the unit is told.
        ([[4, 8, 30], [40]], ["42", "40"], ["0-9", "0-9", "30", "40"]),
        # One small stratum in each of two units: their sums would tell them.
        ([[3, 50], [8, 40]], ["50-59", "40-49"], ["0-9", "50", "0-9", "40"]),
        # Whole units are small.
        ([[3], [8], [40]], ["0-9", "0-9", "40"], ["0-9", "0-9", "40"]),
        # Two nines come to what only two nines can: neither side of the floor is told.
        ([[9], [9]], ["0-", "0-"], ["0-", "0-"]),
    ],
)
def test_units_are_told_where_their_strata_allow(
    counts: list[list[int]], units: list[str], strata: list[str]
):
    told = nested(counts)
    assert [written(group) for group in told.groups] == units
    assert [written(part) for parts in told.parts for part in parts] == strata


def written(told: Told) -> str:
    if told.exact:
        return str(told.low)
    return f"{told.low}-{'' if told.high is None else told.high}"


def test_a_whole_below_the_floor_is_hidden_with_all_its_parts():
    told = nested([[1, 2], [3]])
    assert {written(value) for value in values(told)} == {"0-9"}


def test_nothing_to_tell_is_told_as_nothing():
    assert nested([]) == Nested(Told(0, 9), (), ())
    assert flat([]) == Flat(Told(0, 9), ())


def test_a_side_of_the_floor_that_would_nearly_tell_the_count_is_not_told():
    assert hiding.roughly(10, most=10) == Told(0, None)
    assert hiding.roughly(10, most=11) == Told(0, None)
    assert hiding.roughly(10, most=12) == Told(10, None)


def test_shares_lie_where_their_counts_do():
    assert hiding.share(Told(50, 59), 80) == Share(50 / 80, 59 / 80)
    assert hiding.share(Told(10, None), 80) == Share(10 / 80, 1.0)
    assert hiding.share(Told(0, 9), 4) == Share(0.0, 1.0)
    assert hiding.share(Told(0, None), 80) is None
    assert hiding.share(exactly(0), 0) is None

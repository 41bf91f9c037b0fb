from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sampling.errors import SchemeError, SelectionError, UnknownColumnError
from sampling.joint import pairs
from sampling.largest import BLOCK, certain_places
from sampling.selection import (
    PpsSystematicPlan,
    SystematicPlan,
    draw,
    keyed_starts,
    keyed_uniforms,
    with_reserves,
)
from sampling.systematic import pps_systematic, systematic

SEED = bytes(range(32))
STARTS = st.floats(0, 1, exclude_max=True)
FRAME: dict[str, Any] = {
    "code": ["c", "a", "b", "e", "d", "f"],
    "stratum": ["X", "X", "X", "X", "X", "Y"],
    "day": [1, 2, 2, 3, 1, 9],
    "size": [4, 1, 0, 9, 2, 5],
}


@given(st.integers(1, 200), st.data())
def test_points_stand_at_the_fractional_distance(population: int, data: st.DataObject) -> None:
    n, start = data.draw(st.integers(1, population)), data.draw(STARTS)
    distance, first = Fraction(population, n), Fraction(start) or Fraction(1)
    expected = [ceil((first + at) * distance) - 1 for at in range(n)]
    found = systematic(population, n, start).tolist()
    assert found == expected
    assert len({*found}) == n
    assert found[0] >= 0
    assert found[-1] < population


def test_the_whole_range_of_starts_takes_every_row_equally_often() -> None:
    counts = np.zeros(10)
    for at in range(1000):
        counts[systematic(10, 4, (at + 0.5) / 1000)] += 1
    assert counts.tolist() == [400.0] * 10


def test_a_start_of_nothing_counts_as_a_whole_distance() -> None:
    assert systematic(6, 2, 0.0).tolist() == [2, 5]
    assert systematic(6, 2, 2.0**-53).tolist() == [0, 3]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), STARTS, st.data())
def test_whole_sizes_are_drawn_as_the_definition_says(
    sizes: list[int], start: float, data: st.DataObject
) -> None:
    n = data.draw(st.integers(0, sum(size > 0 for size in sizes)))
    assert pps_systematic(sizes, n, start).tolist() == by_definition(sizes, n, start)


def test_every_row_has_exactly_its_share_of_the_starts() -> None:
    sizes = [5, 0, 3, 90, 8, 1, 7, 2]  # 90 is certain; the others add up to 26
    counts = np.zeros(8)
    for at in range(26):
        counts[pps_systematic(sizes, 4, (at + 0.5) / 26)] += 1
    assert counts.tolist() == [15, 0, 9, 26, 24, 3, 21, 6]


def by_definition(sizes: list[int], n: int, start: float) -> list[int]:
    """Take those that are certain out one after the other, then walk along the others."""
    left, certain = dict(enumerate(sizes)), set()
    while n and (large := [k for k in left if left[k] and left[k] * n >= sum(left.values())]):
        certain.add(large[0])
        n -= 1
        del left[large[0]]
    found, reached = [], Fraction(0)
    points = [(Fraction(start) or Fraction(1)) + at for at in range(n)]
    for place, size in left.items():
        before, reached = reached, reached + Fraction(n * size, max(1, sum(left.values())))
        found += [place for point in points if before < point <= reached]
    return sorted({*certain, *found})


@settings(max_examples=30)
@given(st.integers(0, 2**32), STARTS)
def test_large_frames_are_walked_block_by_block_to_the_same_rows(seed: int, start: float) -> None:
    sizes = np.random.default_rng(seed).integers(0, 50, 3 * BLOCK // 2)
    reached = np.cumsum(sizes)
    points = [
        ceil((Fraction(start) or 1) * reached[-1] / 40 + at * reached[-1] / Fraction(40))
        for at in range(40)
    ]
    assert pps_systematic(sizes, 40, start).tolist() == np.searchsorted(reached, points).tolist()
    assert pps_systematic(sizes * 0.5, 40, start).size == 40


def test_large_rows_are_certain_and_so_are_those_that_become_large_without_them() -> None:
    assert certain_places(np.array([10, 1, 1, 400, 60, 1]), 4).tolist() == [0, 3, 4]
    assert certain_places(np.array([1e17, 1.0, 1.0, 1.0]), 2).tolist() == [0]
    assert certain_places(np.array([0.1] * 10), 10).size == 10
    assert certain_places(np.array([5, 5, 5]), 0).size == 0


@pytest.mark.parametrize(
    ("sizes", "n", "start", "message"),
    [
        ([1, 2, 0], 3, 0.5, "2 units can be drawn"),
        ([1, 2], -1, 0.5, "mend the sample size"),
        ([1, -2], 1, 0.5, "finite numbers"),
        ([1.0, float("nan")], 1, 0.5, "finite numbers"),
        ([1.0, float("inf")], 1, 0.5, "finite numbers"),
        (["a"], 1, 0.5, "finite numbers"),
        ([1, 1, 1], 1, 1.0, "below 1"),
        ([2**61, 2**61, 2**61], 1, 0.5, "more than 2\\^62"),
    ],
)
def test_what_cannot_be_drawn_by_size_is_refused(
    sizes: list[float], n: int, start: float, message: str
) -> None:
    with pytest.raises(SelectionError, match=message):
        pps_systematic(sizes, n, start)


def test_rows_stand_in_the_declared_order_and_equal_ones_by_code() -> None:
    drawn = draw(FRAME, SystematicPlan({"X": 5, "Y": 0}, ("day",)), {"X": 0.5, "Y": 0.5})
    assert [drawn.code[drawn.rank == at].item() for at in range(1, 6)] == ["c", "d", "a", "b", "e"]
    without = draw(FRAME, SystematicPlan({"X": 5, "Y": 0}), {"X": 0.5, "Y": 0.5})
    assert [without.code[without.rank == at].item() for at in range(1, 6)] == list("abcde")


@given(st.permutations(range(6)), STARTS)
def test_the_order_of_the_frame_does_not_matter(order: list[int], start: float) -> None:
    shuffled = {name: [column[at] for at in order] for name, column in FRAME.items()}
    for plan in (
        SystematicPlan({"X": 2, "Y": 1}, ("day",)),
        PpsSystematicPlan({"X": 2, "Y": 1}, "size", ("day",)),
    ):
        found = [draw(frame, plan, {"X": start, "Y": start}) for frame in (FRAME, shuffled)]
        taken = [sorted(one.code[one.selected].tolist()) for one in found]
        assert taken[0] == taken[1]


def test_probabilities_are_in_proportion_to_size_and_no_more_than_1() -> None:
    drawn = draw(FRAME, PpsSystematicPlan({"X": 2, "Y": 7}, "size"), {"X": 0.3, "Y": 0.3})
    assert drawn.inclusion.tolist() == [4 / 7, 1 / 7, 0.0, 1.0, 2 / 7, 1.0]
    assert drawn.selected[[3, 5]].all()
    assert drawn.selected.sum() == 3


def test_a_start_is_keyed_by_stratum_and_is_no_dossier_s_number() -> None:
    starts = keyed_starts(SEED, "main", 1, ["X", "Y", "X"])
    assert starts == keyed_starts(SEED, "main", 1, ["Y", "X"])
    assert starts != keyed_starts(SEED, "recheck", 1, ["X", "Y"])
    assert starts["X"] != keyed_uniforms(SEED, "main", 1, ["X"], ["start"])[0]
    assert starts == {"X": 0.9058408799119232, "Y": 0.2567111360504717}


def test_reserves_come_from_a_second_draw_of_the_rest() -> None:
    drawn = draw(FRAME, PpsSystematicPlan({"X": 2, "Y": 1}, "size"), {"X": 0.9, "Y": 0.5})
    assert drawn.rank[~drawn.selected].tolist() == [0] * 3
    numbers = keyed_uniforms(SEED, "main:reserve", 1, FRAME["stratum"], FRAME["code"])
    more = with_reserves(drawn, numbers)
    assert (more.selected == drawn.selected).all()
    assert (more.rank[drawn.selected] == drawn.rank[drawn.selected]).all()
    assert more.rank[2] == 0  # a row of size 0 stands for nobody
    reserves = np.flatnonzero(~drawn.selected & (drawn.inclusion > 0))
    by_number = reserves[np.argsort(numbers[reserves])]
    assert more.rank[by_number].tolist() == [3, 4]


@pytest.mark.parametrize(
    ("frame", "plan", "starts", "error", "message"),
    [
        (FRAME, SystematicPlan({"X": 1, "Y": 1}), {"X": 0.5}, SelectionError, "start for .* 'Y'"),
        (FRAME, SystematicPlan({"X": 1, "Y": 1}), [0.5] * 6, SelectionError, "needs a start"),
        (FRAME, SystematicPlan({"X": 1, "Y": 1}, ("hour",)), {}, UnknownColumnError, "hour"),
        (FRAME, PpsSystematicPlan({"X": 1, "Y": 1}, "day", ("x",)), {}, UnknownColumnError, "'x'"),
        ({**FRAME, "size": [0.5] * 6}, PpsSystematicPlan({"X": 1, "Y": 1}, "size"), {},
         SelectionError, "whole numbers"),
        ({**FRAME, "day": [float("nan")] * 6}, SystematicPlan({"X": 1, "Y": 1}, ("day",)), {},
         SelectionError, "missing values"),
        ({**FRAME, "day": [1]}, SystematicPlan({"X": 1, "Y": 1}, ("day",)), {},
         SelectionError, "one length"),
        ({**FRAME, "day": np.array(["NaT"] * 6, "M8[D]")}, SystematicPlan({"X": 1, "Y": 1},
         ("day",)), {}, SelectionError, "missing values"),
    ],
)  # fmt: skip
def test_plans_that_do_not_fit_the_frame_are_refused(
    frame: dict[str, Any], plan: SystematicPlan, starts: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        draw(frame, plan, starts)


def test_pairs_that_never_occur_have_no_yates_grundy_variance() -> None:
    seen = np.array([[at in systematic(4, 2, s) for at in range(4)] for s in (0.2, 0.7)])
    together = seen.T.astype(float) @ seen / 2
    assert together[0, 1] == 0
    with pytest.raises(SchemeError):
        pairs(np.diag(together), together, yates_grundy=True)

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.allocation import equal, neyman, optimal, power, proportional, root
from sampling.errors import AllocationError
from sampling.stratified import standard_error

SIZES = [4443, 230, 6094, 1590, 1347, 331, 511, 2046]
MEANS = [78.482, 71.068, 54.854, 64.469, 53.338, 64.065, 41.663, 74.729]
COSTS = [2.57, 5.86, 4.88, 3.59, 4.45, 4.71, 4.16, 4.41]
DEVIATIONS = [17.028, 6.068, 22.446, 28.757, 5.684, 14.949, 17.092, 12.875]


@st.composite
def tasks(draw: st.DrawFn) -> tuple[list[int], list[float], int, int]:
    sizes = draw(st.lists(st.integers(0, 500), min_size=1, max_size=12))
    minimum = draw(st.integers(0, 5))
    least = sum(min(size, minimum) for size in sizes)
    n = draw(st.integers(least, sum(sizes)))
    spread = st.one_of(st.just(0.0), st.floats(0, 1e6, allow_subnormal=True))
    deviations = draw(st.lists(spread, min_size=len(sizes), max_size=len(sizes)))
    return sizes, deviations, n, minimum


@given(tasks())
def test_every_allocation_keeps_the_total_and_the_bounds(
    task: tuple[list[int], list[float], int, int],
) -> None:
    sizes, deviations, n, minimum = task
    ones = [1.0] * len(sizes)
    for allocation in (
        *(proportional(sizes, n, minimum), neyman(sizes, deviations, n, minimum)),
        *(equal(sizes, n, minimum), root(sizes, n, minimum)),
        *(optimal(sizes, deviations, ones, n, minimum),),
        *(power(sizes, deviations, ones, 0.3, n, minimum),),
    ):
        assert allocation.sum() == n
        assert (allocation <= sizes).all()
        assert (allocation >= np.minimum(sizes, minimum)).all()


@given(st.lists(st.integers(1, 500), min_size=1, max_size=12), st.integers(0, 1000))
def test_a_proportional_share_is_off_by_less_than_one(sizes: list[int], part: int) -> None:
    n = sum(sizes) * part // 1000
    exact = n * np.array(sizes) / sum(sizes)
    assert (np.abs(proportional(sizes, n) - exact) < 1).all()


# Closed forms computed in R 4.2.2, before rounding.
@pytest.mark.parametrize(
    ("allocation", "real"),
    [
        (
            proportional(SIZES, 600),
            [
                *(160.667791706847, 8.31726133076181, 220.371263259402, 57.4975891996143),
                *(48.7102217936355, 11.9696239151398, 18.4787849566056, 73.9874638379942),
            ],
        ),
        (
            neyman(SIZES, DEVIATIONS, 600),
            [
                *(147.744585154718, 2.72549271992957, 267.124072146714, 89.2919525764189),
                *(14.9517932527352, 9.66299497853686, 17.0563226346174, 51.4427865363308),
            ],
        ),
        (equal(SIZES, 600), [75.0] * 8),
        (
            optimal(SIZES, DEVIATIONS, COSTS, 600),
            [
                *(180.86432603467, 2.2095514639408, 237.307256647328, 92.4853615660985),
                *(13.9098094543901, 8.73794292028638, 16.4114381463089, 48.0743137669773),
            ],
        ),
        (
            power(SIZES, DEVIATIONS, MEANS, 0.5, 600),
            [
                *(108.544999687857, 9.24837642186775, 200.437550630221, 120.992855719936),
                *(24.1998435403848, 28.7878199698199, 50.7132121488389, 57.0753418810746),
            ],
        ),
        (
            root(SIZES, 600),
            [
                *(124.013385836202, 28.2159272065009, 145.238459277491, 74.1871983423739),
                *(68.2832535431602, 33.8488879419518, 42.0572486690633, 84.1556391832562),
            ],
        ),
        (
            neyman(SIZES, DEVIATIONS, 14103),
            [
                *(3893.41084950344, 71.8230242746569, 6094, 1590, 394.014264609227),
                *(254.642222242764, 449.473471590915, 1355.636167779),
            ],
        ),
    ],
)
def test_allocations_round_published_ones(allocation: np.ndarray, real: list[float]) -> None:
    whole = np.floor(np.array(real) + 1e-9)
    largest = np.argsort(-(np.array(real) - whole), kind="stable")
    whole[largest[: round(sum(real)) - int(whole.sum())]] += 1
    assert allocation.tolist() == whole.tolist()


def test_a_stratum_without_deviation_gets_the_minimum_until_the_others_are_full() -> None:
    assert neyman([10, 10], [1.0, 0.0], 8, minimum=2).tolist() == [6, 2]
    assert neyman([10, 10], [1.0, 0.0], 15).tolist() == [10, 5]
    assert neyman([10, 30], [0.0, 0.0], 8).tolist() == [2, 6]


def test_ties_go_to_the_stratum_named_first() -> None:
    assert proportional([10, 10, 10], 10).tolist() == [4, 3, 3]


def test_empty_strata_get_nobody() -> None:
    assert proportional([0, 5], 5, minimum=3).tolist() == [0, 5]
    assert proportional([], 0).tolist() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([5, 5], 11), "draw fewer"),
        (([5, 5], 5, 3), "lower the minimum"),
        (([5, -5], 1), "whole numbers"),
        (([5, 2.5], 1), "whole numbers"),
        (([5, 5], -1), "0 or more"),
        (([5, 5], 2, -1), "0 or more"),
    ],
)
def test_an_impossible_allocation_says_what_to_mend(arguments: tuple, message: str) -> None:
    with pytest.raises(AllocationError, match=message):
        proportional(*arguments)


@pytest.mark.parametrize("deviations", [[1.0], [1.0, -1.0], [1.0, float("nan")]])
def test_bad_deviations_are_refused(deviations: list[float]) -> None:
    with pytest.raises(AllocationError, match="deviation"):
        neyman([5, 5], deviations, 4)


def exchanged(allocation: np.ndarray, dossiers: int) -> list[np.ndarray]:
    """Every allocation in which one stratum gives some dossiers to another."""
    moves = dossiers * np.eye(allocation.size, dtype=int)
    found = [allocation - moves[a] + moves[b] for a, b in permutations(range(len(moves)), 2)]
    return [each for each in found if (each > 0).all()]


def test_no_exchange_of_dossiers_betters_neymans_allocation() -> None:
    best = neyman(SIZES, DEVIATIONS, 600)
    others = [standard_error(SIZES, DEVIATIONS, other) for other in exchanged(best, 3)]
    assert len(others) > 40
    assert min(others) > standard_error(SIZES, DEVIATIONS, best)


def test_a_power_of_one_is_neymans_and_of_none_gives_the_least_relative_errors() -> None:
    assert power(SIZES, DEVIATIONS, MEANS, 1.0, 600).tolist() == (
        neyman(SIZES, DEVIATIONS, 600).tolist()
    )
    relative = (np.array(DEVIATIONS) / MEANS) ** 2
    best = power(SIZES, DEVIATIONS, MEANS, 0.0, 600)
    others = [(relative / other).sum() for other in exchanged(best, 3)]
    assert min(others) > (relative / best).sum()


def test_the_error_of_a_stratified_mean_agrees_with_a_published_variance() -> None:
    # R 4.2.2: sum(N^2 S^2 / n (1 - n / N)) / sum(N)^2 with 75 in each stratum.
    assert standard_error(SIZES, DEVIATIONS, [75] * 8) ** 2 == pytest.approx(1.30325618489554)
    assert standard_error(SIZES, DEVIATIONS, SIZES) == 0
    assert standard_error([5, 5], [1, 1], [5, 0]) == float("inf")
    assert standard_error([5, 5], [1, 0], [5, 0]) == 0
    assert np.isnan(standard_error([0], [1], [0]))


@pytest.mark.parametrize("costs", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, float("nan")]])
def test_costs_and_means_are_above_0(costs: list[float]) -> None:
    with pytest.raises(AllocationError, match="cost above 0"):
        optimal([5, 5], [1, 1], costs, 4)
    with pytest.raises(AllocationError, match="mean above 0"):
        power([5, 5], [1, 1], costs, 0.5, 4)


@pytest.mark.parametrize("exponent", [-0.1, 1.1, float("nan")])
def test_an_exponent_out_of_its_range_is_refused(exponent: float) -> None:
    with pytest.raises(AllocationError, match="exponent"):
        power([5, 5], [1, 1], [1, 1], exponent, 4)


def test_caps_and_whole_strata_hold_in_every_rule() -> None:
    options = {"maximum": [300, 230, 300, 300, 300, 331, 300, 300]}
    whole = [False, True, False, False, False, True, False, False]
    for found in (
        proportional(SIZES, 1500, 50, take_all=whole, **options),
        neyman(SIZES, DEVIATIONS, 1500, 50, take_all=whole, **options),
        equal(SIZES, 1500, 50, take_all=whole, **options),
    ):
        assert found.sum() == 1500
        assert (found <= options["maximum"]).all()
        assert (found >= 50).all()
        assert found[[1, 5]].tolist() == [230, 331]

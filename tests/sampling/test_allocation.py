import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.allocation import neyman, proportional
from sampling.errors import AllocationError

SIZES = [4443, 230, 6094, 1590, 1347, 331, 511, 2046]
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
    for allocation in (proportional(sizes, n, minimum), neyman(sizes, deviations, n, minimum)):
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

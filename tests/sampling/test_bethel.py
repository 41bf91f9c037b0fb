from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sampling import shares
from sampling.bethel import Cheapest, cheapest, cheapest_within
from sampling.demands import Demand, by_cv, by_margin, domains_of
from sampling.errors import AllocationError, SizeError

SIZES = np.array([4443, 230, 6094, 1590, 1347, 331, 511, 2046])
FIRST = [17.028, 6.068, 22.446, 28.757, 5.684, 14.949, 17.092, 12.875]
SECOND = [1.7586, 0.6457, 1.6516, 0.9472, 2.4085, 0.5804, 2.7499, 1.2241]
MEANS = [78.482, 71.068, 54.854, 64.469, 53.338, 64.065, 41.663, 74.729]
SECOND_MEANS = [8.459, 7.6098, 8.5493, 7.538, 3.3445, 6.3456, 8.3587, 5.9155]
COSTS = np.array([2.57, 5.86, 4.88, 3.59, 4.45, 4.71, 4.16, 4.41])
BOTH = by_cv("y1", SIZES, FIRST, MEANS, 0.01) + by_cv("y2", SIZES, SECOND, SECOND_MEANS, 0.008444)
TOLERANCE = 1 + 1e-8
Task = tuple[np.ndarray, tuple[Demand, ...], np.ndarray, int]


def meets(allocation: np.ndarray, demands: tuple[Demand, ...]) -> bool:
    return all(each.standard_error(allocation) <= each.error * TOLERANCE for each in demands)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    strata, variables = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    sizes = random.integers(3, 2000, strata)
    domains = domains_of([f"d{place % draw(st.integers(1, 3))}" for place in range(strata)])
    demands: list[Demand] = []
    for number in range(variables):
        deviations = random.choice([0.0, 0.1, 0.4, 0.5], strata, p=[0.1, 0.2, 0.3, 0.4])
        wanted = draw(st.floats(0.01, 0.2))
        demands += by_margin(f"y{number}", sizes, deviations, wanted)
        demands += by_margin(f"y{number}", sizes, deviations, 2 * wanted, domains=domains)
    return sizes, tuple(demands), random.uniform(0.5, 9, strata), draw(st.integers(0, 5))


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(tasks())
def test_whole_sizes_meet_every_demand_and_none_can_be_lowered(task: Task) -> None:
    sizes, demands, costs, minimum = task
    found = cheapest(sizes, demands, costs, minimum=minimum)
    assert found.gap <= 1e-9
    assert meets(found.real, demands)
    assert meets(found.whole, demands)
    assert (found.whole <= sizes).all()
    assert (found.whole >= np.minimum(sizes, minimum)).all()
    assert found.cost <= found.whole_cost * TOLERANCE
    for place in np.flatnonzero(found.whole > np.minimum(sizes, minimum)):
        lowered = found.whole - np.eye(sizes.size, dtype=int)[place]
        assert not all(each.standard_error(lowered) <= each.error for each in demands)


@settings(max_examples=40)
@given(tasks(), st.integers(0, 2**32))
def test_no_other_allocation_that_meets_the_demands_is_cheaper(task: Task, seed: int) -> None:
    sizes, demands, costs, minimum = task
    found = cheapest(sizes, demands, costs, minimum=minimum)
    random, lower = np.random.default_rng(seed), np.minimum(sizes, minimum)
    for _ in range(20):
        other = np.clip(found.real * random.uniform(0.7, 1.3, sizes.size), lower, sizes)
        if meets(other, demands):
            assert costs @ other >= found.cost * (1 - 1e-7)


@settings(max_examples=25)
@given(tasks(), st.floats(0.01, 1000), st.floats(0.01, 1000))
def test_units_of_money_and_of_measurement_change_nothing(
    task: Task, money: float, unit: float
) -> None:
    sizes, demands, costs, minimum = task
    found = cheapest(sizes, demands, costs, minimum=minimum)
    scaled = [
        replace(
            each, weights=each.weights * unit, spared=each.spared * unit**2, error=each.error * unit
        )
        for each in demands
    ]
    other = cheapest(sizes, scaled, costs * money, minimum=minimum)
    assert other.cost == pytest.approx(found.cost * money, rel=1e-7)
    assert other.real == pytest.approx(found.real, rel=1e-4, abs=1e-4)


def test_published_allocations_of_two_variables_are_reproduced() -> None:
    # R 4.2.2, the convex dual by optim(method = "BFGS").
    found = cheapest(SIZES, BOTH, COSTS)
    assert found.real == pytest.approx(
        [
            *(241.229502584447, 2.95321396650065, 311.13408232773, 119.502833094636),
            *(26.7773237272753, 11.3068199091192, 22.932376885682, 63.784182213264),
        ],
        rel=1e-7,
    )
    assert found.multipliers == pytest.approx([2934.9744674913, 198.741829793869], rel=1e-6)
    assert found.multipliers.sum() == pytest.approx(found.cost)
    assert found.use == pytest.approx([1, 1])
    assert found.whole_cost < found.cost + COSTS.max()


@pytest.mark.parametrize("costs", [np.ones(8), COSTS])
def test_one_variable_without_costs_is_neymans_allocation_and_with_them_the_optimal(
    costs: np.ndarray,
) -> None:
    found = cheapest(SIZES, BOTH[:1], costs)
    rule = shares.optimal(SIZES, FIRST, costs)
    assert found.real == pytest.approx(found.real.sum() * rule / rule.sum(), rel=1e-9)
    assert BOTH[0].standard_error(found.real) == pytest.approx(BOTH[0].error)


def test_a_demand_that_others_fulfil_costs_nothing() -> None:
    easy = by_cv("y3", SIZES, FIRST, MEANS, 0.5)
    alone, both = cheapest(SIZES, BOTH, COSTS), cheapest(SIZES, BOTH + easy, COSTS)
    assert both.multipliers[2] == 0
    assert both.use[2] < 0.01
    assert both.real == pytest.approx(alone.real, rel=1e-6)


def test_a_demand_made_twice_counts_once() -> None:
    assert cheapest(SIZES, BOTH + BOTH, COSTS).real == pytest.approx(
        cheapest(SIZES, BOTH, COSTS).real, rel=1e-6
    )


def test_every_domain_gets_what_it_needs() -> None:
    domains = domains_of(["a", "a", "b", "b", "c", "c", "c", "c"])
    demands = by_margin("y1", SIZES, FIRST, 2.0, domains=domains)
    found = cheapest(SIZES, demands)
    assert found.errors == pytest.approx([2.0 / 1.959963984540054] * 3)
    inside = domains["b"]
    alone = cheapest(SIZES[inside], by_margin("y1", SIZES[inside], np.array(FIRST)[inside], 2.0))
    assert found.real[inside] == pytest.approx(alone.real)


def test_caps_least_numbers_and_whole_strata_hold() -> None:
    caps = [150, 230, 6094, 1590, 1347, 331, 511, 2046]
    whole = [False] * 5 + [True] + [False] * 2
    found = cheapest(SIZES, BOTH, COSTS, minimum=20, maximum=caps, take_all=whole)
    assert found.whole[0] == 150
    assert found.whole[1] == 20
    assert found.whole[5] == 331
    assert meets(found.whole, BOTH)


def test_a_demand_that_takes_everything_is_met_by_everything() -> None:
    census = by_margin("y", [10, 20], [0.5, 0.5], 1e-9)
    assert cheapest([10, 20], census).whole.tolist() == [10, 20]


def test_a_stratum_in_which_nothing_varies_gets_its_minimum() -> None:
    demands = by_margin("y", [900, 100], [0.5, 0.0], 0.05)
    assert cheapest([900, 100], demands).whole[1] == 0
    assert cheapest([900, 100], demands, minimum=2).whole[1] == 2
    still = by_margin("y", [900, 100], [0.0, 0.0], 0.05)
    assert cheapest([900, 100], still, minimum=3).whole.tolist() == [3, 3]


def test_an_unreachable_demand_names_its_variable_and_domain() -> None:
    domains = domains_of(["a", "b"])
    demands = by_margin("wait", [900, 100], [0.5, 0.5], 0.01, domains=domains)
    with pytest.raises(AllocationError) as caught:
        cheapest([900, 100], demands, maximum=[900, 20])
    assert caught.value.code == "unreachable_demand"
    assert "'wait / b'" in str(caught.value)
    assert "0.1" in str(caught.value)
    assert "wait / b" in caught.value.message("vi")


def test_without_a_finite_population_more_is_needed() -> None:
    plain, endless = cheapest(SIZES, BOTH, COSTS), cheapest(SIZES, BOTH, COSTS, finite=False)
    assert endless.cost > plain.cost
    assert endless.errors[0] == pytest.approx(BOTH[0].error)


def test_bounds_may_be_absent_and_sizes_then_exceed_the_strata() -> None:
    strict = by_margin("y", [50, 5000], [3.0, 0.1], 0.1)
    found = cheapest_within(
        np.zeros(2), np.full(2, np.inf), np.array([50, 5000]), strict, [1.0, 1.0], False
    )
    assert found.real.sum() > 0
    assert isinstance(found, Cheapest)
    assert strict[0].standard_error(found.real, finite=False) == pytest.approx(strict[0].error)


def test_demands_must_be_possible_and_made_for_the_strata() -> None:
    with pytest.raises(AllocationError, match="nothing is asked"):
        cheapest([5], [])
    with pytest.raises(AllocationError, match="3 strata"):
        cheapest([5, 5, 5], by_margin("y", [5, 5], [1, 1], 0.1))
    with pytest.raises(AllocationError, match="cost above 0"):
        cheapest([5, 5], by_margin("y", [5, 5], [1, 1], 0.1), [1, 0])
    with pytest.raises(AllocationError, match="'a' holds no dossiers"):
        by_margin("y", [0, 5], [1, 1], 0.1, domains=domains_of(["a", "b"]))
    with pytest.raises(AllocationError, match="mean of 'y'"):
        by_cv("y", [5, 5], [1, 1], [0, 0], 0.1)
    with pytest.raises(SizeError, match="cv is 0"):
        by_cv("y", [5, 5], [1, 1], [1, 1], 0.0)

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import SelectionError
from sampling.largest import BLOCK
from sampling.places import bernoulli, poisson, simple_random, smallest, stratified
from sampling.second_order import joint_probabilities
from sampling.selection import (
    BernoulliPlan,
    ParetoPlan,
    PoissonPlan,
    SimplePlan,
    StratifiedPlan,
    SystematicPlan,
)

Draws = Callable[[np.random.Generator], object]
SEEDS = st.integers(0, 2**32)


@given(SEEDS, st.lists(st.integers(0, 3), min_size=4, max_size=60), st.data())
def test_each_stratum_gives_as_many_as_asked_and_nobody_twice(
    seed: int, strata: list[int], data: st.DataObject
) -> None:
    stratum = np.array(strata, dtype=np.int8)
    counts = np.bincount(stratum, minlength=4)
    sizes = np.array([data.draw(st.integers(0, int(count))) for count in counts])
    generator = np.random.default_rng(seed)
    for found in (
        stratified(stratum, sizes, generator),
        smallest(generator.random(stratum.size), stratum, sizes),
    ):
        assert np.unique(found).size == sizes.sum()
        assert stratum[found].tolist() == np.repeat(np.arange(4), sizes).tolist()


@pytest.mark.parametrize("mixed", [False, True])
def test_frames_of_many_blocks_are_drawn_like_small_ones(mixed: bool) -> None:
    generator = np.random.default_rng(8)
    stratum = np.repeat(np.arange(5, dtype=np.int16), BLOCK // 2)
    if mixed:
        generator.shuffle(stratum)
    numbers, sizes = generator.random(stratum.size), np.array([7, 0, 300, 1, BLOCK // 2])
    expected = [np.flatnonzero(stratum == at)[:0] for at in range(5)]
    for at in range(5):
        inside = np.flatnonzero(stratum == at)
        expected[at] = inside[np.argsort(numbers[inside])[: sizes[at]]]
    assert smallest(numbers, stratum, sizes).tolist() == np.concatenate(expected).tolist()
    found = stratified(stratum, sizes, generator)
    assert np.bincount(stratum[found], minlength=5).tolist() == sizes.tolist()


def test_numbers_that_are_not_uniform_are_still_ranked_rightly() -> None:
    numbers = 0.9 + np.arange(1000)[::-1] / 100_000
    found = smallest(numbers, np.zeros(1000, dtype=np.int8), [3])
    assert found.tolist() == [999, 998, 997]


def test_equal_numbers_are_taken_as_they_stand() -> None:
    assert smallest(np.full(5, 0.5), np.zeros(5, dtype=np.int8), [2]).tolist() == [0, 1]


def test_the_same_seed_draws_the_same_places() -> None:
    first, second = (simple_random(10**9, 50, np.random.default_rng(7)) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert (np.diff(first) > 0).all()


def test_rates_of_0_and_1_draw_nobody_and_everybody() -> None:
    generator = np.random.default_rng(1)
    assert bernoulli(9, 0.0, generator).size == 0
    assert bernoulli(9, 1.0, generator).tolist() == [*range(9)]
    assert poisson([0.0, 1.0, 0.0, 1.0], generator).tolist() == [1, 3]
    assert 2_400 < poisson(np.full(BLOCK + 5_000, 0.04), generator).size < 3_300
    assert poisson([], generator).size == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda g: simple_random(3, 4, g), "3 units can be drawn"),
        (lambda g: simple_random(3, -1, g), "mend the sample size"),
        (lambda g: bernoulli(3, 1.1, g), "from 0 to 1"),
        (lambda g: poisson([0.5, np.nan], g), "from 0 to 1"),
        (lambda g: stratified(np.array([0, 1]), [1, 2], g), "1 units can be drawn"),
        (lambda g: stratified(np.array([0, 1]), [1], g), "no size for stratum"),
        (lambda g: stratified(np.array([0, -1]), [1], g), "no size for stratum"),
        (lambda g: stratified(np.array([0]), [-1], g), "0 or more"),
        (lambda g: stratified(np.array([0]), [0.5], g), "whole numbers"),
        (lambda g: smallest(np.array([0.5]), np.array([0, 0]), [1]), "one length"),
        (lambda g: smallest(np.array([1.0]), np.array([0]), [1]), r"\[0, 1\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: Draws, message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        call(np.random.default_rng(1))


FRAME = {"code": [*"abcde"], "stratum": [*"XXXYY"], "chance": [0.1, 0.2, 0.3, 0.4, 1.0]}


def test_pairs_of_one_stratum_are_rarer_than_independence_would_have_them() -> None:
    together = joint_probabilities(FRAME, StratifiedPlan({"X": 2, "Y": 1}))
    assert together[0].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3])
    assert together[3, 4] == 0  # one of two: never both
    whole = joint_probabilities(FRAME, SimplePlan(3))
    assert np.unique(whole).tolist() == pytest.approx([3 / 10, 3 / 5])


def test_independent_rows_meet_as_often_as_their_product_says() -> None:
    together = joint_probabilities(FRAME, PoissonPlan("chance"))
    assert together[1, 2] == pytest.approx(0.06)
    assert np.diag(together).tolist() == FRAME["chance"]
    equal = joint_probabilities(FRAME, BernoulliPlan({"X": 0.5, "Y": 0.1}))
    assert equal[0, 4] == pytest.approx(0.05)


@pytest.mark.parametrize(
    "plan", [SystematicPlan({"X": 1, "Y": 1}), ParetoPlan({"X": 1, "Y": 1}, "chance")]
)
def test_methods_without_a_formula_for_pairs_say_so(plan: SystematicPlan) -> None:
    with pytest.raises(SelectionError, match="approximate variance") as caught:
        joint_probabilities(FRAME, plan)
    assert "Hartley–Rao" in caught.value.message("vi")

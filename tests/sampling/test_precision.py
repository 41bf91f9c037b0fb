from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import SizeError
from sampling.precision import (
    allocation_effect,
    cluster_effect,
    effective_size,
    margin_of_mean,
    margin_of_proportion,
)
from sampling.size import mean, proportion

EFFECTS = st.floats(0.5, 5)
POPULATIONS = st.one_of(st.none(), st.integers(50, 10**6))


@given(POPULATIONS, st.floats(0.02, 0.3), st.floats(0.05, 0.95), st.floats(0.6, 0.99), EFFECTS)
def test_the_margin_of_a_size_is_the_one_it_was_made_for(
    population: int | None, margin: float, share: float, confidence: float, effect: float
) -> None:
    wish = {"share": share, "confidence": confidence, "design_effect": effect}
    answers = proportion(population, margin, **wish).answers
    if population is None or answers < population:
        assert margin_of_proportion(answers, population, **wish) == pytest.approx(margin, rel=1e-9)


@given(POPULATIONS, st.floats(0.5, 20), st.floats(1, 50), EFFECTS)
def test_the_margin_of_a_mean_is_the_one_its_size_was_made_for(
    population: int | None, margin: float, deviation: float, effect: float
) -> None:
    answers = mean(population, margin, deviation=deviation, design_effect=effect).answers
    if population is None or answers < population:
        ours = margin_of_mean(answers, population, deviation=deviation, design_effect=effect)
        assert ours == pytest.approx(margin, rel=1e-9)


def test_a_census_has_no_margin_and_silence_has_no_end() -> None:
    assert margin_of_proportion(80, 80, design_effect=2.0) == 0
    assert margin_of_mean(80, 80, deviation=3.0) == 0
    assert margin_of_proportion(0, 80) == inf
    assert margin_of_mean(0, None, deviation=1.0) == inf
    assert margin_of_proportion(1, 1) == 0


def test_more_answers_never_make_a_margin_wider() -> None:
    margins = [margin_of_proportion(n, 500, design_effect=1.4) for n in range(1, 501)]
    assert (np.diff(margins) < 0).all()


def test_more_answers_than_dossiers_are_refused() -> None:
    with pytest.raises(SizeError, match="81 answers from 80 dossiers"):
        margin_of_proportion(81, 80)
    with pytest.raises(SizeError, match="0 or more"):
        margin_of_mean(-1, None, deviation=1.0)


def test_the_margin_is_the_textbook_one_for_a_large_population() -> None:
    assert margin_of_proportion(400, None) == pytest.approx(1.959963984540054 * sqrt(0.25 / 400))


def test_clusters_cost_as_kish_tells() -> None:
    assert cluster_effect(1, 0.9) == 1
    assert cluster_effect(21, 0.05) == pytest.approx(2.0)
    assert effective_size(200, cluster_effect(21, 0.05)) == pytest.approx(100)


@pytest.mark.parametrize(("size", "rho"), [(0.5, 0.1), (5, 1.5), (5, -0.5), (float("nan"), 0)])
def test_impossible_clusters_are_refused(size: float, rho: float) -> None:
    with pytest.raises(SizeError):
        cluster_effect(size, rho)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 50)), min_size=1, max_size=8))
def test_the_effect_of_an_allocation_is_kishs_effect_of_its_weights(
    strata: list[tuple[int, int]],
) -> None:
    weights = np.concatenate([np.full(n, size / n) for size, n in strata])
    kish = weights.size * (weights**2).sum() / weights.sum() ** 2
    sizes, allocation = zip(*strata, strict=True)
    assert allocation_effect(sizes, allocation) == pytest.approx(kish)


def test_a_stratum_that_nobody_answers_for_has_no_effect_to_tell() -> None:
    assert allocation_effect([5, 5], [5, 0]) == inf
    assert allocation_effect([5, 0], [5, 0]) == 1
    for sizes, allocation in (([0], [1]), ([1, 2], [1]), ([1], [-1]), ([float("nan")], [1])):
        with pytest.raises(SizeError):
            allocation_effect(sizes, allocation)

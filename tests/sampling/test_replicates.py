from string import Formatter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.design import Design, Lonely, Replicates, multistage, stratified
from sampling.errors import LonelyClusterError, SchemeError
from sampling.replicates import balanced_half_samples, jackknife, successive_differences
from sampling.scheme_messages import SCHEME_MESSAGES

TWO_EACH = stratified(np.ones(6), list("aabbcc"), frame_clusters=[4, 4, 8, 8, 20, 20])


def total_variance(replicates: Replicates, y: np.ndarray, weight: np.ndarray) -> float:
    """Variance of a total around the full sample's."""
    totals = (weight * y) @ replicates.factor[replicates.cluster]
    squares = replicates.rscales * (totals - weight @ y) ** 2
    return float(replicates.scale * squares.sum())


def textbook_variance(design: Design, y: np.ndarray) -> float:
    """Stratified variance of a total, every row its own cluster."""
    stage = design.first_stage
    found = 0.0
    for h in range(len(stage.strata)):
        z = (design.weight * y)[stage.stratum[stage.cluster] == h]
        found += (1 - z.size / stage.population[h]) * z.size * z.var(ddof=1)
    return found


@st.composite
def designs(draw: st.DrawFn, least: int = 2, most: int = 5) -> tuple[Design, np.ndarray]:
    """Strata of a few rows each, with frames, and answers."""
    sizes = draw(st.lists(st.integers(least, most), min_size=1, max_size=9))
    stratum = np.repeat(np.arange(len(sizes)), sizes)
    frames = draw(st.lists(st.integers(most, 90), min_size=len(sizes), max_size=len(sizes)))
    rows = stratum.size
    numbers = st.lists(st.floats(0.5, 20), min_size=rows, max_size=rows)
    weight, y = np.array(draw(numbers)), np.array(draw(numbers))
    return stratified(weight, stratum, frame_clusters=np.array(frames)[stratum]), y


@given(designs())
def test_the_jackknife_of_a_total_is_the_textbook_variance(case: tuple) -> None:
    design, y = case
    found = total_variance(jackknife(design), y, design.weight)
    assert found == pytest.approx(textbook_variance(design, y), rel=1e-9, abs=1e-9)


@given(designs(most=2), st.floats(0, 0.9))
def test_half_samples_of_a_total_are_the_textbook_variance(case: tuple, rho: float) -> None:
    design, y = case
    replicates = balanced_half_samples(design, rho=rho)
    found = total_variance(replicates, y, design.weight)
    assert found == pytest.approx(textbook_variance(design, y), rel=1e-9, abs=1e-9)
    assert replicates.factor.mean(axis=1) == pytest.approx(1)
    assert (replicates.factor >= 0).all()


def test_a_jackknife_knows_its_degrees_of_freedom() -> None:
    assert jackknife(TWO_EACH).df == 3
    assert balanced_half_samples(TWO_EACH).df == 3
    assert jackknife(stratified(np.ones(5))).df == 4


def test_a_single_stratum_puts_its_factor_into_the_scale() -> None:
    replicates = jackknife(stratified(np.ones(5), frame_clusters=[20] * 5))
    assert replicates.scale == pytest.approx(0.8 * 0.75)
    assert replicates.rscales.tolist() == [1.0] * 5


def test_strata_taken_whole_have_no_replicates() -> None:
    design = stratified(np.ones(5), list("aabbb"), frame_clusters=[2, 2, 9, 9, 9])
    replicates = jackknife(design)
    assert replicates.factor.shape == (5, 3)
    assert (replicates.factor[:2] == 1).all()
    census = jackknife(stratified(np.ones(2), frame_clusters=[2, 2]))
    assert census.factor.shape == (2, 0)


def test_factors_belong_to_clusters_not_to_rows() -> None:
    design = stratified(np.ones(90), None, np.repeat(np.arange(9), 10))
    assert jackknife(design).factor.shape == (9, 9)
    assert successive_differences(design).factor.shape == (9, 12)


@pytest.mark.parametrize("make", [jackknife, balanced_half_samples])
def test_a_lonely_cluster_is_named(make: object) -> None:
    design = stratified(np.ones(3), ["x", "x", "tầng"])
    with pytest.raises((LonelyClusterError, SchemeError), match="'tầng'"):
        make(design)


def test_a_lonely_cluster_may_be_said_to_add_nothing() -> None:
    strata = ["x", "x", "y"]
    assert jackknife(stratified(np.ones(3), strata, lonely=Lonely.REMOVE)).rscales.size == 2
    with pytest.raises(SchemeError, match="'average'"):
        jackknife(stratified(np.ones(3), strata, lonely=Lonely.AVERAGE))


def test_half_samples_need_two_clusters_everywhere() -> None:
    with pytest.raises(SchemeError, match="'b' has 3 sampled clusters") as raised:
        balanced_half_samples(stratified(np.ones(5), list("aabbb")))
    assert "tầng «b» có 3 chùm" in raised.value.message("vi")


@pytest.mark.parametrize("rho", [-0.1, 1.0, 2.0, float("nan")])
def test_fays_factor_lies_below_one(rho: float) -> None:
    with pytest.raises(SchemeError, match="Fay's factor"):
        balanced_half_samples(TWO_EACH, rho=rho)


def test_every_error_speaks_both_languages() -> None:
    for texts in SCHEME_MESSAGES.values():
        assert texts.keys() == {"vi", "en"}
        places = [{part[1] for part in Formatter().parse(text)} for text in texts.values()]
        assert places[0] - {None} == places[1] - {None}


def test_replicates_of_later_stages_or_calibrated_weights_are_refused() -> None:
    populations = [np.full(4, 9.0), np.full(4, 7.0)]
    two = multistage(np.ones(4), clusters=[list("aabb"), list("cdef")], populations=populations)
    with pytest.raises(SchemeError, match="2 stages"):
        jackknife(two)
    known = type("Known", (), {"residuals": lambda self, columns: columns})()
    calibrated = Design(TWO_EACH.weight, TWO_EACH.scheme, (known,))
    with pytest.raises(SchemeError, match="calibrated"):
        balanced_half_samples(calibrated)
    with pytest.raises(SchemeError, match="do not fit in memory"):
        jackknife(stratified(np.ones(15_000)))


def test_successive_differences_compare_neighbours_on_the_list() -> None:
    y = np.array([1.0, 4.0, 2.0, 7.0, 5.0])
    found = total_variance(successive_differences(stratified(np.ones(5))), y, np.ones(5))
    assert found == pytest.approx(((y - np.roll(y, 1)) ** 2).sum() / 2)
    place = np.array([3, 1, 5, 2, 4])
    ordered = y[np.argsort(place)]
    replicates = successive_differences(stratified(np.ones(5)), place)
    expected = ((ordered - np.roll(ordered, 1)) ** 2).sum() / 2
    assert total_variance(replicates, y, np.ones(5)) == pytest.approx(expected)


@given(st.integers(2, 200), st.integers(2, 70))
def test_successive_differences_spread_any_list_over_any_number(m: int, least: int) -> None:
    replicates = successive_differences(stratified(np.ones(m)), replicates=least)
    assert replicates.factor.shape[1] >= least
    assert (replicates.factor > 0.29).all()
    assert replicates.factor.mean(axis=1) == pytest.approx(1)


def test_many_clusters_on_few_replicates_still_give_the_variance() -> None:
    generator = np.random.default_rng(3)
    y = generator.normal(10, 2, 5_000)
    replicates = successive_differences(stratified(np.ones(5_000)), replicates=80)
    # 80 replicates tell a variance to about sqrt(2 / 79) = 16 percent.
    found = total_variance(replicates, y - y.mean(), np.ones(5_000))
    assert found == pytest.approx(5_000 * y.var(ddof=1), rel=0.5)


def test_a_finite_list_lowers_successive_differences() -> None:
    y = np.array([1.0, 4.0, 2.0, 7.0])
    endless = successive_differences(stratified(np.ones(4)))
    half = successive_differences(stratified(np.ones(4), frame_clusters=[8.0] * 4))
    assert total_variance(half, y, np.ones(4)) == pytest.approx(
        total_variance(endless, y, np.ones(4)) / 2
    )


def test_a_list_needs_a_place_for_each_row_and_two_clusters() -> None:
    with pytest.raises(SchemeError, match="position"):
        successive_differences(stratified(np.ones(4)), [1, 2])
    with pytest.raises(LonelyClusterError):
        successive_differences(stratified(np.ones(1)))
    with pytest.raises(SchemeError, match="at least 2"):
        successive_differences(stratified(np.ones(4)), replicates=1)

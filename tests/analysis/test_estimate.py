from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import t

from analysis.errors import EstimationError
from analysis.estimate import Estimate, mean, total
from sampling.design import Design, stratified
from sampling.errors import LonelyClusterError

ANSWERS = np.array([3.0, 5.0, 4.0, 1.0, 2.0])


def srs(n: int = 5, population: int = 50) -> Design:
    return stratified(np.full(n, population / n), frame_clusters=np.full(n, population))


def test_a_simple_sample_gives_the_textbook_mean_and_error() -> None:
    estimate = mean(ANSWERS, srs())
    assert estimate.value.tolist() == [3.0]
    assert estimate.se[0] == pytest.approx(np.sqrt((1 - 5 / 50) * 2.5 / 5), rel=1e-14)
    assert (estimate.df, estimate.n, estimate.effective_n) == (4, 5, pytest.approx(5))


def test_a_total_is_the_mean_times_the_population() -> None:
    estimate = total(ANSWERS, srs())
    assert estimate.value[0] == pytest.approx(150, rel=1e-14)
    assert estimate.se[0] == pytest.approx(50 * mean(ANSWERS, srs()).se[0], rel=1e-14)


def test_strata_add_their_own_variances() -> None:
    y = np.array([1.0, 3.0, 10.0, 14.0, 12.0])
    design = stratified([5, 5, 4, 4, 4], list("aabbb"), frame_clusters=[10, 10, 12, 12, 12])
    variance = 10**2 * (1 - 2 / 10) * 2 / 2 + 12**2 * (1 - 3 / 12) * 4 / 3
    assert total(y, design).se[0] == pytest.approx(np.sqrt(variance), rel=1e-14)
    assert total(y, design).df == 3


def test_clusters_are_the_units_of_variation() -> None:
    y = np.array([1.0, 2.0, 6.0, 2.0, 2.0])
    design = stratified(np.ones(5), None, list("aabcc"))
    totals = np.array([3.0, 6.0, 4.0])
    assert total(y, design).se[0] == pytest.approx(np.sqrt(3 * totals.var(ddof=1)), rel=1e-14)
    assert total(y, design).df == 2


def test_the_variance_is_unbiased_over_all_samples() -> None:
    # Every sample of 2 from 4 and 2 from 3: the mean of the estimates is the true variance.
    strata = ([1.0, 4.0, 4.0, 9.0], [2.0, 3.0, 7.0])
    design = stratified([2, 2, 1.5, 1.5], list("aabb"), frame_clusters=[4, 4, 3, 3])
    samples = product(combinations(strata[0], 2), combinations(strata[1], 2))
    estimates = [total(np.array([*first, *second]), design) for first, second in samples]
    values = np.array([estimate.value[0] for estimate in estimates])
    variances = np.array([estimate.se[0] ** 2 for estimate in estimates])
    assert values.mean() == pytest.approx(sum(map(sum, strata)))
    assert variances.mean() == pytest.approx(values.var())


def test_several_columns_come_with_their_covariances() -> None:
    y = np.column_stack([ANSWERS, 2 * ANSWERS, -ANSWERS])
    estimate = mean(y, srs())
    variance = estimate.se[0] ** 2
    expected = variance * np.outer([1, 2, -1], [1, 2, -1])
    assert estimate.covariance == pytest.approx(expected, rel=1e-13)


def test_a_large_constant_does_not_spoil_the_error() -> None:
    far = mean(ANSWERS + 1e9, srs())
    assert far.se == pytest.approx(mean(ANSWERS, srs()).se, rel=1e-6)


@pytest.mark.parametrize("estimator", [mean, total])
def test_a_simple_sample_has_design_effect_one(estimator: type[Estimate]) -> None:
    assert estimator(ANSWERS, srs()).deff[0] == pytest.approx(1, rel=1e-14)
    against_replacement = estimator(ANSWERS, srs(), deff="srs_with_replacement").deff[0]
    assert against_replacement == pytest.approx(1 - 5 / 50, rel=1e-14)


def test_weights_that_are_no_population_sizes_have_no_design_effect() -> None:
    assert np.isnan(mean(ANSWERS, stratified(np.full(5, 0.1))).deff[0])


def test_unequal_weights_lower_the_effective_size() -> None:
    design = stratified([1.0, 1.0, 2.0])
    assert mean(np.array([1.0, 2.0, 3.0]), design).effective_n == pytest.approx(16 / 6)


def test_the_interval_uses_the_t_distribution() -> None:
    estimate = mean(ANSWERS, srs())
    lower, upper = estimate.interval(0.9)
    reach = t.ppf(0.95, 4) * estimate.se
    assert lower == pytest.approx(estimate.value - reach)
    assert upper == pytest.approx(estimate.value + reach)
    with pytest.raises(EstimationError, match="level is 95"):
        estimate.interval(95)


def test_without_degrees_of_freedom_there_is_no_interval() -> None:
    design = srs().domain(np.array([True, False, False, False, False]))
    estimate = mean(ANSWERS, design)
    assert estimate.df == 0
    assert np.isnan(estimate.interval()).all()


def test_a_missing_answer_inside_makes_the_estimate_missing() -> None:
    y = np.column_stack([np.where(ANSWERS == 5, np.nan, ANSWERS), ANSWERS])
    for estimate in (mean(y, srs()), total(y, srs())):
        assert np.isnan(estimate.value).tolist() == [True, False]
        assert np.isnan(estimate.se).tolist() == [True, False]
    assert mean(y, srs()).se[1] == mean(ANSWERS, srs()).se[0]


def test_a_missing_answer_outside_the_domain_is_nobodys_business() -> None:
    inside = ANSWERS != 5
    domain = srs().domain(inside)
    spoiled = np.where(inside, ANSWERS, np.nan)
    assert mean(spoiled, domain).value == mean(ANSWERS, domain).value
    assert mean(spoiled, domain).se == mean(ANSWERS, domain).se


def test_dropping_missing_answers_narrows_the_domain() -> None:
    y = np.column_stack([np.where(ANSWERS == 5, np.nan, ANSWERS), ANSWERS])
    dropped = mean(y, srs(), missing="drop")
    narrowed = mean(ANSWERS, srs().domain(ANSWERS != 5))
    assert dropped.value == pytest.approx([narrowed.value[0]] * 2)
    assert dropped.se == pytest.approx([narrowed.se[0]] * 2)
    assert (dropped.n, dropped.df) == (4, 3)


def test_a_lonely_cluster_raises_with_its_stratum() -> None:
    design = stratified(np.ones(3), ["a", "a", "b"], frame_clusters=[5, 5, 2])
    with pytest.raises(LonelyClusterError, match="'b'"):
        mean(np.ones(3), design)


def test_a_stratum_taken_whole_adds_no_variance_even_alone() -> None:
    y = np.array([1.0, 3.0, 100.0])
    design = stratified([5, 5, 1], ["a", "a", "b"], frame_clusters=[10, 10, 1])
    assert total(y, design).se[0] == pytest.approx(np.sqrt(10**2 * 0.8 * 2 / 2))
    assert total(y, design).value[0] == pytest.approx(120)


def test_a_census_has_no_error() -> None:
    estimate = mean(ANSWERS, srs(5, 5))
    assert estimate.se.tolist() == [0.0]


@pytest.mark.parametrize(
    ("y", "options", "message"),
    [
        (np.ones(4), {}, "4"),
        (np.ones((5, 1, 1)), {}, "shape"),
        (np.ones(5), {"missing": "ignore"}, "missing is 'ignore'"),
        (np.ones(5), {"deff": "none"}, "deff is 'none'"),
    ],
)
def test_wrong_arguments_say_what_to_mend(y: np.ndarray, options: dict, message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        mean(y, srs(), **options)


@given(
    hnp.arrays(float, 12, elements=st.floats(-100, 100)),
    hnp.arrays(float, 12, elements=st.floats(0.5, 50)),
    st.floats(-50, 50),
    st.floats(0.1, 10),
)
def test_shifting_and_scaling_answers_does_the_same_to_the_mean(
    y: np.ndarray, weights: np.ndarray, shift: float, scale: float
) -> None:
    design = stratified(weights, ["a"] * 5 + ["b"] * 7)
    plain, moved = mean(y, design), mean(shift + scale * y, design)
    assert moved.value == pytest.approx(shift + scale * plain.value, abs=1e-9)
    assert moved.se == pytest.approx(scale * plain.se, abs=1e-9)

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import beta, binom
from statsmodels.stats.proportion import proportion_confint

from analysis.domains import crossed
from analysis.errors import EstimationError
from analysis.estimate import mean, mean_by
from analysis.inference_errors import InferenceError
from analysis.proportions import Method, proportion_interval
from sampling.design import stratified
from tests.analysis.cluster_samples import clustered, simple

BOUNDED = [method for method in get_args(Method) if method != "mean"]


@given(st.integers(0, 10_000), st.sampled_from(get_args(Method)), st.floats(0.5, 0.99))
def test_intervals_hold_the_estimate_and_stay_between_0_and_1(
    seed: int, method: Method, level: float
) -> None:
    sample = clustered(seed)
    by = crossed([sample.service])
    estimate = mean_by(sample.satisfied, by, sample.design)
    lower, upper = proportion_interval(estimate, method=method, level=level)
    known = ~np.isnan(lower)
    assert known.any()
    assert (lower <= estimate.value)[known].all()
    assert (upper >= estimate.value)[known].all()
    if method in BOUNDED:
        assert ((lower >= 0) & (upper <= 1))[known].all()


@given(st.integers(0, 10_000), st.sampled_from(get_args(Method)))
def test_the_share_of_no_is_the_mirror_of_yes(seed: int, method: Method) -> None:
    sample = clustered(seed)
    yes, no = (mean(y, sample.design) for y in (sample.satisfied, 1 - sample.satisfied))
    lower, upper = proportion_interval(yes, method=method)
    other_lower, other_upper = proportion_interval(no, method=method)
    assert other_lower == pytest.approx(1 - upper, abs=1e-9)
    assert other_upper == pytest.approx(1 - lower, abs=1e-9)


def test_a_simple_random_sample_has_clopper_and_pearsons_interval() -> None:
    y = np.repeat([0.0, 1.0], [70, 30])
    lower, upper = proportion_interval(mean(y, simple(100)))
    effective = 99  # p q / se^2, as the standard error divides by n - 1
    assert lower[0] == pytest.approx(beta.ppf(0.025, effective * 0.3, effective * 0.7 + 1))
    theirs = proportion_confint(30, 100, method="beta")
    assert (lower[0], upper[0]) == pytest.approx(theirs, abs=2e-3)


def test_all_alike_leaves_room_for_doubt() -> None:
    estimate = mean(np.ones(20), simple(20))
    lower, upper = proportion_interval(estimate)
    assert (lower[0], upper[0]) == (pytest.approx(0.025 ** (1 / 20)), 1)
    lower, upper = proportion_interval(mean(np.zeros(20), simple(20)))
    assert binom.pmf(0, 20, upper[0]) == pytest.approx(0.025)
    for method in get_args(Method)[1:]:
        assert np.isnan(proportion_interval(estimate, method=method)).all()


def test_a_census_is_certain() -> None:
    estimate = mean(np.array([0.0, 1, 1, 1]), stratified(np.ones(4), frame_clusters=np.full(4, 4)))
    for method in get_args(Method):
        lower, upper = proportion_interval(estimate, method=method)
        assert (lower[0], upper[0]) == (0.75, 0.75)


def test_without_degrees_of_freedom_or_rows_there_is_no_interval() -> None:
    estimate = mean(np.array([0.0, 1.0, 1.0]), stratified(np.ones(3), cluster=["a", "a", "b"]))
    for df in (0, -1):
        lower, upper = proportion_interval(replace(estimate, df=np.array(df)))
        assert np.isnan([lower, upper]).all()
    empty = mean(np.ones(3), simple(3).domain(np.zeros(3, bool)))
    assert np.isnan(proportion_interval(empty)).all()


def test_only_shares_levels_and_known_methods_are_taken() -> None:
    estimate = mean(np.array([0.0, 1.0, 5.0]), simple(3))
    with pytest.raises(InferenceError, match=r"is 2\.0"):
        proportion_interval(estimate)
    with pytest.raises(EstimationError, match="the level is 95"):
        proportion_interval(estimate, level=95)
    with pytest.raises(EstimationError, match="'wilson'"):
        proportion_interval(estimate, method="wilson")  # type: ignore[arg-type]  # no such word

import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.contrasts import contrast
from analysis.domains import crossed
from analysis.errors import EstimationError
from analysis.estimate import mean, mean_by
from analysis.inference_errors import InferenceError
from tests.analysis.cluster_samples import clustered


@given(st.integers(0, 10_000))
def test_a_contrast_of_columns_is_the_mean_of_their_combination(seed: int) -> None:
    sample = clustered(seed)
    columns = np.column_stack([sample.y, sample.days, sample.group])
    coefficients = np.array([[1.0, -1.0, 0.0], [2.0, 0.0, 3.0]])
    found = contrast(mean(columns, sample.design), coefficients, ("first", "second"))
    alone = mean(columns @ coefficients.T, sample.design)
    assert found.names == ("first", "second")
    assert found.value == pytest.approx(alone.value)
    assert found.covariance == pytest.approx(alone.covariance)
    assert np.array(found.interval()) == pytest.approx(np.array(alone.interval()))


def test_domains_that_take_no_part_may_be_empty() -> None:
    sample = clustered(1)
    by = crossed([sample.service])
    estimate = mean_by(sample.y, by, sample.design.domain(sample.service != "tax"), covariance=True)
    found = contrast(estimate, [1, -1, 0])
    assert np.isfinite(found.se).all()
    assert np.isnan(contrast(estimate, [1, 0, -1]).value).all()
    assert found.df == estimate.df[:2].min()


def test_nothing_compared_has_no_p_value() -> None:
    sample = clustered(2)
    found = contrast(mean(sample.y, sample.design), [0.0])
    assert (found.value, found.df) == (0, 0)
    assert np.isnan([found.t, found.p_value]).all()


def test_a_contrast_needs_covariances_and_as_many_coefficients() -> None:
    sample = clustered(3)
    by = crossed([sample.service])
    with pytest.raises(InferenceError, match="covariance=True"):
        contrast(mean_by(sample.y, by, sample.design), [1, -1, 0])
    with pytest.raises(InferenceError, match="3 estimates"):
        contrast(mean_by(sample.y, by, sample.design, covariance=True), [1, -1])
    with pytest.raises(EstimationError, match="the level is 2"):
        contrast(mean(sample.y, sample.design), [1]).interval(2)

import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.domains import crossed
from analysis.estimate import mean
from analysis.spread import variance, variance_by
from tests.analysis.cluster_samples import clustered, jackknife, simple


@given(st.integers(0, 10_000))
def test_of_equal_weights_it_is_the_usual_variance(seed: int) -> None:
    y = np.random.default_rng(seed).normal(1e6, 3, (50, 2))
    assert variance(y, simple(50)).value == pytest.approx(y.var(axis=0, ddof=1), rel=1e-9)


@given(st.integers(0, 10_000))
def test_it_is_the_mean_of_squared_distances(seed: int) -> None:
    sample = clustered(seed)
    n, centre = sample.y.size, np.average(sample.y, weights=sample.design.weight)
    squares = mean((sample.y - centre) ** 2 * n / (n - 1), sample.design)
    found = variance(sample.y, sample.design)
    for field in ("value", "se", "deff", "df", "covariance"):
        assert getattr(found, field) == pytest.approx(getattr(squares, field), rel=1e-9), field


@given(st.integers(0, 10_000), st.floats(-1e3, 1e3), st.floats(0.1, 10))
def test_shifts_do_not_count_and_scales_are_squared(seed: int, shift: float, scale: float) -> None:
    sample = clustered(seed)
    plain, other = (variance(y, sample.design) for y in (sample.y, sample.y * scale + shift))
    assert other.value == pytest.approx(plain.value * scale**2, rel=1e-8)
    assert other.se == pytest.approx(plain.se * scale**2, rel=1e-8)


@given(st.integers(0, 10_000))
def test_domains_alone_or_together_are_the_same(seed: int) -> None:
    sample = clustered(seed)
    by = crossed([sample.service])
    together = variance_by(sample.y, by, sample.design)
    for domain in range(3):
        alone = variance(sample.y, sample.design.domain(by.codes == domain))
        assert together.value[domain] == pytest.approx(alone.value)
        assert together.se[domain] == pytest.approx(alone.se)


def test_replicates_tell_nearly_the_same_error() -> None:
    sample = clustered(2)
    plain, replicated = (
        variance(sample.y, design) for design in (sample.design, jackknife(sample.design))
    )
    assert replicated.value == pytest.approx(plain.value)
    assert replicated.se == pytest.approx(plain.se, rel=0.2)


def test_a_single_row_and_a_missing_answer_have_no_variance() -> None:
    y, by = np.array([1.0, 2.0, 4.0, 9.0]), crossed([["a", "b", "b", "b"]])
    assert np.isnan(variance_by(y, by, simple(4)).value[:, 0]).tolist() == [True, False]
    y[3] = np.nan
    assert np.isnan(variance_by(y, by, simple(4)).value).all()
    assert variance(y[:, None], simple(4), missing="drop").value == pytest.approx(7 / 3)


def test_constant_answers_have_variance_zero() -> None:
    found = variance(np.full(5, 3.0), simple(5))
    assert (found.value[0], found.se[0]) == (0, 0)

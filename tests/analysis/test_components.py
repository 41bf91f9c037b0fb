import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from analysis.components import correlation, covariance, principal_components
from analysis.errors import EstimationError
from analysis.model_errors import ModelError
from sampling.design import stratified

DRAW = np.random.default_rng(8)
ITEMS = DRAW.normal(size=(50, 3)) @ DRAW.normal(size=(3, 3))
WEIGHT = DRAW.uniform(1, 5, size=50)


def test_equal_weights_give_the_covariance_of_the_sample() -> None:
    found = covariance(ITEMS, stratified(np.full(50, 7.0)))
    assert found == pytest.approx(np.cov(ITEMS.T), rel=1e-12)


def test_weights_count_as_repetitions_but_for_the_factor() -> None:
    found = covariance(ITEMS, stratified(WEIGHT))
    oracle = DescrStatsW(ITEMS, weights=WEIGHT, ddof=0)
    assert found == pytest.approx(oracle.cov * 50 / 49, rel=1e-12)
    assert correlation(found) == pytest.approx(oracle.corrcoef, rel=1e-12)


@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_scale_of_weights_matters(seed: int, factor: float) -> None:
    order = np.random.default_rng(seed).permutation(50)
    found = covariance(ITEMS[order], stratified(factor * WEIGHT[order]))
    assert found == pytest.approx(covariance(ITEMS, stratified(WEIGHT)), rel=1e-10, abs=1e-12)


def test_rows_of_weight_zero_do_not_count() -> None:
    weight, items = WEIGHT.copy(), ITEMS.copy()
    weight[:10], items[:10] = 0, np.nan
    expected = covariance(ITEMS[10:], stratified(WEIGHT[10:]))
    assert covariance(items, stratified(weight)) == pytest.approx(expected, rel=1e-12)


def test_a_missing_answer_spoils_its_item_or_drops_its_row() -> None:
    items = ITEMS.copy()
    items[4, 1] = np.nan
    found = covariance(items, stratified(WEIGHT))
    assert np.isnan(np.diag(found)).tolist() == [False, True, False]
    with pytest.raises(ModelError, match="'speed' has missing"):
        principal_components(correlation(found), ("score", "speed", "cost"))
    rest = np.arange(50) != 4
    dropped = covariance(items, stratified(WEIGHT), missing="drop")
    expected = covariance(ITEMS[rest], stratified(WEIGHT[rest]))
    assert dropped == pytest.approx(expected, rel=1e-12)


def test_components_give_the_matrix_back() -> None:
    matrix = correlation(covariance(ITEMS, stratified(WEIGHT)))
    found = principal_components(matrix)
    assert (np.diff(found.eigenvalues) <= 0).all()
    assert found.eigenvalues.sum() == pytest.approx(3)
    assert found.explained.sum() == pytest.approx(1)
    again = found.loadings * found.eigenvalues @ found.loadings.T
    assert again == pytest.approx(matrix, rel=1e-12, abs=1e-13)
    largest = np.abs(found.loadings).argmax(axis=0)
    assert (found.loadings[largest, range(3)] > 0).all()


def test_items_that_do_not_vary_have_no_correlation() -> None:
    items = ITEMS.copy()
    items[:, 2] = 4.0
    matrix = covariance(items, stratified(WEIGHT))
    with pytest.raises(ModelError, match="'q3'"):
        correlation(matrix, ("q1", "q2", "q3"))
    with pytest.raises(ModelError, match="item '3'"):
        correlation(matrix)


def test_impossible_input_is_refused() -> None:
    with pytest.raises(ModelError, match="shape"):
        covariance(ITEMS[:5], stratified(WEIGHT))
    with pytest.raises(ModelError, match="shape"):
        covariance(ITEMS[:, 0], stratified(WEIGHT))
    with pytest.raises(ModelError, match="1 usable"):
        covariance(ITEMS[:1], stratified(WEIGHT[:1]))
    with pytest.raises(EstimationError, match="missing"):
        covariance(ITEMS, stratified(WEIGHT), missing="ignore")  # type: ignore[arg-type]  # no such word

import numpy as np
import pytest

from sampling.design import Design, Replicates, stratified
from sampling.errors import DesignError, SchemeError
from sampling.replicate_weights import given_replicates, reweighted
from sampling.replicates import jackknife

SCALES = {"scale": 1.0, "rscales": [1.0, 1.0], "df": 1}


def test_weights_and_factors_of_weights_say_the_same() -> None:
    weight, factors = np.array([2.0, 4.0]), np.array([[0.0, 2.0], [2.0, 0.0]])
    as_weights = given_replicates(weight, weight[:, None] * factors, **SCALES)
    as_factors = given_replicates(weight, factors, combined=False, **SCALES)
    assert as_weights.factor.tolist() == as_factors.factor.tolist() == factors.tolist()


def test_a_row_of_weight_zero_stays_there() -> None:
    found = given_replicates([0.0, 1.0], [[0.0, 0.0], [2.0, 0.0]], **SCALES)
    assert found.factor.tolist() == [[0, 0], [2, 0]]


@pytest.mark.parametrize(
    ("weight", "columns", "changes", "message"),
    [
        ([1.0, 1.0], [1.0, 1.0], {}, "columns has shape"),
        ([1.0, 1.0], [[1.0, 1.0]], {}, "columns has shape"),
        ([1.0], [[1.0, 1.0]], {"rscales": [1.0]}, "rscales has shape"),
        ([1.0], [[1.0, -1.0]], {}, "place 0, replicate 1, is -1"),
        ([1.0], [[1.0, float("nan")]], {}, "is nan"),
        ([0.0], [[1.0, 0.0]], {}, "weight 0 but positive"),
        ([1.0], [[1.0, 1.0]], {"scale": -1.0}, "scale and rscales"),
        ([1.0], [[1.0, 1.0]], {"rscales": [1.0, float("inf")]}, "scale and rscales"),
        ([-1.0], [[1.0, 1.0]], {}, "weight number 0"),
    ],
)
def test_columns_that_are_no_replicates_are_refused(
    weight: list, columns: list, changes: dict, message: str
) -> None:
    with pytest.raises(DesignError, match=message):
        given_replicates(weight, columns, **{**SCALES, **changes})


def poststratified(weight: np.ndarray, level: np.ndarray) -> np.ndarray:
    return weight * np.array([30.0, 70.0])[level] / np.bincount(level, weight, minlength=2)[level]


def test_every_replicate_is_calibrated_as_the_weights_are() -> None:
    level = np.array([0, 1, 0, 1, 1, 0, 1, 1])
    cluster = np.array([0, 0, 1, 1, 2, 2, 3, 3])
    plain = stratified(np.arange(1.0, 9.0), None, cluster)
    design = Design(plain.weight, jackknife(plain))
    by_row = reweighted(design, lambda weight: poststratified(weight, level))
    by_cell = reweighted(design, lambda weight: poststratified(weight, level), level)
    assert isinstance(by_row.scheme, Replicates)
    assert isinstance(by_cell.scheme, Replicates)
    assert by_row.scheme.factor.shape == (8, 4)
    assert by_cell.scheme.factor.shape == (7, 4)
    for found in (by_row, by_cell):
        weights = found.weight[:, None] * found.scheme.factor[found.scheme.cluster]
        assert weights[level == 0].sum(axis=0) == pytest.approx(30)
        assert weights[level == 1].sum(axis=0) == pytest.approx(70)
        expected = poststratified(design.weight * (cluster != 2) * 4 / 3, level)
        assert weights[:, 2] == pytest.approx(expected)


def test_a_cell_takes_its_factor_from_a_row_with_weight() -> None:
    plain = stratified([0.0, 1.0, 2.0, 3.0], None, [0, 0, 1, 1])
    design = Design(plain.weight, jackknife(plain))
    found = reweighted(design, lambda weight: weight, np.zeros(4))
    assert found.scheme.factor.tolist() == [[0, 2], [2, 0]]


def test_only_replicates_can_be_calibrated_one_by_one() -> None:
    design = stratified(np.ones(3))
    with pytest.raises(SchemeError, match="Stages has no replicate weights"):
        reweighted(design, lambda weight: weight)
    replicated = Design(design.weight, jackknife(design))
    with pytest.raises(SchemeError, match="alike has shape"):
        reweighted(replicated, lambda weight: weight, [1, 2])
    with pytest.raises(SchemeError, match="replicate 0, is -"):
        reweighted(replicated, lambda weight: np.where(weight == 0, -1.0, weight))

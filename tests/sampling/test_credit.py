import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.calibration import calibrate
from sampling.errors import WeightingError
from sampling.raking import rake
from tests.sampling.test_calibration import sample
from tests.sampling.test_regressors import dense


@pytest.mark.parametrize("method", ["linear", "raking"])
def test_residuals_are_those_of_a_regression_weighted_by_the_base(method: str) -> None:
    _, base, margins = sample(1)
    result = calibrate(base, margins, method)
    z = np.random.default_rng(2).normal(size=(base.size, 3))
    x, root = dense(margins.regressors()), np.sqrt(base)[:, None]
    slopes = np.linalg.lstsq(root * x, root * z, rcond=None)[0]
    expected = result.weight[:, None] * (z - x @ slopes)
    assert result.residuals(result.weight[:, None] * z) == pytest.approx(expected, abs=1e-8)


@given(st.integers(0, 1000), st.booleans())
def test_what_is_calibrated_has_no_residual(seed: int, many_rows: bool) -> None:
    columns, base, margins = sample(seed, 300 if many_rows else 90)
    result = calibrate(base, margins, negative="keep")
    known = np.column_stack([columns["days"], columns["age"] == "b", np.ones(base.size)])
    left = result.residuals(result.weight[:, None] * known)
    assert left == pytest.approx(np.zeros(left.shape), abs=1e-6)


def test_slopes_by_domain_say_what_residuals_of_each_domain_would() -> None:
    _, base, margins = sample(3)
    result = calibrate(base, margins)
    rng = np.random.default_rng(4)
    domain, cluster = rng.integers(-1, 4, base.size), rng.integers(0, 20, base.size)
    z = result.weight[:, None] * rng.normal(size=(base.size, 2))
    slopes = result.credit.slopes(z, domain, 4)
    explained = result.credit.explained(cluster, 20)
    for d in range(4):
        alone = np.where((domain == d)[:, None], z, 0.0)
        left = result.residuals(alone)
        for column in range(2):
            direct = np.bincount(cluster, left[:, column], minlength=20)
            inside = np.bincount(cluster, alone[:, column], minlength=20)
            assert inside - explained @ slopes[:, d, column] == pytest.approx(direct)


def test_slopes_by_domain_agree_when_rows_were_put_into_cells() -> None:
    columns, base, margins = sample(5)
    result = rake(base, type(margins)(margins.categories), regression="rows")
    assert result.credit.cells is not None
    domain = np.asarray(columns["sex"] == "F", dtype=np.intp)
    z = result.weight[:, None] * columns["days"][:, None]
    slopes = result.credit.slopes(z, domain, 2)
    everybody = np.zeros(base.size, np.intp)
    total = z.sum() - result.credit.explained(everybody, 1) @ slopes.sum(axis=1)
    assert total[0, 0] == pytest.approx(result.residuals(z).sum(), abs=1e-6)


def test_a_missing_contribution_spoils_its_column_only() -> None:
    _, base, margins = sample(6)
    z = np.ones((base.size, 2))
    z[3, 0] = np.nan
    left = calibrate(base, margins).residuals(z)
    assert np.isnan(left[:, 0]).any()
    assert not np.isnan(left[:, 1]).any()


def test_raking_regresses_rows_alike_or_by_base() -> None:
    _, base, margins = sample(7)
    categories = type(margins)(margins.categories)
    z = np.random.default_rng(8).normal(size=(base.size, 1))
    x = dense(categories.regressors())
    for regression, w in (("rows", np.ones(base.size)), ("base", base)):
        result = rake(base, categories, regression=regression)
        left = result.residuals(result.weight[:, None] * z) / result.weight[:, None]
        assert x.T @ (w[:, None] * left) == pytest.approx(np.zeros((x.shape[1], 1)), abs=1e-6)


def test_contributions_of_other_rows_are_refused() -> None:
    _, base, margins = sample(9)
    with pytest.raises(WeightingError):
        calibrate(base, margins).residuals(np.ones((3, 1)))

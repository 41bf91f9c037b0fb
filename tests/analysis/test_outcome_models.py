import numpy as np
import pytest
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS

from analysis.model_errors import ModelError
from analysis.outcome_models import linear_model, logistic_model
from analysis.predictors import predictors
from tests.analysis.volunteer_samples import town

TOWN = town(7)
VOLUNTEERS, FRAME = predictors(TOWN.volunteers, TOWN.frame)
MATRIX = VOLUNTEERS.patterns[VOLUNTEERS.place]
CONTENT = (TOWN.told > 60).astype(float)


def test_a_linear_model_is_least_squares() -> None:
    model = linear_model(TOWN.told, VOLUNTEERS)
    oracle = OLS(TOWN.told, MATRIX).fit()
    assert model.coefficients == pytest.approx(oracle.params, rel=1e-9)
    assert model.predicted(VOLUNTEERS) == pytest.approx(oracle.fittedvalues, rel=1e-10)
    assert model.predicted(FRAME).size == FRAME.place.size


def test_a_logistic_model_is_that_of_statsmodels() -> None:
    model = logistic_model(CONTENT, VOLUNTEERS)
    oracle = GLM(CONTENT, MATRIX, family=Binomial()).fit(tol=1e-14)
    assert model.coefficients == pytest.approx(oracle.params, rel=1e-8)
    predicted = model.predicted(VOLUNTEERS)
    assert ((predicted > 0) & (predicted < 1)).all()
    assert predicted.sum() == pytest.approx(CONTENT.sum(), rel=1e-11)


@pytest.mark.parametrize("ridge", [0.5, 20.0])
def test_a_penalty_pulls_all_but_the_intercept(ridge: float) -> None:
    model = linear_model(TOWN.told, VOLUNTEERS, ridge=ridge)
    pull = ridge * np.diag([0.0, 1, 1, 1, 1])
    expected = np.linalg.solve(MATRIX.T @ MATRIX + pull, MATRIX.T @ TOWN.told)
    assert model.coefficients == pytest.approx(expected, rel=1e-9)
    shares = logistic_model(CONTENT, VOLUNTEERS, ridge=ridge)
    gradient = MATRIX.T @ (CONTENT - shares.predicted(VOLUNTEERS)) - pull @ shares.coefficients
    assert gradient == pytest.approx(0, abs=1e-8)


def test_a_penalty_allows_what_least_squares_cannot() -> None:
    (doubled,) = predictors({**TOWN.volunteers, "late": 1 - TOWN.volunteers["overdue"]})
    for fit, y in ((linear_model, TOWN.told), (logistic_model, CONTENT)):
        with pytest.raises(ModelError, match="'late'"):
            fit(y, doubled)
        assert np.isfinite(fit(y, doubled, ridge=1.0).coefficients).all()


def test_answers_that_a_level_settles_have_no_logistic_model_without_a_penalty() -> None:
    land = (TOWN.volunteers["service"] == "land").astype(float)
    mixed = np.where(land > 0, 1.0, CONTENT)
    with pytest.raises(ModelError, match="'service land'"):
        logistic_model(mixed, VOLUNTEERS)
    assert np.isfinite(logistic_model(mixed, VOLUNTEERS, ridge=1.0).coefficients).all()


def test_answers_that_cannot_be_are_refused() -> None:
    gap = TOWN.told.copy()
    gap[4] = np.nan
    with pytest.raises(ModelError, match="'y' is missing or not finite at place 4"):
        linear_model(gap, VOLUNTEERS)
    with pytest.raises(ModelError, match="shape"):
        linear_model(gap[:5], VOLUNTEERS)
    with pytest.raises(ModelError, match="value number 0"):
        logistic_model(TOWN.told, VOLUNTEERS)
    with pytest.raises(ModelError, match=r"answered 1\.0"):
        logistic_model(np.ones(CONTENT.size), VOLUNTEERS)
    with pytest.raises(ModelError, match="ridge"):
        linear_model(TOWN.told, VOLUNTEERS, ridge=-1.0)
    (nobody,) = predictors({"x": np.array([], dtype=float)})
    with pytest.raises(ModelError, match="no volunteers"):
        linear_model([], nobody)


def test_a_model_predicts_only_what_was_coded_alike() -> None:
    (other,) = predictors({"service": ["land"]})
    with pytest.raises(ModelError, match="coded together"):
        linear_model(TOWN.told, VOLUNTEERS).predicted(other)

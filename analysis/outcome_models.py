"""What volunteers answer, given what is known of their dossiers: models fitted on them alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from analysis.collinearity import in_basis, orthonormal, solved
from analysis.model_errors import ModelError
from analysis.newton import Curve, maximum
from analysis.predictors import Predictors
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class OutcomeModel:
    """A fitted regression.

    Attributes
    ----------
    terms : tuple of (str, str), length p
        As in `Predictors`.
    coefficients : ndarray, shape (p,)
        In the units of the answer, or on the logit scale.
    logistic : bool
        Whether predictions are shares.
    """

    terms: tuple[tuple[str, str], ...]
    coefficients: Floats
    logistic: bool

    def by_pattern(self, predictors: Predictors) -> Floats:
        """Predicted answer for each combination: (c,)."""
        if predictors.terms != self.terms:
            raise ModelError("different_patterns")
        line = predictors.patterns @ self.coefficients
        return np.asarray(expit(line) if self.logistic else line, dtype=float)

    def predicted(self, predictors: Predictors) -> Floats:
        """Predicted answer for each row: (n,)."""
        return self.by_pattern(predictors)[predictors.place]


def linear_model(y: ArrayLike, volunteers: Predictors, *, ridge: float = 0.0) -> OutcomeModel:
    """Fit a linear regression on volunteers, all of equal weight.

    Parameters
    ----------
    y : array_like, shape (n,)
        Their answers; a missing one (NaN) is an error.
    volunteers : Predictors
        Of the volunteers.
    ridge : float
        Penalty on the squared coefficients but the intercept's; 0 for least squares.

    Returns
    -------
    OutcomeModel
        Linear.

    Raises
    ------
    ModelError
        If an answer is missing, the penalty is negative, or without a penalty a regressor follows
        from others.

    References
    ----------
    Hoerl and Kennard (1970), Technometrics 12.
    """
    answers = checked_answers(y, volunteers)
    count = volunteers.counted()
    here = count > 0
    total = volunteers.counted(answers)[here]
    root = np.sqrt(count[here])
    penalty = penalty_rows(ridge, len(volunteers.terms))
    rows = np.vstack([root[:, None] * volunteers.patterns[here], penalty])
    right = np.concatenate([total / root, np.zeros(len(penalty))])
    axes, triangle = orthonormal(rows, volunteers.names)
    coefficients = solved(triangle, axes.T @ right)
    return OutcomeModel(volunteers.terms, coefficients, logistic=False)


def logistic_model(y: ArrayLike, volunteers: Predictors, *, ridge: float = 0.0) -> OutcomeModel:
    """Fit a logistic regression on volunteers, all of equal weight.

    Parameters
    ----------
    y : array_like, shape (n,)
        Their answers as 0 and 1, or shares in between; a missing one (NaN) is an error.
    volunteers, ridge
        As for `linear_model`; the penalty is that of half the squared coefficients.

    Returns
    -------
    OutcomeModel
        Logistic.

    Raises
    ------
    ModelError
        As `linear_model` does; if an answer is no share; or if a level's answers are all 0 or all
        1 and there is no penalty.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, section 4.4; le Cessie and van
    Houwelingen (1992), Applied Statistics 41.
    """
    answers = checked_answers(y, volunteers)
    wrong = (answers < 0) | (answers > 1)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise ModelError("not_a_response_share", place=place, value=float(answers[place]))
    share = float(answers.mean())
    if not 0 < share < 1:
        raise ModelError("constant_answer", answer=share)
    count = volunteers.counted()
    here = count > 0
    rows, total = count[here], volunteers.counted(answers)[here]
    patterns = volunteers.patterns[here]
    penalty = penalty_rows(ridge, len(volunteers.terms))
    weighted = np.vstack([np.sqrt(rows)[:, None] * patterns, penalty])
    _, triangle = orthonormal(weighted, volunteers.names)
    known, pull = in_basis(patterns, triangle), in_basis(penalty, triangle)

    def curve(point: Floats) -> Curve:
        line, bent = known @ point, pull @ point
        chance = expit(line)
        value = total @ line - rows @ np.logaddexp(0, line) - bent @ bent / 2
        spread = (rows * chance * (1 - chance))[:, None] * known
        gradient = (total - rows * chance) @ known - bent @ pull
        return Curve(float(value), gradient, known.T @ spread + pull.T @ pull)

    start = triangle[:, 0] * logit(share)
    point = maximum(curve, start, what="logistic_model", names=volunteers.names, basis=triangle)
    return OutcomeModel(volunteers.terms, solved(triangle, point), logistic=True)


def checked_answers(y: ArrayLike, volunteers: Predictors) -> Floats:
    """Refuse answers that are missing or belong to other rows."""
    answers = np.asarray(y, dtype=float)
    rows = volunteers.place.size
    if rows == 0:
        raise ModelError("no_volunteers")
    if answers.shape != (rows,):
        raise ModelError("uneven_model", name="y", shape=answers.shape, rows=rows)
    if not np.isfinite(answers).all():
        place = int(np.argmax(~np.isfinite(answers)))
        raise ModelError("missing_in_model", name="y", place=place)
    return answers


def penalty_rows(ridge: float, terms: int) -> Floats:
    """Rows that, joined to the regressors, penalise every coefficient but the intercept's."""
    if not 0 <= ridge < np.inf:
        raise ModelError("bad_ridge", ridge=ridge)
    return np.sqrt(ridge) * np.eye(terms)[1:] if ridge else np.empty((0, terms))

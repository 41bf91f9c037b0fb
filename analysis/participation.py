"""How likely each dossier was to answer of its own accord: propensities of volunteers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from analysis.collinearity import in_basis, orthonormal, solved
from analysis.coverage import check_sides, population_counts
from analysis.model_errors import ModelError
from analysis.newton import Curve, maximum
from analysis.predictors import Predictors
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class Participation:
    """Fitted propensities of n volunteers.

    Attributes
    ----------
    predictors : Predictors
        Of the volunteers.
    coefficients : ndarray, shape (p,)
        On the logit scale, in the order of `predictors.terms`.
    probability : ndarray, shape (n,)
        That a dossier like this one answers of its own accord.
    slope : ndarray, shape (p, p)
        How fast the estimating equation falls with the coefficients.
    calibrated : bool
        Whether the weights reproduce the totals of the regressors.
    """

    predictors: Predictors
    coefficients: Floats
    probability: Floats
    slope: Floats
    calibrated: bool

    @property
    def weight(self) -> Floats:
        """Dossiers that each volunteer stands for, before capping: (n,)."""
        return 1 / self.probability

    def influence(self, residual: ArrayLike) -> Floats:
        """Contribution of each volunteer to a weighted sum of residuals.

        Parameters
        ----------
        residual : array_like, shape (n,) or (n, k)
            What the volunteers add to an estimate for each unit of weight, such as
            ``(y - mean) / sum(weight)`` for a mean; 0 outside a domain.

        Returns
        -------
        ndarray, shape of `residual`
            Rows add up to the estimate's error to first order, the fitting of the propensities
            taken into account. Their sum of squares times ``1 - probability`` estimates the
            variance if dossiers decide one by one; sums by cluster serve if they do not. The noise
            of a reference sample is not in it.

        References
        ----------
        Chen, Li and Wu (2020), JASA 115, theorem 1 and its proof.
        """
        columns = np.asarray(residual, dtype=float)
        flat = columns.reshape(columns.shape[0], -1)
        regressors = self.predictors.patterns[self.predictors.place]
        moved = ((self.weight - 1)[:, None] * regressors).T @ flat
        explained = regressors @ solved(self.slope, moved)
        if self.calibrated:
            explained = self.weight[:, None] * explained
        return np.asarray(self.weight[:, None] * flat - explained).reshape(columns.shape)


def pseudo_likelihood(
    volunteers: Predictors, reference: Predictors, weight: ArrayLike | None = None
) -> Participation:
    """Fit propensities by the pseudo-likelihood of volunteers and a reference.

    Solves ``sum over volunteers of x = sum over reference of weight * probability * x``.

    Parameters
    ----------
    volunteers, reference : Predictors
        Coded together. The reference is a probability sample of the population, or its frame.
    weight : array_like, shape (rows of reference,), optional
        Weights of the reference; left out, it is the frame, and the solution is exact.

    Returns
    -------
    Participation
        Coefficients to 1e-12.

    Raises
    ------
    ModelError
        If a level occurs on one side only, volunteers outnumber the population, a regressor
        follows from others, or no solution exists.

    References
    ----------
    Chen, Li and Wu (2020), Doubly robust inference with nonprobability survey samples, JASA 115:
    the score equations of the pseudo log-likelihood.
    """
    people = population_counts(volunteers, reference, weight)
    check_sides(volunteers, people @ volunteers.patterns)
    _, triangle = orthonormal(np.sqrt(people)[:, None] * volunteers.patterns, volunteers.names)
    here = people > 0
    regressors = in_basis(volunteers.patterns, triangle)
    count = volunteers.counted()
    target = count @ regressors
    known, frame = regressors[here], people[here]

    def curve(point: Floats) -> Curve:
        slope = known @ point
        chance = expit(slope)
        value = target @ point - frame @ np.logaddexp(0, slope)
        spread = (frame * chance * (1 - chance))[:, None] * known
        return Curve(float(value), target - (frame * chance) @ known, known.T @ spread)

    start = triangle[:, 0] * logit(count.sum() / people.sum())
    point = maximum(curve, start, what="pseudo_likelihood", names=volunteers.names, basis=triangle)
    slope = triangle.T @ curve(point).information @ triangle
    chance = expit(regressors @ point)[volunteers.place]
    coefficients = solved(triangle, point)
    return Participation(volunteers, coefficients, chance, slope, calibrated=False)


def calibrated_participation(volunteers: Predictors, totals: ArrayLike) -> Participation:
    """Fit propensities whose inverses add up to known totals.

    Solves ``sum over volunteers of x / probability = totals``.

    Parameters
    ----------
    volunteers : Predictors
        Of the volunteers.
    totals : array_like, shape (p,)
        Population totals in the order of `volunteers.terms`, as `Predictors.totals` of the frame or
        of a weighted reference gives them.

    Returns
    -------
    Participation
        Coefficients to 1e-12.

    Raises
    ------
    ModelError
        If no volunteer has a level, volunteers with a level outnumber the population, a regressor
        follows from others among the volunteers, or no weights reach the totals.

    References
    ----------
    Chen, Li and Wu (2020), JASA 115: the general estimating equations with h(x) = x / probability.
    """
    wanted = np.asarray(totals, dtype=float)
    if wanted.shape != (len(volunteers.terms),):
        raise ModelError(
            "uneven_model", name="totals", shape=wanted.shape, rows=len(volunteers.terms)
        )
    if not np.isfinite(wanted).all():
        place = int(np.argmax(~np.isfinite(wanted)))
        raise ModelError("missing_in_model", name="totals", place=place)
    check_sides(volunteers, wanted)
    count = volunteers.counted()
    here = count > 0
    _, triangle = orthonormal(
        np.sqrt(count[here])[:, None] * volunteers.patterns[here], volunteers.names
    )
    regressors = in_basis(volunteers.patterns, triangle)
    known, own = regressors[here], count[here]
    rest = solved(triangle.T, wanted) - own @ known

    def curve(point: Floats) -> Curve:
        with np.errstate(over="ignore", invalid="ignore"):
            # A volunteer with chance p also stands for (1 - p) / p others.
            others = own * np.exp(-(known @ point))
            spread = known.T @ (others[:, None] * known)
            return Curve(float(-others.sum() - rest @ point), others @ known - rest, spread)

    start = triangle[:, 0] * -np.log(wanted[0] / own.sum() - 1)
    point = maximum(
        curve, start, what="calibrated_participation", names=volunteers.names, basis=triangle
    )
    slope = triangle.T @ curve(point).information @ triangle
    chance = expit(regressors @ point)[volunteers.place]
    coefficients = solved(triangle, point)
    return Participation(volunteers, coefficients, chance, slope, calibrated=True)

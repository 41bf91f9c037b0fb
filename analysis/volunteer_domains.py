"""Doubly robust means of communes, services and other domains from volunteers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.coverage import check_levels, population_counts
from analysis.domains import Domains
from analysis.model_errors import ModelError
from analysis.outcome_models import OutcomeModel, checked_answers
from analysis.participation import Participation
from analysis.predictors import Predictors
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class DomainMeans:
    """Doubly robust means of D domains.

    Attributes
    ----------
    value : ndarray, shape (D,)
        Model mean and correction together; NaN without volunteers or without population.
    model_mean : ndarray, shape (D,)
        Mean prediction over the domain's population: all there is where nobody volunteered.
    correction : ndarray, shape (D,)
        Weighted mean of what the volunteers answered beyond their predictions.
    volunteers : ndarray of int, shape (D,)
        Volunteers in each domain.
    """

    value: Floats
    model_mean: Floats
    correction: Floats
    volunteers: NDArray[np.int64]


def doubly_robust_means(
    y: ArrayLike,
    volunteer_weight: ArrayLike,
    volunteers: Predictors,
    by: Domains,
    model: OutcomeModel,
    reference: Predictors,
    reference_by: Domains,
    weight: ArrayLike | None = None,
) -> DomainMeans:
    """Estimate the means of domains.

    Parameters
    ----------
    y : array_like, shape (n,)
        Answers of the volunteers; a missing one (NaN) is an error.
    volunteer_weight : array_like, shape (n,)
        Their inverse propensities, capped and calibrated if need be.
    volunteers, reference : Predictors
        Coded together; the reference is the frame or a probability sample.
    by, reference_by : Domains
        The same D domains, of the rows of each source.
    model : OutcomeModel
        Fitted to these volunteers, never to the reference's answers.
    weight : array_like, shape (rows of reference,), optional
        Weights of the reference; left out, it is the frame.

    Returns
    -------
    DomainMeans
        In the units of `y`.

    Raises
    ------
    ModelError
        If sources or domains do not belong together, weights are wrong, an answer is missing, or a
        level of the population has no volunteer at all.

    References
    ----------
    Chen, Li and Wu (2020), JASA 115, applied within each domain; the model borrows strength from
    all volunteers.
    """
    check_domains(volunteers, by)
    check_domains(reference, reference_by)
    if by.names != reference_by.names:
        raise ModelError("different_domains")
    # Volunteers weighted against themselves: the same refusals as for the reference.
    population_counts(volunteers, volunteers, volunteer_weight)
    check_levels(volunteers, population_counts(volunteers, reference, weight) @ reference.patterns)
    rest = checked_answers(y, volunteers) - model.predicted(volunteers)
    predicted = model.predicted(reference)
    ones = np.ones(predicted.size) if weight is None else np.asarray(weight, dtype=float)
    correction = ratio_by(rest, np.asarray(volunteer_weight, dtype=float), by)
    model_mean = ratio_by(predicted, ones, reference_by)
    count = np.bincount(by.codes[by.codes >= 0], minlength=len(by.names))
    return DomainMeans(model_mean + correction, model_mean, correction, count.astype(np.int64))


def correction_errors(
    y: ArrayLike, by: Domains, participation: Participation, model: OutcomeModel
) -> Floats:
    """Estimate standard errors of doubly robust means of domains.

    Parameters
    ----------
    y, by, model
        As for `doubly_robust_means`, of the volunteers.
    participation : Participation
        Fitted against the whole frame.

    Returns
    -------
    ndarray, shape (D,)
        Supposes that dossiers decide one by one and takes the model of answers as given; NaN
        without volunteers. For volunteers that come in clusters use `Participation.influence`.

    Raises
    ------
    ModelError
        As `doubly_robust_means` does.

    References
    ----------
    Chen, Li and Wu (2020), JASA 115, theorem 1, with the population in place of the reference.
    """
    volunteers = participation.predictors
    check_domains(volunteers, by)
    rest = checked_answers(y, volunteers) - model.predicted(volunteers)
    weight, chance = participation.weight, participation.probability
    inside = by.codes >= 0
    with np.errstate(invalid="ignore"):
        size = summed(weight, by)[by.codes]
        share = np.where(inside, (rest - ratio_by(rest, weight, by)[by.codes]) / size, 0.0)
    own = summed((1 - chance) * (weight * share) ** 2, by)
    # A volunteer anywhere moves the propensities, and so every domain's estimate, a little.
    regressors = volunteers.patterns[volunteers.place]
    mover = regressors * weight[:, None] if participation.calibrated else regressors
    columns = range(regressors.shape[1])
    moved = np.column_stack([summed((weight - 1) * share * regressors[:, j], by) for j in columns])
    shift = np.linalg.solve(participation.slope, moved.T)
    shared = (1 - chance) * weight * share
    mixed = np.column_stack([summed(shared * mover[:, j], by) for j in columns])
    everybody = mover.T @ ((1 - chance)[:, None] * mover)
    variance = own - 2 * (shift.T * mixed).sum(axis=1) + (shift * (everybody @ shift)).sum(axis=0)
    count = np.bincount(by.codes[inside], minlength=len(by.names))
    return np.where(count > 0, np.sqrt(np.maximum(variance, 0.0)), np.nan)


def check_domains(predictors: Predictors, by: Domains) -> None:
    """Refuse domains of other rows."""
    rows = predictors.place.size
    if by.codes.shape != (rows,):
        raise ModelError("uneven_model", name="domains", shape=by.codes.shape, rows=rows)


def summed(column: Floats, by: Domains) -> Floats:
    """Sum a column by domain: (n,) to (D,)."""
    inside = by.codes >= 0
    sums = np.bincount(by.codes[inside], column[inside], minlength=len(by.names))
    return np.asarray(sums, dtype=float)


def ratio_by(column: Floats, weight: Floats, by: Domains) -> Floats:
    """Weighted mean of a column by domain; NaN where there is no weight."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return summed(weight * column, by) / summed(weight, by)

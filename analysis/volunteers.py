"""Means from people who answered of their own accord, set right by what all dossiers tell."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.coverage import check_levels, population_counts
from analysis.model_errors import ModelError
from analysis.outcome_models import OutcomeModel, checked_answers
from analysis.participation import Participation
from analysis.predictors import Predictors
from sampling.stages import Floats


def capped(weight: ArrayLike, multiple: float = 5.0) -> Floats:
    """Lower the largest weights to the median and so many interquartile ranges.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights of volunteers.
    multiple : float
        Interquartile ranges above the median that a weight may reach.

    Returns
    -------
    ndarray, shape (n,)
        Never above the cap. Their sum falls: calibrate them to known totals afterwards.

    Raises
    ------
    ModelError
        If there are no weights, one is missing, or the multiple is negative.

    References
    ----------
    Potter (1990), A study of procedures to identify and trim extreme sampling weights, ASA
    Proceedings of the Section on Survey Research Methods; quartiles by linear interpolation.
    """
    weights = np.asarray(weight, dtype=float)
    if not weights.size:
        raise ModelError("no_volunteers")
    if not np.isfinite(weights).all():
        place = int(np.argmax(~np.isfinite(weights)))
        raise ModelError("missing_in_model", name="weight", place=place)
    if not 0 <= multiple < np.inf:
        raise ModelError("bad_cap", multiple=multiple)
    low, middle, high = np.quantile(weights, [0.25, 0.5, 0.75])
    return np.asarray(np.minimum(weights, middle + multiple * (high - low)), dtype=float)


def weighted_mean(y: ArrayLike, participation: Participation) -> tuple[float, float]:
    """Mean of the volunteers' answers, each standing for 1 / probability dossiers.

    Parameters
    ----------
    y : array_like, shape (n,)
        Answers; a missing one (NaN) is an error.
    participation : Participation
        Fitted to the same volunteers.

    Returns
    -------
    mean, se : float
        In the units of `y`. The error supposes that dossiers decide one by one and that the
        population is known; that of a reference sample comes on top.

    Raises
    ------
    ModelError
        If an answer is missing or there are not as many as volunteers.

    References
    ----------
    Chen, Li and Wu (2020), JASA 115, the estimator with the estimated population size; theorem 1.
    """
    answers = checked_answers(y, participation.predictors)
    weight = participation.weight
    mean = float(weight @ answers / weight.sum())
    moved = participation.influence((answers - mean) / weight.sum())
    return mean, float(np.sqrt((1 - participation.probability) @ moved**2))


def mass_imputed_mean(
    model: OutcomeModel,
    volunteers: Predictors,
    reference: Predictors,
    weight: ArrayLike | None = None,
) -> float:
    """Mean over the population of what a model of the volunteers' answers predicts.

    Parameters
    ----------
    model : OutcomeModel
        Fitted to `volunteers`.
    volunteers, reference : Predictors
        Coded together; the reference is a probability sample or the frame.
    weight : array_like, shape (rows of reference,), optional
        Weights of the reference; left out, it is the frame.

    Returns
    -------
    float
        In the units of the answer.

    Raises
    ------
    ModelError
        If a level of the population has no volunteer, or weights are wrong.

    References
    ----------
    Kim, Park, Chen and Wu (2021), Combining non-probability and probability survey samples through
    mass imputation, JRSS A 184.
    """
    people = population_counts(volunteers, reference, weight)
    check_levels(volunteers, people @ volunteers.patterns)
    return float(people @ model.by_pattern(reference) / people.sum())


def doubly_robust_mean(
    y: ArrayLike,
    participation: Participation,
    model: OutcomeModel,
    reference: Predictors,
    weight: ArrayLike | None = None,
) -> float:
    """Mean that is right if either the propensities or the model of answers is.

    Parameters
    ----------
    y : array_like, shape (n,)
        Answers of the volunteers; a missing one (NaN) is an error.
    participation : Participation
        Of the volunteers.
    model : OutcomeModel
        Fitted to the same volunteers.
    reference, weight
        As for `mass_imputed_mean`.

    Returns
    -------
    float
        In the units of `y`.

    Raises
    ------
    ModelError
        As `weighted_mean` and `mass_imputed_mean` do.

    References
    ----------
    Chen, Li and Wu (2020), JASA 115, the doubly robust estimator with estimated sizes.
    """
    volunteers = participation.predictors
    answers = checked_answers(y, volunteers)
    rest = answers - model.predicted(volunteers)
    correction = float(participation.weight @ rest / participation.weight.sum())
    return mass_imputed_mean(model, volunteers, reference, weight) + correction

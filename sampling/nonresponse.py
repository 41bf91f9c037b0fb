"""Weights of those who did not answer, given to those who did and are like them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.calibration import checked
from sampling.coding import Classes, Floats, counted
from sampling.errors import WeightingError

# Propensities that differ by less are the same: they come from one pattern of the variables.
TIE = 1e-12


@dataclass(frozen=True, eq=False)
class Adjusted:
    """Weights adjusted within classes.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        0 for rows that gave their weight away.
    factor : ndarray, shape (C,)
        What the weights of each class were multiplied by.
    classes : Classes
        The C classes.
    """

    weight: Floats
    factor: Floats
    classes: Classes


def settle_eligibility(
    weight: ArrayLike, eligible: ArrayLike, unknown: ArrayLike, within: Classes
) -> Adjusted:
    """Give the weight of rows of unknown eligibility to the others, then drop the ineligible.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights before.
    eligible, unknown : array_like of bool, shape (n,)
        Whether a row belongs to the population, and whether nobody could tell; a row that is
        neither is ineligible.
    within : Classes
        Rows whose shares of eligible ones are supposed alike.

    Returns
    -------
    Adjusted
        With weight only for the eligible, who stand for their like among the unknown.

    Raises
    ------
    WeightingError
        As `adjust_in_classes`, for a class in which nothing is known of anybody.

    References
    ----------
    Valliant, Dever and Kreuter (2018), Practical Tools for Designing and Weighting Survey Samples,
    section 13.4.
    """
    known = ~truths(unknown, np.shape(weight))
    adjusted = adjust_in_classes(weight, known, within)
    belongs = truths(eligible, np.shape(weight)) & known
    return Adjusted(np.where(belongs, adjusted.weight, 0.0), adjusted.factor, adjusted.classes)


def adjust_in_classes(weight: ArrayLike, answered: ArrayLike, within: Classes) -> Adjusted:
    """Let those who answered stand for all of their weighting class.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights before, of the whole sample.
    answered : array_like of bool, shape (n,)
        Whether each row answered.
    within : Classes
        Weighting classes.

    Returns
    -------
    Adjusted
        The sum of weights of each class stays as it was.

    Raises
    ------
    WeightingError
        If nobody with a weight answered in a class, or columns do not fit together.

    References
    ----------
    Oh and Scheuren (1983); Särndal, Swensson and Wretman (1992), section 15.6.
    """
    weights = checked(weight, within.codes.size)
    answers = truths(answered, weights.shape)
    count = len(within.names)
    everybody = counted(within.codes, count, weights)
    heard = counted(within.codes, count, weights * answers)
    silent = (heard == 0) & (everybody > 0)
    if silent.any():
        raise WeightingError(
            "silent_weighting_class", group=within.labels()[int(np.argmax(silent))]
        )
    factor = np.divide(everybody, heard, out=np.ones(count), where=heard > 0)
    return Adjusted(np.where(answers, weights * factor[within.codes], 0.0), factor, within)


def adjust_by_propensity(weight: ArrayLike, answered: ArrayLike, propensity: ArrayLike) -> Floats:
    """Divide the weights of those who answered by their propensity to answer.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights before, of the whole sample.
    answered : array_like of bool, shape (n,)
        Whether each row answered.
    propensity : array_like, shape (n,)
        Probability of answering, above 0, as `sampling.logistic.logistic` fits it.

    Returns
    -------
    ndarray, shape (n,)
        0 for those who did not answer. The sum is about, not exactly, what it was.

    Raises
    ------
    WeightingError
        If columns do not fit together or a propensity is not in (0, 1].

    References
    ----------
    Cassel, Särndal and Wretman (1983); Valliant, Dever and Kreuter (2018), section 13.5.
    """
    weights = checked(weight)
    answers = truths(answered, weights.shape)
    probability = probabilities(propensity)
    if probability.shape != weights.shape:
        raise WeightingError("uneven_classes")
    return np.where(answers, weights / probability, 0.0)


def propensity_classes(
    propensity: ArrayLike, count: int = 5
) -> tuple[NDArray[np.float64], Classes]:
    """Sort rows into classes of similar propensity, as nearly as possible of one size.

    Parameters
    ----------
    propensity : array_like, shape (n,)
        Probability of answering.
    count : int
        How many classes; 5 makes fifths.

    Returns
    -------
    breaks : ndarray, shape (count + 1,)
        Quantiles of the propensities; a class holds what lies above its lower break, up to and
        with its upper one, the first class with its lower one too.
    within : Classes
        Named "1" to "5", the least likely to answer first; classes that ties leave empty are
        missing.

    Raises
    ------
    WeightingError
        If a propensity is not in (0, 1].

    References
    ----------
    Little (1986), International Statistical Review 54, 139-157; quantiles as definition 7 of
    Hyndman and Fan (1996).
    """
    probability = probabilities(propensity)
    breaks = np.quantile(probability, np.linspace(0, 1, count + 1))
    place = np.searchsorted(breaks[1:-1] * (1 + TIE), probability, side="left")
    numbers, codes = np.unique(place, return_inverse=True)
    names = tuple((str(number + 1),) for number in numbers.tolist())
    return breaks, Classes(np.asarray(codes, dtype=np.intp), names)


def probabilities(propensity: ArrayLike) -> Floats:
    """Refuse propensities that are no probabilities."""
    probability = np.asarray(propensity, dtype=float)
    wrong = ~((probability > 0) & (probability <= 1))
    if probability.ndim != 1 or probability.size == 0:
        raise WeightingError("uneven_classes")
    if wrong.any():
        place = int(np.argmax(wrong))
        raise WeightingError(
            "bad_propensity", place=place + 1, propensity=float(probability[place])
        )
    return probability


def truths(answered: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Read a column of true and false, also written 1 and 0."""
    column = np.asarray(answered)
    if column.shape != shape:
        raise WeightingError("uneven_classes")
    if column.dtype.kind == "b":
        return column
    if column.dtype.kind not in "iuf" or not np.isin(column, (0, 1)).all():
        raise WeightingError("bad_response")
    return np.asarray(column == 1, dtype=bool)

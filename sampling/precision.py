"""What a sample size gives: margins of error, effective sizes and design effects."""

from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from sampling.errors import SizeError
from sampling.size import (
    check_design_effect,
    check_inside,
    check_population,
    check_positive,
    normal_quantile,
)


def margin_of_proportion(
    answers: float,
    population: int | None,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
    design_effect: float = 1.0,
) -> float:
    """Half the width of the interval of a share that a number of answers will give.

    Parameters
    ----------
    answers : float
        Answers expected; need not be whole.
    population, share, confidence, design_effect
        As for `sampling.size.proportion`, whose inverse this is.

    Returns
    -------
    float
        As a share; ``inf`` without answers, 0 when all of the population answers.

    Raises
    ------
    SizeError
        If the answers are negative or more than the population, or as for `proportion`.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 3.2: p q / n x (N - n) / (N - 1).

    Examples
    --------
    >>> round(margin_of_proportion(385, 10_000), 4)
    0.049
    """
    check_inside("share", share)
    z, n = normal_quantile(confidence), effective_size(answers, design_effect)
    left = remaining(answers, n, population, less=1)
    return z * sqrt(share * (1 - share) * left / n) if n else inf


def margin_of_mean(
    answers: float,
    population: int | None,
    *,
    deviation: float,
    confidence: float = 0.95,
    design_effect: float = 1.0,
) -> float:
    """Half the width of the interval of a mean that a number of answers will give.

    Parameters
    ----------
    answers, population, deviation, confidence, design_effect
        As for `margin_of_proportion` and `sampling.size.mean`, whose inverse this is.

    Returns
    -------
    float
        In the units of the deviation; ``inf`` without answers, 0 for a census.

    Raises
    ------
    SizeError
        As for `margin_of_proportion`; also if the deviation is not positive.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 2.6: S^2 / n x (1 - n / N).

    Examples
    --------
    >>> round(margin_of_mean(343, 900, deviation=30), 3)
    2.498
    """
    check_positive("deviation", deviation)
    z, n = normal_quantile(confidence), effective_size(answers, design_effect)
    left = remaining(answers, n, population, less=0)
    return z * deviation * sqrt(left / n) if n else inf


def effective_size(answers: float, design_effect: float) -> float:
    """Answers of a simple random sample that would tell as much.

    Parameters
    ----------
    answers : float
        Answers of the design.
    design_effect : float
        Variance against a simple random sample of the same size.

    Returns
    -------
    float
        n / deff.

    Raises
    ------
    SizeError
        If the answers are negative or the design effect is not positive.

    References
    ----------
    Kish (1965), Survey Sampling, section 8.2.

    Examples
    --------
    >>> effective_size(180, 1.5)
    120.0
    """
    check_design_effect(design_effect)
    if not 0 <= answers < inf:
        raise SizeError("bad_answers", answers=answers)
    return answers / design_effect


def cluster_effect(cluster_size: float, intraclass: float) -> float:
    """Design effect of answers that come in clusters of one size.

    Parameters
    ----------
    cluster_size : float
        Answers in a cluster, 1 or more.
    intraclass : float
        Correlation of two answers of a cluster, from -1 to 1.

    Returns
    -------
    float
        1 + (m - 1) rho.

    Raises
    ------
    SizeError
        If a figure is impossible, or both together give no positive variance.

    References
    ----------
    Kish (1965), Survey Sampling, section 5.4.

    Examples
    --------
    >>> cluster_effect(21, 0.04)
    1.8
    """
    if not 1 <= cluster_size < inf:
        raise SizeError("bad_cluster_size", value=cluster_size)
    if not -1 <= intraclass <= 1:
        raise SizeError("bad_intraclass", value=intraclass)
    effect = 1 + (cluster_size - 1) * intraclass
    check_design_effect(effect)
    return effect


def allocation_effect(sizes: ArrayLike, allocation: ArrayLike) -> float:
    """Design effect of unequal weights N_h / n_h, when strata vary alike.

    Parameters
    ----------
    sizes : array_like of float, shape (H,)
        Dossiers on the frame in each stratum.
    allocation : array_like of float, shape (H,)
        Answers expected of each.

    Returns
    -------
    float
        n x sum(N_h^2 / n_h) / N^2, 1 for a proportional allocation; ``inf`` where a stratum
        that holds dossiers gives no answer. Strata without dossiers do not count.

    Raises
    ------
    SizeError
        If the columns are not of one length, a figure is negative or not finite, or no stratum
        holds a dossier.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7.

    Examples
    --------
    >>> round(allocation_effect([900, 100], [50, 50]), 2)
    1.64
    """
    held, given = np.asarray(sizes, dtype=float), np.asarray(allocation, dtype=float)
    figures = np.concatenate((held.ravel(), given.ravel()))
    usable = held.shape == given.shape and np.isfinite(figures).all() and (figures >= 0).all()
    if not usable or not held.sum() > 0:
        raise SizeError("bad_strata")
    held, given = held[held > 0], given[held > 0]
    if (given == 0).any():
        return inf
    return float(given.sum() * (held**2 / given).sum() / held.sum() ** 2)


def remaining(answers: float, n: float, population: int | None, *, less: int) -> float:
    """Part of a simple sample's variance that a finite population leaves."""
    if population is None:
        return 1.0
    check_population(population)
    if answers > population:
        raise SizeError("more_answers_than_dossiers", answers=answers, population=population)
    # A census has no error of sampling, whatever the design effect of less than all would be.
    if answers == population:
        return 0.0
    return max(0.0, population - n) / max(population - less, 1)

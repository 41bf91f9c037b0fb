"""The last units of the cube method, on which balance cannot be kept exactly."""

import numpy as np
from numpy.random import Generator
from scipy.optimize import linprog

from sampling.errors import InclusionError
from sampling.unequal.chances import Bools, Floats, unsettled
from sampling.unequal.walk import steps

# 2^16 samples are the columns of the linear programme.
WIDEST = 16
WHOLE = 1e-6


def by_programme(
    pi: Floats, table: Floats, metric: Floats, fixed: bool, chance: Generator
) -> Bools:
    """Draw one of all samples of the open units, those that miss balance least being likeliest.

    Parameters
    ----------
    pi : ndarray, shape (q,)
        Probabilities that the flight left, strictly between 0 and 1.
    table : ndarray, shape (q, p)
        Balancing variables over inclusion probabilities.
    metric : ndarray, shape (p, p)
        How misses of the p variables are compared.
    fixed : bool
        Whether only samples of the expected size come into question, where it is whole.
    chance : Generator
        Source of chance.

    Returns
    -------
    ndarray of bool, shape (q,)
        Which of them are drawn.

    Raises
    ------
    InclusionError
        If more than 16 units are open, or the programme has no solution.

    References
    ----------
    Deville and Tillé (2004), section 5.
    """
    if pi.size > WIDEST:
        raise InclusionError("landing_too_wide", units=pi.size)
    size = round(float(pi.sum()))
    fixed = fixed and abs(float(pi.sum()) - size) < WHOLE
    if pi.size == 1 or (fixed and size == 1):  # no other way than one unit by itself
        drawn = np.searchsorted(np.cumsum(pi), chance.random())
        return np.asarray(np.arange(pi.size) == drawn)
    samples = (np.arange(2**pi.size)[:, None] >> np.arange(pi.size)) & 1
    if fixed:
        samples = samples[samples.sum(axis=1) == size]
    miss = (samples - pi) @ table
    cost = ((miss @ metric) * miss).sum(axis=1)
    largest = cost.max(initial=0.0)
    held = np.vstack([samples.T, np.ones(len(samples))])
    solution = linprog(
        cost / largest if largest > 0 else cost,
        A_eq=held,
        b_eq=np.append(pi, 1.0),
        bounds=(0, None),
        method="highs",
    )
    if solution.x is None:
        raise InclusionError("landing_failed")
    heap = np.cumsum(np.maximum(solution.x, 0.0))
    at = int(np.searchsorted(heap, chance.random() * heap[-1], side="right"))
    return np.asarray(samples[min(at, len(samples) - 1)], dtype=np.bool_)


def by_suppression(flown: Floats, table: Floats, chance: Generator, keep: int = 0) -> Bools:
    """Forget the last variable, walk on, forget the next, until all units are settled.

    Parameters
    ----------
    flown : ndarray, shape (N,)
        What the flight left.
    table : ndarray, shape (N, p)
        Balancing variables over inclusion probabilities.
    chance : Generator
        Source of chance.
    keep : int
        First variables that are not forgotten while walking on settles a unit.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn.
    """
    for columns in range(table.shape[1] - 1, max(keep, 1) - 1, -1):
        left = np.flatnonzero(unsettled(flown))
        if not left.size:
            break
        flown = steps(flown, table[:, :columns], chance.permutation(left), chance)
    still = unsettled(flown)
    drawn = np.where(still, chance.random(flown.size) < flown, flown > 0.5)
    return np.asarray(drawn, dtype=np.bool_)

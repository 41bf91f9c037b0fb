"""The cube method: samples that give known totals back, nearly or exactly."""

from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from sampling.errors import InclusionError
from sampling.unequal.chances import SETTLED, Bools, Floats, checked, unsettled
from sampling.unequal.landing import by_programme, by_suppression
from sampling.unequal.local_pivotal import auxiliary
from sampling.unequal.walk import steps

Landing = Literal["programme", "suppression"]


def cube(
    probability: ArrayLike,
    chance: Generator,
    balance: ArrayLike,
    *,
    landing: Landing = "programme",
) -> Bools:
    """Draw a sample balanced on auxiliary variables.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities from 0 to 1.
    chance : Generator
        Source of chance. Re-runnable, not publicly verifiable.
    balance : array_like, shape (N, p)
        Variables whose Horvitz-Thompson totals should equal those of the population, the most
        important first. With the probabilities themselves among them the sample's size is fixed,
        if they add up to a whole number.
    landing : {"programme", "suppression"}
        What is done with the at most p units on which the flight cannot decide: a linear
        programme over all their samples, the nearest ones being the likeliest; or a flight that
        forgets the last variable, then the one before it, and so on.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn; inclusion probabilities are exactly those given.

    Raises
    ------
    InclusionError
        If probabilities are impossible, variables are missing or of another length, or too many
        units are left for the linear programme.

    References
    ----------
    Deville and Tillé (2004), Biometrika 91, 893; Chauvet and Tillé (2006), Computational
    Statistics 21, 53.
    """
    pi = checked(probability)
    table = auxiliary(balance, pi.size)
    flown = flight(pi, table, chance)
    return landed(flown, ratios(pi, table), table, pi, chance, landing)


def flight(probability: ArrayLike, balance: ArrayLike, chance: Generator) -> Floats:
    """Settle as many units as balance allows.

    Parameters
    ----------
    probability, balance, chance
        As for `cube`.

    Returns
    -------
    ndarray, shape (N,)
        0 or 1 for all but at most p units; balance times this over pi adds up to the totals of
        the population. O(N p^3) with a window of p + 1 units, as one step settles one of them.
    """
    pi = checked(probability)
    table = ratios(pi, auxiliary(balance, pi.size))
    return steps(pi, table, chance.permutation(np.flatnonzero(unsettled(pi))), chance)


def stratified_cube(
    probability: ArrayLike,
    chance: Generator,
    balance: ArrayLike,
    stratum: ArrayLike,
) -> Bools:
    """Draw a sample of fixed size in every stratum, balanced over the population.

    Parameters
    ----------
    probability, chance, balance
        As for `cube`; probabilities should have a whole sum in each stratum.
    stratum : array_like, shape (N,)
        Stratum of each unit.

    Returns
    -------
    ndarray of bool, shape (N,)
        As for `cube`. Strata are flown one by one, then what is left of all of them together;
        last, balance is given up variable by variable, sizes of strata never.

    Raises
    ------
    InclusionError
        As `cube` does.

    References
    ----------
    Chauvet (2009), Survey Methodology 35, 115; Hasler and Tillé (2014), Computational Statistics
    and Data Analysis 74, 81.
    """
    pi = checked(probability)
    table = ratios(pi, auxiliary(balance, pi.size))
    labels = np.asarray(stratum)
    if labels.shape != pi.shape:
        raise InclusionError("uneven_units", units=pi.size, given=labels.shape)
    code = np.unique(labels, return_inverse=True)[1]
    flown = pi
    own = np.column_stack([np.ones(pi.size), table])
    for at in range(int(code.max()) + 1):
        inside = np.flatnonzero((code == at) & unsettled(flown))
        flown = steps(flown, own, chance.permutation(inside), chance)
    left = np.flatnonzero(unsettled(flown))
    names, place = np.unique(code[left], return_inverse=True)
    together = np.zeros((pi.size, names.size + table.shape[1]))
    together[left, place] = 1.0
    together[:, names.size :] = table
    flown = steps(flown, together, chance.permutation(left), chance)
    return by_suppression(flown, together, chance, keep=names.size)


def ratios(pi: Floats, table: Floats) -> Floats:
    """Columns over pi, each scaled to a largest entry of 1; 0 where pi is 0."""
    divided = np.zeros(table.shape)
    np.divide(table, pi[:, None], out=divided, where=pi[:, None] > 0)
    largest = np.abs(divided).max(axis=0)
    return np.asarray(divided / np.where(largest > 0, largest, 1.0))


def landed(
    flown: Floats,
    table: Floats,
    balance: Floats,
    pi: Floats,
    chance: Generator,
    landing: Landing,
) -> Bools:
    """Decide on the units that the flight left open."""
    if landing == "suppression":
        return by_suppression(flown, table, chance)
    left = unsettled(flown)
    drawn = flown > 1 - SETTLED
    if left.any():
        fixed = any(proportional(column, pi) for column in balance.T)
        drawn[left] = by_programme(flown[left], table[left], metric(table), fixed, chance)
    return np.asarray(drawn)


def proportional(column: NDArray[np.float64], pi: Floats) -> bool:
    """Whether a variable is the probability, by whatever factor."""
    factor = column.sum() / pi.sum()
    return bool(factor != 0 and np.allclose(column, factor * pi, rtol=1e-9, atol=0))


def metric(table: Floats) -> Floats:
    """Inverse of the variables' cross products, by which misses of all of them are compared."""
    return np.asarray(np.linalg.pinv(table.T @ table))

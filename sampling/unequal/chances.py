"""Probabilities as the methods take them, and where their chance comes from."""

from collections.abc import Callable
from math import fsum

import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import ArrayLike, NDArray

from sampling.errors import InclusionError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Of the sum, for probabilities that were written with few digits.
ROUNDING = 1e-6
# So near 0 or 1 a unit counts as settled.
SETTLED = 1e-12


def generator(seed: int | bytes) -> Generator:
    """Make the generator of a draw from its seed: the same seed gives the same sample.

    Parameters
    ----------
    seed : int or bytes
        A number from 0, or bytes, read as one number with the most significant byte first.

    Returns
    -------
    numpy.random.Generator
        Over PCG64, whose stream numpy promises to keep.

    References
    ----------
    O'Neill (2014), PCG, report HMC-CS-2014-0905.
    """
    number = int.from_bytes(seed, "big") if isinstance(seed, bytes) else seed
    return Generator(PCG64(number))


def checked(probability: ArrayLike) -> Floats:
    """Refuse what are no probabilities; 0 and 1 are allowed."""
    pi = np.asarray(probability, dtype=float)
    if pi.ndim != 1 or pi.size == 0:
        raise InclusionError("no_units")
    wrong = ~((pi >= 0) & (pi <= 1))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise InclusionError("bad_chance", place=place, probability=float(pi[place]))
    return pi


def unsettled(pi: Floats) -> Bools:
    """Units that chance decides."""
    return (pi > SETTLED) & (pi < 1 - SETTLED)


def whole(pi: Floats) -> int:
    """Sample size that probabilities add up to; InclusionError where it is not whole."""
    total = fsum(pi)
    if abs(total - round(total)) > ROUNDING * max(1.0, total):
        raise InclusionError("fractional_size", size=total)
    return round(total)


def among_unsettled(
    probability: ArrayLike, choose: Callable[[Floats, int, Bools], Bools], *, fixed: bool = True
) -> Bools:
    """Take what is certain, and let a method choose n of the units that chance decides.

    Parameters
    ----------
    probability : array_like, shape (N,)
        From 0 to 1.
    choose : callable
        From the open units' probabilities, their sample size and the mask of open units to which
        of them are drawn.
    fixed : bool
        Whether the probabilities must add up to a whole number.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn.
    """
    pi = checked(probability)
    open_units = unsettled(pi)
    drawn = pi >= 1 - SETTLED
    if open_units.any():
        n = whole(pi[open_units]) if fixed else 0
        drawn[open_units] = choose(pi[open_units], n, open_units)
    return drawn

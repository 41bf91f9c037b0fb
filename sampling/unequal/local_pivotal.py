"""The local pivotal method: neighbours duel, so that the sample spreads over the space."""

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from sampling.errors import InclusionError
from sampling.unequal.chances import SETTLED, Bools, Floats, among_unsettled, checked
from sampling.unequal.pivotal import duel

NEIGHBOURS = 8


def pivotal_local(probability: ArrayLike, chance: Generator, coordinates: ArrayLike) -> Bools:
    """Let a random unit duel with its nearest neighbour, again and again.

    Parameters
    ----------
    probability : array_like, shape (N,)
        As for `pivotal`.
    chance : Generator
        Source of chance. Re-runnable, not publicly verifiable.
    coordinates : array_like, shape (N, d)
        Where units are, in one unit of length for all d columns: standardise columns that are no
        places.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn; near ones seldom together. About O(N log N).

    Raises
    ------
    InclusionError
        If probabilities are impossible, or coordinates are missing or of another length.

    References
    ----------
    Grafström, Lundström and Schelin (2012), Biometrics 68, 514, the second local pivotal method.
    """
    pi = checked(probability)
    places = auxiliary(coordinates, pi.size)

    def choose(opened: Floats, _n: int, which: Bools) -> Bools:
        return fought(opened, places[which], chance)

    return among_unsettled(pi, choose, fixed=False)


def auxiliary(columns: ArrayLike, units: int) -> Floats:
    """Take one or more columns of finite numbers, one row a unit."""
    table = np.asarray(columns, dtype=float)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.shape[0] != units or not np.isfinite(table).all():
        raise InclusionError("bad_auxiliary", shape=np.shape(columns), units=units)
    return table


def fought(pi: Floats, places: Floats, chance: Generator) -> Bools:
    """Settle unit after unit; the index of neighbours is made anew when half of it is settled."""
    left = pi.copy()
    still = np.arange(pi.size)
    while still.size > 1:
        tree = cKDTree(places[still])
        alive = np.ones(still.size, dtype=np.bool_)
        living = [*range(still.size)]
        count = still.size
        while count > max(still.size // 2, 1):
            at = int(chance.integers(len(living)))
            unit = living[at]
            if not alive[unit]:
                living[at] = living[-1]
                living.pop()
                continue
            other = nearest(tree, places[still], unit, alive, chance)
            pair = still[unit], still[other]
            left[pair[0]], left[pair[1]] = duel(
                float(left[pair[0]]), float(left[pair[1]]), float(chance.random())
            )
            for one in (unit, other):
                alive[one] = SETTLED < left[still[one]] < 1 - SETTLED
                count -= not alive[one]
        still = still[alive]
    if still.size:
        left[still[0]] = float(chance.random() < left[still[0]])
    return np.asarray(left > 0.5)


def nearest(tree: "cKDTree", places: Floats, unit: int, alive: Bools, chance: Generator) -> int:
    """Find the nearest unit that is not settled; chance decides between equally near ones."""
    asked = NEIGHBOURS
    while True:
        asked = min(asked, alive.size)
        distance, found = tree.query(places[unit], k=asked)
        fits = alive[found] & (found != unit)
        if fits.any() and (asked == alive.size or distance[fits].min() < distance[-1]):
            ties = found[fits & (distance <= distance[fits].min())]
            return int(chance.choice(ties)) if ties.size > 1 else int(ties[0])
        asked *= 2

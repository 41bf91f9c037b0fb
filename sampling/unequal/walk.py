"""The random walk of the cube method: from one face of the cube to a smaller one."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sampling.unequal.chances import SETTLED, Floats

SINGULAR = 1e-10


def steps(pi: Floats, table: Floats, order: NDArray[np.intp], chance: Generator) -> Floats:
    """Walk until no direction is left that keeps the sums of the table's columns.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Where the walk begins.
    table : ndarray, shape (N, p)
        Balancing variables over inclusion probabilities.
    order : ndarray of int, shape (m,)
        Units that are still open, in the order in which they enter the window of p + 1.
    chance : Generator
        Decides each step.

    Returns
    -------
    ndarray, shape (N,)
        With at most p of those units between 0 and 1.
    """
    found = pi.copy()
    width = table.shape[1] + 1
    window = order[:width]
    following = order.size if order.size < width else width
    while window.size:
        direction = kept_direction(table[window])
        if direction is None:
            break
        found[window] = moved(found[window], direction, float(chance.random()))
        still = (found[window] > 0) & (found[window] < 1)
        entering = order[following : following + int((~still).sum())]
        following += entering.size
        window = np.concatenate((window[still], entering))
    return found


def kept_direction(table: Floats) -> Floats | None:
    """Find a direction in which no column's sum changes; None where there is none."""
    size = np.abs(table).max(initial=0.0)
    _, values, vectors = np.linalg.svd(table.T, full_matrices=True)
    rank = int((values > SINGULAR * max(size, np.finfo(float).tiny)).sum())
    if rank >= table.shape[0]:
        return None
    return np.asarray(vectors[-1] / np.abs(vectors[-1]).max())


def moved(place: Floats, direction: Floats, uniform: float) -> Floats:
    """Go to one of the two walls, so that the place to be expected is where we are."""
    free = np.abs(direction) > SETTLED
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.where(direction > 0, (1 - place) / direction, -place / direction)
        down = np.where(direction > 0, place / direction, (place - 1) / direction)
    up = np.where(free, up, np.inf)
    down = np.where(free, down, np.inf)
    forward, back = float(up.min()), float(down.min())
    ahead = uniform * (forward + back) < back
    walls, reach = (up, forward) if ahead else (down, back)
    gone = place + (reach if ahead else -reach) * direction
    # A unit that reaches its wall is put on it.
    there = (walls <= reach * (1 + SETTLED)) | (gone <= SETTLED) | (gone >= 1 - SETTLED)
    return np.where(there, np.round(gone), gone)

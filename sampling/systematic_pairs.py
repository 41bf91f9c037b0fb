"""Joint probabilities of a systematic sample in the order of the frame."""

import numpy as np
from numpy.typing import NDArray

from sampling.unequal.chances import Floats

# Two starts as near as this choose the same sample.
SAME = 1e-13


def joint(pi: Floats, _n: int = 0) -> Floats:
    """Share of starts from 0 to 1 that draw both of two units.

    Parameters
    ----------
    pi : ndarray, shape (N,)
        Inclusion probabilities from 0 to 1, in the order of the frame.

    Returns
    -------
    ndarray, shape (N, N)
        0 for pairs that no start draws together. The sample changes at most N times as the start
        goes from 0 to 1, so that this takes O(N n^2) and N^2 numbers.

    References
    ----------
    Tillé (2006), Sampling Algorithms, section 7.1; Connor (1966), JASA 61, 384.
    """
    ends = np.concatenate(([0.0], np.cumsum(pi)))
    folded = np.sort(np.append(ends % 1.0, [0.0, 1.0]))
    starts = folded[np.append(True, np.diff(folded) > SAME)]
    table = np.zeros((pi.size, pi.size))
    for low, high in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        drawn = chosen(ends, (low + high) / 2)
        table[np.ix_(drawn, drawn)] += high - low
    np.fill_diagonal(table, pi)
    return table


def chosen(ends: Floats, start: float) -> NDArray[np.intp]:
    """Units in whose part of the cumulated probabilities start plus a whole number falls."""
    whole = np.floor(ends - start)
    return np.flatnonzero(np.diff(whole) >= 1)

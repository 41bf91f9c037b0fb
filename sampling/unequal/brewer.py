"""Brewer's draws: n of them, each without replacement."""

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from sampling.unequal.chances import Bools, Floats, among_unsettled


def brewer(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw unit after unit.

    Parameters
    ----------
    probability, chance
        As for `sampling.unequal.elimination.tille`.

    Returns
    -------
    ndarray of bool, shape (N,)
        As for `sampling.unequal.elimination.tille`; so are the errors.

    Notes
    -----
    With m the sum of pi less that of the units drawn so far, the next of r draws takes unit k with
    probability in proportion to pi_k (m - pi_k) / (m - r pi_k). O(N n). Joint probabilities have
    no closed form beyond n = 2; Brewer's approximation is meant for them.

    References
    ----------
    Brewer (1975), Australian Journal of Statistics 17, 166; Tillé (2006), section 6.4.
    """

    def choose(pi: Floats, n: int, _: Bools) -> Bools:
        drawn = np.zeros(pi.size, dtype=np.bool_)
        sum_left = float(n)
        for draws_left in range(n, 0, -1):
            room = sum_left - draws_left * pi
            # A unit without room must be taken now; rounding may have left it a hair.
            weight = pi * (sum_left - pi) / np.maximum(room, np.finfo(float).tiny)
            weight[drawn] = 0.0
            heap = np.cumsum(np.minimum(weight, 1 / np.finfo(float).eps))
            at = int(np.searchsorted(heap, chance.random() * heap[-1], side="right"))
            drawn[at] = True
            sum_left -= float(pi[at])
        return drawn

    return among_unsettled(probability, choose)

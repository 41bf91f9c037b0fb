"""Sampford's sampling: one unit by its size, others by odds, all different."""

from math import fsum

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from sampling.unequal.chances import Bools, Floats, among_unsettled
from sampling.unequal.conditional_poisson import Sequence, centred
from sampling.unequal.spectrum import product, spectrum

# Uniforms of one batch of attempts.
BATCH = 50_000


def sampford(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw by rejection.

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
    A sample s has probability proportional to the product of its odds times the sum of pi over
    the units left out. So a Poisson sample with chances pi is kept if its size is n and, then,
    with the probability that this sum has of its largest possible value: about sqrt(2 pi d)
    attempts, d the sum of pi (1 - pi), times that largest value over d. Sampford's own attempts,
    with replacement, are nearly always refused from some ten units on.

    References
    ----------
    Sampford (1967), Biometrika 54, 499.
    """

    def choose(pi: Floats, n: int, _: Bools) -> Bools:
        largest = np.sort(pi)[n:].sum()  # N - n units are left out
        rows = max(1, BATCH // pi.size)
        while True:
            tries = chance.random((rows, pi.size)) < pi
            fits = tries.sum(axis=1) == n
            left_out = (~tries) @ pi
            kept = fits & (chance.random(rows) * largest < left_out)
            if kept.any():
                return np.asarray(tries[int(np.argmax(kept))])

    return among_unsettled(probability, choose)


def sampford_sequential(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw the same without rejection: one unit, then a conditional Poisson sample of the rest.

    Parameters
    ----------
    probability, chance
        As for `sampford`.

    Returns
    -------
    ndarray of bool, shape (N,)
        As for `sampford`; for small N, as O(N n) numbers are kept.

    References
    ----------
    Grafström (2009), Journal of Statistical Planning and Inference 139, 2111.
    """

    def choose(pi: Floats, n: int, _: Bools) -> Bools:
        first_chance = pi * (1 - pi) * spectrum(pi, n).without_one()
        first_chance = np.maximum(first_chance, 0.0)
        first = int(chance.choice(pi.size, p=first_chance / fsum(first_chance)))
        rest = np.arange(pi.size) != first
        drawn = np.zeros(pi.size, dtype=np.bool_)
        drawn[first] = True
        if n > 1:
            odds = np.log(pi[rest]) - np.log1p(-pi[rest])
            drawn[rest] = Sequence.of(centred(odds, n - 1), n - 1).draw(chance)
        return drawn

    return among_unsettled(probability, choose)


def joint(pi: Floats, n: int) -> Floats:
    """Joint probabilities of units that chance decides; O(N^2 T).

    With b_k = pi_k (1 - pi_k) / (1 - pi_k + pi_k z), the generating function of samples that
    hold k and l, weighed by the pi left out, is the Poisson sample's times the sum of all b but
    b_k and b_l: no alternating sum is needed.
    """
    around = spectrum(pi, n)
    left_out = around.inverse * (pi * (1 - pi))[:, None]
    every = left_out.sum(axis=0)
    turned = around.share * around.z**2
    table = product(around.inverse, turned * every, around.inverse)
    crossed = product(around.inverse * left_out, turned, around.inverse)
    total = float((around.share * every).sum().real)
    table = np.outer(pi, pi) * (table - crossed - crossed.T) / total
    np.fill_diagonal(table, pi)
    return np.maximum(table, 0.0)

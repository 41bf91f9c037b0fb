"""The pivotal method: pairs of units duel until each is drawn or not."""

from collections.abc import Iterable

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from sampling.unequal.chances import SETTLED, Bools, Floats, among_unsettled


def pivotal(probability: ArrayLike, chance: Generator) -> Bools:
    """Let units duel in random order: close to the most random sample there is.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities. The sample's size is their sum, rounded up or down by chance
        where it is not whole.
    chance : Generator
        Source of chance. Re-runnable, not publicly verifiable.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn. O(N).

    Raises
    ------
    InclusionError
        If probabilities are impossible.

    References
    ----------
    Deville and Tillé (1998), Biometrika 85, 89.
    """

    def choose(pi: Floats, _n: int, _: Bools) -> Bools:
        return fought(pi, chance.permutation(pi.size).tolist(), chance)

    return among_unsettled(probability, choose, fixed=False)


def pivotal_ordered(probability: ArrayLike, chance: Generator) -> Bools:
    """Let each unit duel with the next of the frame: spread along its order.

    Parameters
    ----------
    probability, chance
        As for `pivotal`.

    Returns
    -------
    ndarray of bool, shape (N,)
        As for `pivotal`; neighbours on the frame are seldom drawn together. As in a systematic
        sample, but with many more possible samples.

    References
    ----------
    Deville and Tillé (1998); Chauvet (2012), Bernoulli 18, 1320.
    """

    def choose(pi: Floats, _n: int, _: Bools) -> Bools:
        return fought(pi, range(pi.size), chance)

    return among_unsettled(probability, choose, fixed=False)


def fought(pi: Floats, order: Iterable[int], chance: Generator) -> Bools:
    """Let the winner so far duel with each unit in turn."""
    left = pi.tolist()
    drawn = np.zeros(pi.size, dtype=np.bool_)
    uniforms = chance.random(pi.size).tolist()
    champion = -1
    for unit, uniform in zip(order, uniforms, strict=True):
        if champion >= 0:
            left[champion], left[unit] = duel(left[champion], left[unit], uniform)
            drawn[champion] |= left[champion] >= 1 - SETTLED
            champion = champion if SETTLED < left[champion] < 1 - SETTLED else -1
        drawn[unit] |= left[unit] >= 1 - SETTLED
        if SETTLED < left[unit] < 1 - SETTLED:
            champion = unit
    if champion >= 0:
        drawn[champion] = float(chance.random()) < left[champion]
    return drawn


def duel(one: float, other: float, uniform: float) -> tuple[float, float]:
    """Settle one of two units: their sum stays, and so do their expectations."""
    both = one + other
    if both < 1:
        return (0.0, both) if uniform * both < other else (both, 0.0)
    spare = 2 - both
    if spare <= 0:
        return 1.0, 1.0
    return (1.0, both - 1) if uniform * spare < 1 - other else (both - 1, 1.0)

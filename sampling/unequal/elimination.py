"""Tillé's elimination and Midzuno's method: units leave, or enter, one at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from sampling.unequal.chances import Bools, Floats, among_unsettled


@dataclass(frozen=True, eq=False)
class Steps:
    """Probabilities in proportion to pi for every sample size from n to N.

    Attributes
    ----------
    order : ndarray of int, shape (N,)
        Units from the largest pi to the smallest.
    certain : ndarray of int, shape (N + 1,)
        How many of the largest are certain to be in a sample of each size; N at size N.
    factor : ndarray, shape (N + 1,)
        By what pi of the others is multiplied to give their probability in a sample of each size;
        0 below n and at N, where there are no others.
    """

    order: NDArray[np.intp]
    certain: NDArray[np.intp]
    factor: Floats

    @classmethod
    def of(cls, pi: Floats, n: int) -> "Steps":
        """Work them out, size by size; O(N log N)."""
        order = np.argsort(-pi, kind="stable")
        sizes = pi[order]
        behind = np.append(np.cumsum(sizes[::-1])[::-1], 0.0)
        certain = np.full(pi.size + 1, pi.size, dtype=np.intp)
        factor = np.zeros(pi.size + 1)
        taken = 0
        for size in range(n, pi.size):
            while (size - taken) * sizes[taken] >= behind[taken]:
                taken += 1
            certain[size] = taken
            factor[size] = (size - taken) / behind[taken]
        return cls(order, certain, factor)


def tille(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw by eliminating units one by one until n are left.

    Parameters
    ----------
    probability : array_like, shape (N,)
        Inclusion probabilities with a whole sum.
    chance : Generator
        Source of chance. Re-runnable, not publicly verifiable.

    Returns
    -------
    ndarray of bool, shape (N,)
        Which units are drawn.

    Raises
    ------
    InclusionError
        If probabilities are impossible or do not add up to a whole number.

    Notes
    -----
    From size j + 1 to j a unit leaves with probability 1 - pi(k; j) / pi(k; j + 1), pi(k; j) being
    its inclusion probability in a sample of j. Units that are not certain at j + 1 all leave with
    the same probability, so that a step takes constant time: O(N log N).

    References
    ----------
    Tillé (1996), Biometrika 83, 238; Tillé (2006), section 6.3.
    """
    return among_unsettled(probability, lambda pi, n, _: eliminated(pi, n, chance))


def midzuno(probability: ArrayLike, chance: Generator) -> Bools:
    """Draw what Tillé's elimination leaves out when it draws with the complements.

    Parameters
    ----------
    probability, chance
        As for `tille`.

    Returns
    -------
    ndarray of bool, shape (N,)
        As for `tille`.

    References
    ----------
    Midzuno (1951), Annals of the Institute of Statistical Mathematics 3, 99; Tillé (2006),
    section 6.3.5.
    """
    return among_unsettled(probability, lambda pi, n, _: ~eliminated(1 - pi, pi.size - n, chance))


def eliminated(pi: Floats, n: int, chance: Generator) -> Bools:
    """Eliminate N - n units."""
    steps = Steps.of(pi, n)
    sizes, units = pi[steps.order].tolist(), steps.order.tolist()
    pool: list[int] = []  # places in the order of units that are in, but not certain
    uniforms = chance.random(pi.size - n).tolist()
    for uniform, size in zip(uniforms, range(pi.size - 1, n - 1, -1), strict=True):
        before, now = int(steps.certain[size + 1]), int(steps.certain[size])
        factor = float(steps.factor[size])
        left = uniform
        gone = -1
        for place in range(now, before):
            left -= 1 - factor * sizes[place]
            if left < 0:
                gone = place
                break
        entering = [place for place in range(now, before) if place != gone]
        if gone < 0:
            # Rounding may leave a hair beyond the last unit.
            share = 1 - factor / float(steps.factor[size + 1]) if pool else 1.0
            at = min(int(left / share), len(pool) - 1) if share > 0 else 0
            if pool:
                pool[at], pool[-1] = pool[-1], pool[at]
                pool.pop()
            else:
                entering.pop()
        pool.extend(entering)
    drawn = np.zeros(pi.size, dtype=np.bool_)
    drawn[[units[place] for place in pool]] = True
    drawn[steps.order[: steps.certain[n]]] = True
    return drawn


def joint(pi: Floats, n: int) -> Floats:
    """Joint probabilities of Tillé's elimination among units that chance decides; O(N^2).

    For units k and l, of which k ceases to be certain at the larger size, the pair survives to
    the size e at which l ceases to be certain with k's own probability; at that step with
    1 - r_k - r_l, and at each later one with 1 - 2 r.
    """
    steps = Steps.of(pi, n)
    sizes, total = pi[steps.order], pi.size
    ceases = np.zeros(total, dtype=np.intp)  # largest size at which a unit is not certain
    for size in range(n, total):
        ceases[steps.certain[size] :] = size
    later = np.ones(total + 1)  # product of 1 - 2 r over sizes from n to below this one
    for size in range(n, total - 1):
        ratio = steps.factor[size] / steps.factor[size + 1]
        later[size + 1] = later[size] * max(0.0, 2 * ratio - 1)
    factor = steps.factor[ceases]
    # Rows are the larger unit, which ceases to be certain last; columns the smaller.
    above = np.where(ceases + 1 < total, steps.factor[np.minimum(ceases + 1, total - 1)], 0.0)
    own = factor * sizes
    together = own[:, None] + np.outer(factor, sizes) - 1
    survived = np.outer(factor, sizes) + np.outer(above, sizes) * (own - 1)[:, None]
    same = ceases[:, None] == ceases[None, :]
    table = np.where(same, together, survived) * later[ceases][:, None]
    upper = np.tril(np.maximum(table.T, 0.0), -1)  # row: smaller unit; column: larger unit
    table = upper + upper.T
    np.fill_diagonal(table, sizes * steps.factor[n])
    found = np.empty_like(table)
    found[np.ix_(steps.order, steps.order)] = table
    return found


def midzuno_joint(pi: Floats, n: int) -> Floats:
    """Joint probabilities of Midzuno's method: that neither of two is among those left out."""
    table = joint(1 - pi, pi.size - n) + np.add.outer(pi, pi) - 1
    np.fill_diagonal(table, pi)
    return np.maximum(table, 0.0)

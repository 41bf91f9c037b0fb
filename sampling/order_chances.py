"""Inclusion probabilities of order sampling, worked out to about ten digits.

A row is drawn iff fewer than n of the others have a smaller ranking number. Given its own number
at exp(x), the others fall below independently, each with a known probability, so that their count
has a Poisson-binomial distribution; what remains is an integral over x.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Share of each row below exp(x), and the density of its number on the scale of x.
Below = Callable[[Floats, Floats], tuple[Floats, Floats]]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
FARTHEST = 60.0
CHUNK = 4_000_000


def pareto_chances(aimed: Floats, n: int) -> Floats:
    """Inclusion probabilities where odds of u over odds of lambda are ranked.

    Parameters
    ----------
    aimed : ndarray, shape (N,)
        Lambda of each row, in (0, 1), adding up to n.
    n : int
        Rows drawn.

    Returns
    -------
    ndarray, shape (N,)
        They add up to n.

    References
    ----------
    Aires (1999), Methodology and Computing in Applied Probability 1, 457, for the integral.
    """

    def below(x: Floats, lam: Floats) -> tuple[Floats, Floats]:
        share = 1 / (1 + np.exp(-x) * ((1 - lam) / lam))
        return share, share * (1 - share)

    return chances(aimed, n, below, np.zeros(0))


def sequential_poisson_chances(aimed: Floats, n: int) -> Floats:
    """Inclusion probabilities where u / lambda is ranked; as `pareto_chances` otherwise."""

    def below(x: Floats, lam: Floats) -> tuple[Floats, Floats]:
        share = np.exp(x) * lam
        return np.minimum(share, 1.0), np.where(share < 1, share, 0.0)

    return chances(aimed, n, below, -np.log(aimed))


def chances(aimed: Floats, n: int, below: Below, kinks: Floats) -> Floats:
    """Integrate panel by panel; left of all panels a row is drawn if its number lies there."""
    if n >= aimed.size or n == 0:
        return np.full(aimed.size, float(n > 0))
    spread = np.sqrt((aimed * (1 - aimed)).sum())
    reach = min(FARTHEST, 35 / spread)
    edges = np.linspace(-reach, reach, 1 + int(np.ceil(2 * reach * max(1.0, spread / 3))))
    edges = np.unique(np.concatenate([edges, kinks[np.abs(kinks) < reach]]))
    half = np.diff(edges)[:, None] / 2
    x = ((edges[:-1, None] + half) + half * NODES).ravel()
    weight = (half * WEIGHTS).ravel()
    found = below(edges[:1], aimed[:, None])[0][:, 0]
    step = max(1, CHUNK // (aimed.size * n))
    for first in range(0, x.size, step):
        part = slice(first, first + step)
        share, density = below(x[part], aimed[:, None])
        found += (density * others_at_most(share, n - 1)) @ weight[part]
    return found


def others_at_most(share: Floats, most: int) -> Floats:
    """Probability that at most so many rows other than the row itself fall below.

    Parameters
    ----------
    share : ndarray, shape (N, G)
        Probability that a row falls below, at each of G points.

    Returns
    -------
    ndarray, shape (N, G)
        Rows before and rows behind are joined, which never divides and so stays exact.
    """
    size, points = share.shape
    before = np.zeros((size + 1, most + 1, points))
    before[0, 0] = 1.0
    for at in range(size):
        before[at + 1] = before[at] * (1 - share[at])
        before[at + 1, 1:] += before[at, :-1] * share[at]
    behind = np.ones((most + 1, points))
    found = np.empty_like(share)
    for at in reversed(range(size)):
        found[at] = (before[at] * behind[::-1]).sum(axis=0)
        fewer = behind * (1 - share[at])
        fewer[1:] += behind[:-1] * share[at]
        behind = fewer
    return found

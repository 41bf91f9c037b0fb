"""How many of independent units are drawn, by the generating function on the unit circle.

A Poisson sample takes unit k with probability p_k apart from all others. Conditional Poisson and
Sampford samples are Poisson samples of a given size, reweighed; their probabilities are sums over
all samples, and the generating function E z^S gives such sums without recursion: leaving a unit
out divides by its factor 1 - p_k + p_k z. All N^2 pairs cost one product of matrices.
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from sampling.unequal.chances import Floats

Complex = NDArray[np.complex128]

NEGLIGIBLE = 1e-22


@dataclass(frozen=True, eq=False)
class Spectrum:
    """The generating function at T points of the circle, half of them left to symmetry.

    Attributes
    ----------
    p : ndarray, shape (N,)
        Probabilities of the Poisson sample, all between 0 and 1; their sum should be near n, so
        that the chance of the size n is no rare event.
    n : int
        Sample size asked about.
    z : ndarray of complex, shape (T,)
        Points of the circle.
    inverse : ndarray of complex, shape (N, T)
        1 / (1 - p + p z).
    share : ndarray of complex, shape (T,)
        Weight of each point times z^-n E z^S: the real parts add up to P(S = n).
    """

    p: Floats
    n: int
    z: Complex
    inverse: Complex
    share: Complex

    @cached_property
    def chance(self) -> float:
        """P(S = n)."""
        return float(self.share.sum().real)

    def without_one(self) -> Floats:
        """P(S - I_k = n - 1) for each unit k, shape (N,)."""
        return np.asarray((self.inverse @ (self.share * self.z)).real)

    def without_two(self) -> Floats:
        """P(S - I_k - I_l = n - 2) for each pair, shape (N, N); the diagonal has no meaning."""
        return product(self.inverse, self.share * self.z**2, self.inverse)


def product(left: Complex, middle: Complex, right: Complex) -> Floats:
    """Real part of left diag(middle) right^T, in real arithmetic."""
    scaled = left * middle
    return np.asarray(scaled.real @ right.real.T - scaled.imag @ right.imag.T)


def spectrum(p: Floats, n: int) -> Spectrum:
    """Work out the generating function where it matters.

    Parameters
    ----------
    p : ndarray, shape (N,)
        Strictly between 0 and 1, with a sum near n.
    n : int
        Sample size.

    Returns
    -------
    Spectrum
        Of T points, about 40 for large samples, N / 2 for small ones. The size lies within 12
        standard deviations of its mean but for a share below rounding, so that fewer points than
        N + 1 do.
    """
    spread = float((p * (1 - p)).sum())
    points = min(p.size + 1, ceil(24 * sqrt(spread)) + 60)
    points += 1 - points % 2  # odd: no factor may vanish, as 1/2 - 1/2 would
    step = np.arange(points // 2 + 1)
    z = np.exp(2j * np.pi * step / points)
    logarithm = np.log(1 + np.multiply.outer(p, z - 1))
    summed = logarithm.sum(axis=0)
    smallest = 2 * np.maximum(0.0, -logarithm.real.min(axis=0))
    kept = summed.real + smallest > np.log(NEGLIGIBLE)
    logarithm, summed, z, step = logarithm[:, kept], summed[kept], z[kept], step[kept]
    # The angle n t / M is folded before it is turned into a number, or large n would lose bits.
    back = np.exp(-2j * np.pi * (n * step % points) / points)
    weight = np.where(step == 0, 1.0, 2.0) / points
    return Spectrum(p, n, z, np.exp(-logarithm), weight * back * np.exp(summed))

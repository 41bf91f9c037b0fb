"""How a sample is shared out among strata, in whole dossiers."""

from bisect import bisect_left

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import AllocationError

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# A share so far below the largest would overflow the factor that fills its stratum.
NEGLIGIBLE = 1e-12


def proportional(sizes: ArrayLike, n: int, minimum: int = 0) -> Counts:
    """Share out a sample in proportion to the strata's sizes.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    n : int
        Dossiers to draw in all.
    minimum : int
        Least number in a stratum; a smaller stratum is taken whole.

    Returns
    -------
    ndarray of int, shape (H,)
        Adds up to `n`, never above a stratum's size; fractions are rounded by largest remainder,
        ties going to the stratum named first.

    Raises
    ------
    AllocationError
        If the strata hold fewer than `n`, or the minimum alone needs more than `n`.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.5.

    Examples
    --------
    >>> proportional([100, 50, 3], 30, minimum=5).tolist()
    [18, 9, 3]
    """
    upper = stratum_sizes(sizes)
    return shared_out(upper.astype(float), upper, n, minimum)


def neyman(sizes: ArrayLike, deviations: ArrayLike, n: int, minimum: int = 0) -> Counts:
    """Share out a sample so that a mean's variance is least.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    deviations : array_like of float, shape (H,)
        Standard deviation expected within each stratum.
    n, minimum : int
        As for `proportional`.

    Returns
    -------
    ndarray of int, shape (H,)
        As for `proportional`. Strata without deviation get the minimum, and more only when
        all others are taken whole.

    Raises
    ------
    AllocationError
        As for `proportional`; also if a deviation is negative or not finite.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, sections 5.5 and 5.8.
    """
    upper = stratum_sizes(sizes)
    spread = np.asarray(deviations, dtype=float)
    if spread.shape != upper.shape:
        raise AllocationError("bad_deviations", strata=upper.size)
    if not (np.isfinite(spread).all() and (spread >= 0).all()):
        raise AllocationError("bad_deviations", strata=upper.size)
    return shared_out(upper * spread, upper, n, minimum)


def stratum_sizes(sizes: ArrayLike) -> Counts:
    """Check that sizes are whole and not negative."""
    given = np.asarray(sizes, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any() or (given % 1).any():
        raise AllocationError("bad_sizes")
    return given.astype(np.int64)


def shared_out(shares: Floats, upper: Counts, n: int, minimum: int) -> Counts:
    """Allocate by shares between the minimum and the stratum's size, in whole numbers."""
    lower = np.minimum(upper, minimum)
    if minimum < 0 or n < 0:
        raise AllocationError("negative_size")
    if n > upper.sum():
        raise AllocationError("sample_too_large", n=n, available=int(upper.sum()))
    if n < lower.sum():
        raise AllocationError("minimum_too_large", minimum=minimum, needed=int(lower.sum()), n=n)
    shares = np.where(shares > NEGLIGIBLE * shares.max(initial=0.0), shares, 0.0)
    # With every stratum of any share full, the rest goes to the others by size.
    reachable = np.where(shares > 0, upper, lower).sum()
    if n > reachable:
        spare = shared_out(
            np.where(shares > 0, 0.0, upper - lower),
            np.where(shares > 0, 0, upper - lower),
            int(n - reachable),
            0,
        )
        return np.where(shares > 0, upper, lower + spare)
    return rounded(bounded(shares, lower, upper, n), upper, n)


def bounded(shares: Floats, lower: Counts, upper: Counts, n: int) -> Floats:
    """Solve for the factor that makes clipped shares add up to n.

    The sum of clip(factor x share, lower, upper) is piecewise linear in the factor, with a knee
    where a stratum leaves its minimum or reaches its size; between two knees it is a line.
    """
    active = shares > 0
    scaled = shares[active] / shares.max(initial=0.0)
    knees = np.unique(np.concatenate(([0.0], lower[active] / scaled, upper[active] / scaled)))

    def allocation(factor: float) -> Floats:
        real = lower.astype(float)
        real[active] = np.clip(factor * scaled, lower[active], upper[active])
        return real

    right = bisect_left(
        range(knees.size), True, key=lambda at: bool(allocation(float(knees[at])).sum() >= n)
    )
    if right == 0:
        return allocation(0.0)
    below, above = knees[right - 1], knees[min(right, knees.size - 1)]
    low, high = allocation(below).sum(), allocation(above).sum()
    step = (n - low) / (high - low) if high > low else 0.0
    return allocation(below + step * (above - below))


def rounded(real: Floats, upper: Counts, n: int) -> Counts:
    """Round down, then give the missing ones to the largest remainders that have room."""
    # A hair is added because 2.9999999999 is a 3 that lost its last bits.
    whole = np.minimum(np.floor(real + 1e-9).astype(np.int64), upper)
    remainder = np.where(whole < upper, real - whole, -np.inf)
    missing = int(n - whole.sum())
    order = np.lexsort((np.arange(real.size), -remainder))
    whole[order[:missing]] += 1
    return whole

"""From shares to sizes: between a least and a greatest number in every stratum, then whole."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import AllocationError

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# A share so far below the largest would overflow the factor that fills its stratum.
NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False)
class Bounds:
    """How few and how many dossiers every stratum may give.

    Attributes
    ----------
    lower, upper : ndarray of int, shape (H,)
        0 <= lower <= upper <= dossiers of the stratum.
    """

    lower: Counts
    upper: Counts


def bounds(
    sizes: ArrayLike,
    minimum: ArrayLike = 0,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Bounds:
    """Put sizes, least numbers, caps and strata taken whole together.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    minimum : array_like of int, shape (H,) or ()
        Least number in a stratum; a smaller stratum is taken whole.
    maximum : array_like of int, shape (H,) or (), optional
        Greatest number in a stratum.
    take_all : array_like of bool, shape (H,), optional
        Strata that are asked whole.

    Returns
    -------
    Bounds

    Raises
    ------
    AllocationError
        If a figure is negative or not whole, or a stratum must give more than its cap.
    """
    held = stratum_sizes(sizes)
    least, most = limits(minimum, held), limits(held if maximum is None else maximum, held)
    lower, upper = np.minimum(held, least), np.minimum(held, most)
    if take_all is not None:
        whole = np.asarray(take_all, dtype=bool)
        if whole.shape != held.shape:
            raise AllocationError("bad_bounds", strata=held.size)
        lower = np.where(whole, held, lower)
    if (lower > upper).any():
        place = int(np.argmax(lower > upper))
        raise AllocationError(
            "minimum_above_cap", place=place + 1, least=int(lower[place]), most=int(upper[place])
        )
    return Bounds(lower, upper)


def stratum_sizes(sizes: ArrayLike) -> Counts:
    """Check that sizes are whole and not negative."""
    given = np.asarray(sizes, dtype=float)
    if given.ndim != 1 or not np.isfinite(given).all() or (given < 0).any() or (given % 1).any():
        raise AllocationError("bad_sizes")
    return given.astype(np.int64)


def limits(given: ArrayLike, held: Counts) -> Counts:
    """Check limits: one for each stratum, or one for all, whole and not negative."""
    found = np.asarray(given, dtype=float)
    if found.shape not in {(), held.shape} or not np.isfinite(found).all():
        raise AllocationError("bad_bounds", strata=held.size)
    if (found < 0).any() or (found % 1).any():
        raise AllocationError("negative_size")
    return np.broadcast_to(found, held.shape).astype(np.int64)


def shared_out(shares: Floats, n: int, within: Bounds) -> Counts:
    """Allocate by shares, within bounds, in whole numbers.

    Parameters
    ----------
    shares : ndarray, shape (H,)
        See `sampling.shares`.
    n : int
        Dossiers to draw in all.
    within : Bounds
        What every stratum may give.

    Returns
    -------
    ndarray of int, shape (H,)
        Adds up to `n`. Strata without a share get their least number, and more, by room, only
        when all the others are full.

    Raises
    ------
    AllocationError
        If the strata may give fewer than `n`, or must give more.
    """
    lower, upper = within.lower, within.upper
    if n < 0:
        raise AllocationError("negative_size")
    if n > upper.sum():
        raise AllocationError("sample_too_large", n=n, available=int(upper.sum()))
    if n < lower.sum():
        least = int(lower.max(initial=0))
        raise AllocationError("minimum_too_large", minimum=least, needed=int(lower.sum()), n=n)
    wanted = shares > NEGLIGIBLE * shares.max(initial=0.0)
    reachable = int(np.where(wanted, upper, lower).sum())
    if n > reachable:
        room = np.where(wanted, 0, upper - lower)
        spare = shared_out(room.astype(float), n - reachable, Bounds(np.zeros_like(room), room))
        return np.where(wanted, upper, lower + spare)
    return rounded(spread(shares, n, lower, upper), upper, n)


def spread(shares: ArrayLike, n: float, lower: ArrayLike, upper: ArrayLike) -> Floats:
    """Share out a number in proportion to shares, each part kept between bounds.

    Parameters
    ----------
    shares : array_like, shape (H,)
        0 or more.
    n : float
        What the parts add up to, between the sums of the bounds.
    lower, upper : array_like, shape (H,) or ()
        Bounds of every part; ``inf`` for no upper one.

    Returns
    -------
    ndarray, shape (H,)
        clip(factor x share, lower, upper) for the one factor that makes the sum `n`; a part
        without a share stays at its lower bound. Not rounded.

    Raises
    ------
    AllocationError
        If no factor can make the sum `n`.

    Notes
    -----
    The sum is piecewise linear in the factor, with a knee where a part leaves its lower bound or
    reaches its upper one. The knees are sorted; between the two around `n` the parts that are free
    are known, and the factor is what is left of `n` over their shares, to the last bit.
    """
    part = np.asarray(shares, dtype=float)
    least = np.broadcast_to(np.asarray(lower, dtype=float), part.shape)
    most = np.broadcast_to(np.asarray(upper, dtype=float), part.shape)
    largest = part.max(initial=0.0)
    part = np.where(part > NEGLIGIBLE * largest, part, 0.0) / (largest or 1.0)
    active = part > 0
    top = np.where(active, most, least).sum()
    if not least.sum() - 1e-9 <= n <= top + 1e-9:
        raise AllocationError("no_such_total", n=n, least=float(least.sum()), most=float(top))
    begins, ends = least[active] / part[active], most[active] / part[active]
    knees = np.unique(np.concatenate((begins, ends[np.isfinite(ends)])))

    def reaches(knee: float) -> bool:
        return bool(np.where(active, np.clip(knee * part, least, most), least).sum() >= n)

    at = bisect_left(knees, True, key=reaches)
    below = knees[at - 1] if at else 0.0
    free = np.zeros(part.shape, dtype=bool)
    free[active] = (begins <= below) & (ends > below)
    held = np.where(active & ~free, np.clip(below * part, least, most), least)
    if not free.any():
        return held
    factor = (n - held[~free].sum()) / part[free].sum()
    return np.where(free, np.clip(factor * part, least, most), held)


def rounded(real: Floats, upper: Counts, n: int) -> Counts:
    """Round down, then give the missing ones to the largest remainders that have room.

    Ties go to the stratum named first.
    """
    # A hair is added because 2.9999999999 is a 3 that lost its last bits.
    whole = np.minimum(np.floor(real + 1e-9).astype(np.int64), upper)
    remainder = np.where(whole < upper, real - whole, -np.inf)
    missing = int(n - whole.sum())
    order = np.lexsort((np.arange(real.size), -remainder))
    whole[order[:missing]] += 1
    return whole

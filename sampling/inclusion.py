"""How likely each unit is to be drawn, in proportion to a measure of its size."""

from bisect import bisect_left
from collections.abc import Mapping
from math import fsum, isfinite

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import InclusionError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# A probability so near 1 is a 1 that lost its last bits.
CERTAIN = 1 - 1e-12


def inclusion_probabilities(
    size: ArrayLike, n: float, *, minimum: float = 0.0, zeros: bool = False
) -> Floats:
    """Probabilities in proportion to size, with units that are certain to be drawn.

    Parameters
    ----------
    size : array_like, shape (N,)
        Measure of size of each unit, 0 or more.
    n : float
        Expected sample size; whole for every method of fixed size.
    minimum : float
        Least probability of a unit, for measures that may be out of date.
    zeros : bool
        Whether units of size 0 may have probability 0 where `minimum` is 0. They are then never
        drawn, and nobody stands for them.

    Returns
    -------
    ndarray, shape (N,)
        c times size, but 1 where that reaches 1 and `minimum` where it falls below. c is worked
        out anew for the others until no more are certain. They add up to n to the last bit: the
        rounding is put on the largest probability below 1. O(N log N).

    Raises
    ------
    InclusionError
        If a size is negative or not finite, a unit has no size while `zeros` and `minimum` do not
        provide for it, the minimum is no share, or n is more than units can give or less than
        their minima need.

    References
    ----------
    Tillé (2006), Sampling Algorithms, section 2.10.

    Examples
    --------
    >>> inclusion_probabilities([10, 20, 30, 400], 2).round(4).tolist()
    [0.1667, 0.3333, 0.5, 1.0]
    """
    sizes = checked_sizes(size)
    if not (isfinite(minimum) and 0 <= minimum < 1):
        raise InclusionError("bad_minimum", minimum=minimum)
    some = sizes > 0
    if minimum == 0 and not zeros and not some.all():
        raise InclusionError("no_size", place=int(np.argmin(some)))
    drawable = sizes.size if minimum > 0 else int(some.sum())
    if not 0 < n <= drawable:
        raise InclusionError("bad_expected_size", n=n, units=drawable)
    if n < minimum * sizes.size:
        raise InclusionError("minimum_needs_more", minimum=minimum, units=sizes.size, n=n)
    if not some.any():
        return np.full(sizes.size, n / sizes.size)
    return solved(sizes / sizes.max(), float(n), float(minimum))


def stratified_probabilities(
    size: ArrayLike,
    stratum: ArrayLike,
    n: Mapping[str, float],
    *,
    minimum: float = 0.0,
    zeros: bool = False,
) -> Floats:
    """Probabilities in proportion to size within each stratum.

    Parameters
    ----------
    size, minimum, zeros
        As for `inclusion_probabilities`.
    stratum : array_like of str, shape (N,)
        Stratum of each unit.
    n : mapping of str to float
        Expected sample size of every stratum; 0 gives its units probability 0.

    Returns
    -------
    ndarray, shape (N,)
        Adding up to n within each stratum.

    Raises
    ------
    InclusionError
        As `inclusion_probabilities` does, or if the strata of units and of sizes differ.
    """
    sizes, labels = checked_sizes(size), np.asarray(stratum, dtype=np.str_)
    if labels.shape != sizes.shape:
        raise InclusionError("uneven_units", units=sizes.size, given=labels.shape)
    names, code = np.unique(labels, return_inverse=True)
    known = set(names.tolist())
    if known ^ {*map(str, n)}:
        raise InclusionError("other_strata", stratum=min(known ^ {*map(str, n)}))
    found = np.zeros(sizes.size)
    for at, name in enumerate(names.tolist()):
        inside = code == at
        if n[name] != 0:
            found[inside] = inclusion_probabilities(
                sizes[inside], n[name], minimum=minimum, zeros=zeros
            )
    return found


def checked_sizes(size: ArrayLike) -> Floats:
    """Refuse what is no measure of size."""
    sizes = np.asarray(size, dtype=float)
    if sizes.ndim != 1 or sizes.size == 0:
        raise InclusionError("no_units")
    wrong = ~(np.isfinite(sizes) & (sizes >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise InclusionError("bad_measure", place=place, size=float(sizes[place]))
    return sizes


def solved(share: Floats, n: float, minimum: float) -> Floats:
    """Find the factor by which clipped shares add up to n.

    Their sum is piecewise linear in the factor, with a knee where a unit leaves the minimum or
    becomes certain; between the right two knees it is a line.
    """
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        leaves = np.where(share > 0, minimum / share, np.inf)
        fills = np.where(share > 0, 1 / share, np.inf)
    knees = np.unique(np.concatenate(([0.0], leaves, fills)))
    knees = knees[np.isfinite(knees)]

    def reaches(knee: float) -> bool:
        return bool(np.clip(knee * share, minimum, 1).sum() >= n)

    right = bisect_left(range(knees.size), True, key=lambda at: reaches(float(knees[at])))
    certain = fills <= knees[max(right - 1, 0)]
    low = ~certain & (leaves >= knees[min(right, knees.size - 1)]) & (minimum > 0)
    low |= share == 0
    while True:
        found = np.where(certain, 1.0, minimum)
        middle = ~certain & ~low
        rest = n - certain.sum() - minimum * low.sum()
        if not middle.any():
            return found
        found[middle] = rest / fsum(share[middle]) * share[middle]
        filled = middle & (found >= CERTAIN)
        if not filled.any():
            return settled(found, middle, n)
        certain |= filled


def settled(found: Floats, middle: Bools, n: float) -> Floats:
    """Let the largest open probability take the rounding, so that the sum is n."""
    largest = int(np.argmax(np.where(middle, found, -1.0)))
    found[largest] += n - fsum(found)
    return found

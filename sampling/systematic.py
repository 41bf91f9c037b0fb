"""Systematic selection: one start, then every so many rows, or every so much of a size.

All comparisons are of whole numbers wherever sizes are, so that nobody's rounding decides.

Rows that are never drawn together have a joint probability of 0, so no unbiased variance exists;
`sampling.joint.hartley_rao` approximates it for an order that has nothing to do with the answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.drawn import Draw, Frame, Places, Rows, column, measured, planned_sizes, rows_of
from sampling.errors import SelectionError
from sampling.largest import BLOCK, Numbers, adding, blocks_of, certain_places


@dataclass(frozen=True)
class SystematicPlan:
    """How many to draw in each stratum, at even distances along a declared order.

    Attributes
    ----------
    sizes : mapping of str to int
        Sample size for every stratum; one as large as the stratum takes it whole.
    order : tuple of str
        Columns of the frame by which rows stand, the first first; text goes by code points, and
        equal rows stand in the order of their codes.
    """

    sizes: Mapping[str, int]
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class PpsSystematicPlan:
    """How many to draw in each stratum, at even distances of a size along a declared order.

    Attributes
    ----------
    sizes, order
        As for `SystematicPlan`; no more are drawn than have a size.
    measure : str
        Column of whole numbers, 0 or more, that probabilities are proportional to. Rows so large
        that they are certain are taken out first; rows of size 0 are never drawn.
    """

    sizes: Mapping[str, int]
    measure: str
    order: tuple[str, ...] = ()


def systematic(population: int, n: int, start: float) -> Places:
    """Take n rows at the fractional distance population / n.

    Parameters
    ----------
    population, n : int
        Rows in order, and how many of them to take.
    start : float
        In [0, 1): share of the distance before the first point.

    Returns
    -------
    ndarray of int, shape (n,)
        Places, 0 for the first row: the row at place k is taken when a point (start + j) times
        the distance, j = 0, 1, …, lies in (k, k + 1]. A start of 0 counts as 1. Each row has
        the probability n / population, to 2^-53. O(n) time and memory.

    Raises
    ------
    SelectionError
        If n is not from 0 to population, or the start lies outside [0, 1).

    Examples
    --------
    >>> systematic(10, 4, 0.5).tolist()
    [1, 3, 6, 8]
    """
    if not 0 <= n <= population:
        raise SelectionError("size_off_frame", n=n, available=population)
    return points(population, n, start) - 1


def pps_systematic(measure: ArrayLike, n: int, start: float) -> Places:
    """Take n rows at even distances along the cumulated size.

    Parameters
    ----------
    measure : array_like, shape (N,)
        Size of each row in order, 0 or more. Whole numbers are cumulated exactly.
    n : int
        Rows to take.
    start : float
        In [0, 1): share of the distance before the first point.

    Returns
    -------
    ndarray of int, shape (n,)
        Places, ascending, 0 for the first row. Rows whose size is the n-th part of the whole or
        more are certain and taken out, and again among the others until none is. The row at
        place k is then taken when start + j, j = 0, 1, …, lies in (C_k-1, C_k], C being the
        cumulated probabilities n size / total. One block of the frame is cumulated at a time.

    Raises
    ------
    SelectionError
        If fewer than n rows have a size, a size is negative or not finite, sizes add up to more
        than 2^62, or the start lies outside [0, 1).

    References
    ----------
    Madow (1949), Annals of Mathematical Statistics 20, 333.
    """
    sizes = np.asarray(measure)
    certain = certain_places(sizes, n)
    if certain.size == n:
        return certain
    rest, left = sizes, n - certain.size
    if certain.size:
        rest = sizes.copy()
        rest[certain] = 0
    ends = np.cumsum([block.sum(dtype=adding(rest)) for block in blocks_of(rest)])
    if rest.dtype.kind == "f":
        targets: Numbers = ((checked(start) or 1.0) + np.arange(left)) * (ends[-1] / left)
    else:
        targets = points(int(ends[-1]), left, start)
    return np.sort(np.concatenate([certain, located(rest, ends, targets)]))


def points(total: int, n: int, start: float) -> Places:
    """Whole numbers c such that the row whose cumulated size first reaches c is taken."""
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    share = Fraction(checked(start)) or Fraction(1)
    above, below = share.numerator, share.denominator
    return np.array(
        [-(-(above + at * below) * total // (below * n)) for at in range(n)], dtype=np.int64
    )


def checked(start: float) -> float:
    """Refuse what is no share of a distance."""
    if not 0 <= start < 1:
        raise SelectionError("bad_start", start=start)
    return start


def located(sizes: Numbers, ends: Numbers, targets: Numbers) -> Places:
    """Find where the cumulated size first reaches each of ascending targets."""
    blocks = np.minimum(np.searchsorted(ends, targets), ends.size - 1)
    cuts = np.searchsorted(blocks, np.arange(ends.size + 1))
    found = np.empty(targets.size, dtype=np.int64)
    for block in np.unique(blocks).tolist():
        some = slice(cuts[block], cuts[block + 1])
        inside = sizes[block * BLOCK : (block + 1) * BLOCK]
        reached = np.cumsum(inside, dtype=adding(sizes))
        place = np.searchsorted(reached, targets[some] - (ends[block - 1] if block else 0))
        if place[-1] >= inside.size:  # the block's sum and its last cumulated size may differ
            place = np.minimum(place, np.flatnonzero(inside)[-1])
        found[some] = place + block * BLOCK
    return found


def draw_systematic(
    frame: Frame, plan: SystematicPlan, starts: Mapping[str, float] | ArrayLike
) -> Draw:
    """Draw each stratum with its own start."""
    rows = rows_of(frame)
    sizes, inclusion = planned_sizes(plan.sizes, rows), np.zeros(rows.code.size)
    taken = [np.zeros(0, dtype=np.int64)]
    for at, inside in enumerate(in_order(frame, plan.order, rows)):
        inclusion[inside] = sizes[at] / inside.size
        taken.append(inside[systematic(inside.size, int(sizes[at]), start_of(starts, rows, at))])
    return without_reserves(rows, taken[1:], inclusion)


def draw_pps_systematic(
    frame: Frame, plan: PpsSystematicPlan, starts: Mapping[str, float] | ArrayLike
) -> Draw:
    """Draw each stratum with its own start, those that are certain first."""
    rows = rows_of(frame)
    measure = measured(frame, plan.measure, rows)
    if measure.dtype.kind == "f" and not (measure == np.floor(measure)).all():
        raise SelectionError("size_not_whole", column=plan.measure)
    whole = measure.astype(np.int64)
    sizes, inclusion = planned_sizes(plan.sizes, rows), np.zeros(rows.code.size)
    taken = []
    for at, inside in enumerate(in_order(frame, plan.order, rows)):
        size = min(int(sizes[at]), int((whole[inside] > 0).sum()))
        inclusion[inside] = shares(whole[inside], size)
        places = pps_systematic(whole[inside], size, start_of(starts, rows, at))
        taken.append(inside[places])
    return without_reserves(rows, taken, inclusion)


def shares(whole: Places, n: int) -> NDArray[np.float64]:
    """Inclusion probabilities: 1 where certain, else in proportion to what is left."""
    certain = certain_places(whole, n)
    rest = whole.astype(float)
    rest[certain] = 0.0
    found = rest * ((n - certain.size) / max(1.0, rest.sum()))
    found[certain] = 1.0
    return np.asarray(found, dtype=float)


def in_order(frame: Frame, order: tuple[str, ...], rows: Rows) -> list[Places]:
    """Places of each stratum's rows in the declared order."""
    keys = [np.asarray(column(frame, name)) for name in order]
    for name, key in zip(order, keys, strict=True):
        if key.shape != rows.code.shape:
            raise SelectionError("uneven_columns")
        if key.dtype.kind not in "biufUM" or missing(key):
            raise SelectionError("bad_column", column=name)
    standing = np.lexsort((rows.code, *reversed(keys), rows.group))
    return [*np.split(standing, np.cumsum(rows.population)[:-1])] if rows.labels.size else []


def missing(key: Numbers) -> bool:
    """Tell whether numbers or dates lack a value: they would have no place in the order."""
    if key.dtype.kind == "M":
        return bool(np.isnat(key).any())
    return key.dtype.kind == "f" and bool(np.isnan(key).any())


def start_of(starts: Mapping[str, float] | ArrayLike, rows: Rows, at: int) -> float:
    """The start of a stratum; without one nothing is drawn."""
    label = str(rows.labels[at])
    if not isinstance(starts, Mapping) or label not in starts:
        raise SelectionError("no_start", stratum=label)
    return float(starts[label])


def without_reserves(rows: Rows, taken: list[Places], inclusion: NDArray[np.float64]) -> Draw:
    """Rank the sample alone, in the order of the list."""
    rank = np.zeros(rows.code.size, dtype=np.int64)
    for places in taken:
        rank[places] = np.arange(1, places.size + 1)
    return rows.draw(rank > 0, rank, inclusion)

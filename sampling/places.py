"""Places of the drawn rows of large frames, by a generator: re-runnable from its seed.

Nothing here makes a copy of the frame: work goes block by block, and where strata do not matter
memory is that of the sample.
"""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from sampling.drawn import Places
from sampling.errors import SelectionError
from sampling.largest import BLOCK

# Deviations above the expected count at which permanent numbers are cut at first.
GENEROUS = 6.0


def simple_random(population: int, n: int, generator: Generator) -> Places:
    """Draw n of the places 0 … population - 1 with equal chances, without replacement.

    Parameters
    ----------
    population, n : int
        Rows on the frame, and how many of them to draw.
    generator : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of int, shape (n,)
        Ascending. Probability n / N of a row, n(n-1) / N(N-1) of a pair. O(n) memory: of a large
        frame one or two numbers for each drawn place, up to 50 where a fiftieth or more is drawn.

    Raises
    ------
    SelectionError
        If n is not from 0 to population.
    """
    if not 0 <= n <= population:
        raise SelectionError("size_off_frame", n=n, available=population)
    found = generator.choice(population, n, replace=False, shuffle=False)
    found.sort()
    return np.asarray(found, dtype=np.int64)


def bernoulli(population: int, rate: float, generator: Generator) -> Places:
    """Draw each place independently with the same probability: O(n) memory, ascending."""
    if not 0 <= rate <= 1:
        raise SelectionError("bad_rate", rate=rate)
    return simple_random(population, int(generator.binomial(population, rate)), generator)


def poisson(probability: ArrayLike, generator: Generator) -> Places:
    """Draw each place independently with its own probability, ascending."""
    chances = np.asarray(probability)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise SelectionError("bad_rate", rate=float(chances[~((chances >= 0) & (chances <= 1))][0]))
    found = [np.zeros(0, dtype=np.int64)]
    for first in range(0, chances.size, BLOCK):
        some = chances[first : first + BLOCK]
        found.append(first + np.flatnonzero(generator.random(some.size) < some))
    return np.concatenate(found)


def stratified(stratum: NDArray[np.integer], sizes: ArrayLike, generator: Generator) -> Places:
    """Draw from each stratum with equal chances, in whatever order rows stand.

    Parameters
    ----------
    stratum : ndarray of int, shape (N,)
        Stratum of each row, 0 … H - 1; as narrow a type as will do.
    sizes : array_like of int, shape (H,)
        How many to draw from each.
    generator : numpy.random.Generator
        Source of chance.

    Returns
    -------
    ndarray of int, shape (n,)
        Places by stratum, ascending within each. Probabilities as for `StratifiedPlan`. Memory is
        that of the sample and of H numbers a block.

    Raises
    ------
    SelectionError
        If a stratum has fewer rows than its size, or sizes do not cover the strata.
    """
    asked, counts = counted(stratum, sizes)
    behind = np.cumsum(counts, axis=0)
    ordinals = [
        simple_random(int(behind[-1, at]) if behind.size else 0, n, generator)
        for at, n in enumerate(asked.tolist())
    ]
    blocks = [np.searchsorted(behind[:, at], some, "right") for at, some in enumerate(ordinals)]
    wanted = np.repeat(np.arange(asked.size), asked)
    ordinal, block = joined(ordinals), joined(blocks)
    inside = ordinal - (behind - counts)[block, wanted] if ordinal.size else ordinal
    found = np.empty(ordinal.size, dtype=np.int64)
    by_block = np.argsort(block, kind="stable")
    cuts = np.searchsorted(block[by_block], np.arange(len(counts) + 1))
    for at in np.unique(block).tolist():
        some = by_block[cuts[at] : cuts[at + 1]]
        rows = stratum[at * BLOCK : (at + 1) * BLOCK]
        found[some] = at * BLOCK + nth_rows(rows, counts[at], wanted[some], inside[some])
    return found


def nth_rows(rows: NDArray[np.integer], count: Places, wanted: Places, nth: Places) -> Places:
    """Find the nth row of each wanted stratum in a block."""
    if count.max() == rows.size:
        return nth
    starts = np.cumsum(count) - count
    return np.asarray(np.argsort(rows, kind="stable")[starts[wanted] + nth], dtype=np.int64)


def smallest(
    numbers: NDArray[np.floating], stratum: NDArray[np.integer], sizes: ArrayLike
) -> Places:
    """Take the smallest permanent random numbers of each stratum: sequential simple random.

    Parameters
    ----------
    numbers : ndarray, shape (N,)
        Permanent random numbers, in [0, 1).
    stratum, sizes
        As for `stratified`.

    Returns
    -------
    ndarray of int, shape (n,)
        Places by stratum, smallest number first, equal numbers as they stand. Right for any
        numbers, quick for uniform ones: rows above a bound that a stratum's sample seldom reaches
        are passed over, and where a stratum falls short its bound is doubled.

    Raises
    ------
    SelectionError
        As `stratified` does, or if columns differ in length or a number lies outside [0, 1).
    """
    if numbers.shape != stratum.shape:
        raise SelectionError("uneven_columns")
    asked, counts = counted(stratum, sizes)
    population = counts.sum(axis=0)
    bound = (asked + GENEROUS * np.sqrt(asked) + 10) / np.maximum(population, 1)
    bound[asked == 0] = 0.0
    while True:
        place = below(numbers, stratum, bound)
        order = np.lexsort((place, numbers[place], stratum[place]))
        place, group = place[order], stratum[place[order]]
        found = np.bincount(group, minlength=asked.size)
        short = found < asked
        if not short.any():
            ranks = np.arange(place.size) - (np.cumsum(found) - found)[group]
            return np.asarray(place[ranks < asked[group]], dtype=np.int64)
        bound[short] *= 2


def below(numbers: NDArray[np.floating], stratum: NDArray[np.integer], bound: Places) -> Places:
    """Places of rows whose number lies below the bound of their stratum."""
    found = [np.zeros(0, dtype=np.int64)]
    for first in range(0, numbers.size, BLOCK):
        some = numbers[first : first + BLOCK]
        if not (some.min() >= 0 and some.max() < 1):
            raise SelectionError("bad_uniform")
        under = some < bound[stratum[first : first + BLOCK]]
        found.append(first + np.flatnonzero(under))
    return np.concatenate(found)


def counted(stratum: NDArray[np.integer], sizes: ArrayLike) -> tuple[Places, Places]:
    """Read the sizes, and count the rows of each stratum in each block."""
    asked = np.asarray(sizes)
    if stratum.ndim != 1 or asked.ndim != 1:
        raise SelectionError("uneven_columns")
    if asked.size and not (asked.dtype.kind in "iu" and asked.min() >= 0):
        raise SelectionError("negative_size")
    counts = np.zeros((-(-stratum.size // BLOCK), asked.size), dtype=np.int64)
    for at in range(len(counts)):
        rows = stratum[at * BLOCK : (at + 1) * BLOCK]
        if rows.min() < 0 or rows.max() >= asked.size:
            raise SelectionError("unplanned_stratum", stratum=int(rows.max()))
        counts[at] = np.bincount(rows, minlength=asked.size)
    population = counts.sum(axis=0)
    if (population < asked).any():
        at = int(np.argmax(population < asked))
        raise SelectionError("size_off_frame", n=int(asked[at]), available=int(population[at]))
    return asked.astype(np.int64), counts


def joined(parts: Sequence[NDArray[np.signedinteger]]) -> Places:
    """One array of all parts."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])

"""Rows so large that a sample in proportion to size takes them for certain."""

import numpy as np
from numpy.typing import NDArray

from sampling.errors import SelectionError

Numbers = NDArray[np.generic]
Places = NDArray[np.int64]

# Rows looked at together: what one processor's cache holds.
BLOCK = 1 << 16
LARGEST_TOTAL = float(1 << 62)
# A probability so near 1 is a 1 that lost its last bits.
NEARLY = 1 - 1e-12


def certain_places(sizes: Numbers, n: int) -> Places:
    """Find the rows that are certain.

    Parameters
    ----------
    sizes : ndarray, shape (N,)
        Whole numbers, compared exactly, or floats.
    n : int
        Rows to take.

    Returns
    -------
    ndarray of int
        Places, ascending, of rows whose size is at least the total divided by n, then among the
        others with what is left of n, until there are no more.

    Raises
    ------
    SelectionError
        If a size is negative or not finite, sizes add up to more than 2^62, or n is not from 0 to
        the number of rows with a size.
    """
    if sizes.ndim != 1 or sizes.dtype.kind not in "iuf":
        raise SelectionError("unusable_sizes")
    least, most, sized = 0.0, 0.0, 0
    for block in blocks_of(sizes):
        least, most = min(least, block.min().item()), max(most, block.max().item())
        sized += int(np.count_nonzero(block))
    totals = [float(block.sum(dtype=float)) for block in blocks_of(sizes)]
    if not (least >= 0 and np.isfinite(totals).all()):
        raise SelectionError("unusable_sizes")
    if not 0 <= n <= sized:
        raise SelectionError("size_off_frame", n=n, available=sized)
    if sizes.dtype.kind != "f" and sum(totals) > LARGEST_TOTAL:
        raise SelectionError("sizes_too_large")
    # The total as a float may be off in its last bits: a few rows too many are looked at closely.
    if n == 0 or most * n < sum(totals) * NEARLY:
        return np.zeros(0, dtype=np.int64)
    return peeled(sizes, n)


def blocks_of(sizes: Numbers) -> list[Numbers]:
    """Cut into blocks, without copying."""
    return [sizes[at : at + BLOCK] for at in range(0, sizes.size, BLOCK)]


def adding(sizes: Numbers) -> type[np.float64] | type[np.int64]:
    """In what sizes are added up: narrow ones would overflow or round."""
    return np.float64 if sizes.dtype.kind == "f" else np.int64


def peeled(sizes: Numbers, n: int) -> Places:
    """Take the largest away while they are certain: only the n largest can be."""
    kind = adding(sizes)
    values = sizes.astype(kind)
    largest = np.argpartition(values, values.size - n)[values.size - n :]
    largest = largest[np.lexsort((largest, -values[largest]))]
    others = values.copy()
    others[largest] = 0
    behind = np.cumsum(np.concatenate([[others.sum()], values[largest][::-1]]))[::-1]
    taken = 0
    for place, total in zip(largest.tolist(), behind.tolist(), strict=False):
        least = total if kind is np.int64 else total * NEARLY
        if values[place].item() * (n - taken) < least:
            break
        taken += 1
    return np.sort(largest[:taken]).astype(np.int64)

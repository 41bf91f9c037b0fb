"""Collapsing rows to the pairs of domain and cluster that occur."""

import numpy as np
from scipy.sparse import csc_array

from sampling.stages import Codes


def collapsed(domain: Codes, part: Codes, parts: int) -> tuple[Codes, Codes, Codes]:
    """Find the pairs of domain and part that occur, and where each row goes.

    Parameters
    ----------
    domain, part : ndarray of int, shape (n,)
        Domain and part of each row, from 0.
    parts : int
        How many parts there could be.

    Returns
    -------
    domain, part : ndarray of int, shape (p,)
        The pairs, sorted.
    place : ndarray of int, shape (n,)
        Pair of each row.
    """
    keys = domain * parts + part
    # Files mostly come in the order of clusters: then few runs are left to sort, or none.
    starts, lengths = runs(keys)
    pairs, place = keys[starts], np.arange(starts.size)
    if (pairs[1:] <= pairs[:-1]).any():
        order = grouped(part[starts], parts)
        order = order[grouped(domain[starts][order], int(domain.max()) + 1)]
        first, sizes = runs(pairs[order])
        place[order] = np.repeat(np.arange(first.size), sizes)
        pairs = pairs[order][first]
    return pairs // parts, pairs % parts, np.repeat(place, lengths)


def runs(keys: Codes) -> tuple[Codes, Codes]:
    """Tell where runs of the same key begin, and how long they are."""
    begins = np.ones(keys.size, bool)
    np.not_equal(keys[1:], keys[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    return starts, np.diff(starts, append=keys.size)


def grouped(code: Codes, levels: int) -> Codes:
    """Sort by code, rows of the same code staying in their order, in time linear in the rows."""
    rows = np.arange(code.size + 1)
    by_row = csc_array((np.ones(code.size, np.int8), code, rows), shape=(levels, code.size))
    return np.asarray(by_row.tocsr().indices, dtype=np.intp)

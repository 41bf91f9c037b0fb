"""Parts of the population that are estimated apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError

Codes = NDArray[np.intp]
Column = NDArray[np.generic]

OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class Domains:
    """Which domain each row belongs to.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Number of the row's domain, 0 to D - 1; -1 for a row in none.
    names : tuple of tuple of str, length D
        What each domain is, one word for each column crossed.
    """

    codes: Codes
    names: tuple[tuple[str, ...], ...]

    def labels(self, separator: str = ".") -> tuple[str, ...]:
        """Names as single words, such as "No.Yes"."""
        return tuple(separator.join(name) for name in self.names)


def everything(rows: int) -> Domains:
    """Put every row into one domain without a name."""
    return Domains(np.zeros(rows, np.intp), ((),))


def crossed(columns: Sequence[ArrayLike], inside: NDArray[np.bool_] | None = None) -> Domains:
    """Cross columns into domains.

    Parameters
    ----------
    columns : sequence of array_like, each of shape (n,)
        Labels or numbers; a missing one ("" or NaN) puts its row into no domain.
    inside : ndarray of bool, shape (n,), optional
        Rows to look at; a combination that only other rows have makes no domain.

    Returns
    -------
    Domains
        Combinations that occur, sorted, the first column changing fastest.

    Raises
    ------
    EstimationError
        If there is no column, or they differ in length.
    """
    arrays = [np.asarray(column) for column in columns]
    if not arrays or any(array.shape != arrays[0].shape for array in arrays):
        raise EstimationError("uneven_domains")
    present = ~np.any([missing(array) for array in arrays], axis=0)
    if inside is not None:
        present &= inside
    combined = np.zeros(int(present.sum()), np.int64)
    levels: list[Column] = []
    for array in reversed(arrays):
        found, code = np.unique(array[present], return_inverse=True)
        combined = combined * found.size + code
        levels.insert(0, found)
    numbers, code = np.unique(combined, return_inverse=True)
    codes = np.full(arrays[0].size, OUTSIDE, np.intp)
    codes[present] = code
    return Domains(codes, tuple(named(int(number), levels) for number in numbers))


def named(number: int, levels: Sequence[Column]) -> tuple[str, ...]:
    """Take a combination apart into one word for each column."""
    words = []
    for found in levels:
        number, place = divmod(number, found.size)
        words.append(word(found[place]))
    return tuple(words)


def indicators(labels: ArrayLike) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Turn a column of labels into one 0/1 column for each level.

    Parameters
    ----------
    labels : array_like, shape (n,)
        Labels or numbers; "" and NaN are missing.

    Returns
    -------
    levels : tuple of str, length k
        Sorted.
    columns : ndarray, shape (n, k)
        1 where the row has the level, 0 where it has another, NaN where it is missing.
    """
    array = np.asarray(labels)
    absent = missing(array)
    levels = np.unique(array[~absent])
    columns = (array[:, None] == levels[None, :]).astype(float)
    columns[absent] = np.nan
    return tuple(map(word, levels)), columns


def missing(column: Column) -> NDArray[np.bool_]:
    """Tell which entries of a column are missing: NaN, or an empty label."""
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind in "US":
        return np.asarray(column == column.dtype.type(), dtype=bool)
    return np.zeros(column.shape, dtype=bool)


def word(level: object) -> str:
    """Write a level; whole numbers without decimals."""
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    return str(level)

"""Columns of labels as codes: which of a few levels each row has."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import WeightingError

Codes = NDArray[np.intp]
Floats = NDArray[np.float64]
Column = NDArray[np.generic]

WIDEST_TABLE = 1_000_000


@dataclass(frozen=True, eq=False)
class Classes:
    """Which class each row belongs to.

    Attributes
    ----------
    codes : ndarray of int, shape (n,)
        Number of the row's class, 0 to C - 1.
    names : tuple of tuple of str, length C
        What each class is, one word for each column crossed.
    """

    codes: Codes
    names: tuple[tuple[str, ...], ...]

    def labels(self, separator: str = ".") -> tuple[str, ...]:
        """Names as single words, such as "online.60+"."""
        return tuple(separator.join(name) for name in self.names)


def classes(columns: Sequence[ArrayLike]) -> Classes:
    """Cross columns into classes.

    Parameters
    ----------
    columns : sequence of array_like, each of shape (n,)
        Labels or numbers.

    Returns
    -------
    Classes
        Combinations that occur, sorted, the first column changing fastest.

    Raises
    ------
    WeightingError
        If there is no column, they differ in length, or one lacks a value.
    """
    arrays = [np.asarray(column) for column in columns]
    if not arrays or any(array.shape != arrays[0].shape for array in arrays):
        raise WeightingError("uneven_classes")
    combined = np.zeros(arrays[0].size, np.intp)
    parts: list[Column] = []
    for number, array in reversed([*enumerate(arrays, 1)]):
        refuse_missing(f"#{number}", array)
        levels, code = np.unique(array, return_inverse=True)
        combined = combined * levels.size + code
        parts.insert(0, levels)
    numbers, codes = np.unique(combined, return_inverse=True)
    names = []
    for number in numbers.tolist():
        name, rest = [], number
        for levels in parts:
            rest, place = divmod(rest, levels.size)
            name.append(word(levels[place]))
        names.append(tuple(name))
    return Classes(np.asarray(codes, dtype=np.intp), tuple(names))


def coded(name: str, column: Column, levels: Sequence[str]) -> Codes:
    """Find the level of each row; -1 where it has none of them.

    Raises
    ------
    WeightingError
        If the column holds numbers and a level is none.
    """
    if column.dtype.kind not in "biuf":
        return searched(column.astype(np.str_), np.asarray(levels, dtype=np.str_))
    try:
        wanted = np.array([float(level) for level in levels])
    except ValueError as error:
        raise WeightingError("level_is_no_number", name=name, level=str(error)) from error
    low, high = int(np.floor(wanted.min())), int(np.ceil(wanted.max()))
    whole = column.dtype.kind in "biu" and bool((wanted == np.floor(wanted)).all())
    if not whole or high - low > WIDEST_TABLE or column.size == 0:
        return searched(column.astype(float), wanted)
    # The ends of the table stand for whatever lies beyond the levels.
    table = np.full(high - low + 3, -1, np.intp)
    table[wanted.astype(np.intp) - low + 1] = np.arange(wanted.size)
    return table[np.clip(column.astype(np.intp), low - 1, high + 1) - (low - 1)]


def searched(column: Column, levels: Column) -> Codes:
    """Look every row up among the sorted levels."""
    order = np.argsort(levels)
    ordered = levels[order]
    place = np.minimum(np.searchsorted(ordered, column), levels.size - 1)
    return np.where(ordered[place] == column, order[place], -1)


def refuse_missing(name: str, column: Column) -> None:
    """Refuse a column with rows that have no value: NaN, None or an empty label."""
    if column.ndim != 1:
        raise WeightingError("uneven_classes")
    if column.dtype.kind == "f":
        absent = np.isnan(column)
    elif column.dtype.kind in "US":
        absent = np.asarray(column == column.dtype.type(), dtype=bool)
    elif column.dtype.kind == "O":
        absent = np.array([cell is None or str(cell) in {"", "nan"} for cell in column], dtype=bool)
    else:
        return
    if absent.any():
        raise WeightingError(
            "missing_in_margin", name=name, rows=int(absent.sum()), place=int(np.argmax(absent)) + 1
        )


def counted(codes: Codes, count: int, weight: Floats) -> Floats:
    """Add up weights by code: (n,) to (count,)."""
    return np.bincount(codes, weight, minlength=count).astype(float, copy=False)


def word(level: object) -> str:
    """Write a level; whole numbers without decimals."""
    if isinstance(level, float) and level.is_integer():
        return str(int(level))
    return str(level)

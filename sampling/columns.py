"""Columns of a table as numbers or labels, whichever an analysis asks for."""

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sampling.errors import (
    Fault,
    UnknownColumnError,
    UnreadableColumnError,
    UnreadableValueError,
)
from sampling.tabular import Table
from sampling.values import read_decimal

Floats = NDArray[np.float64]
Labels = NDArray[np.str_]

PLAIN = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?")


class Columns:
    """Columns of text, read as numbers or labels on request.

    Parameters
    ----------
    cells : mapping of str to sequence of str
        Columns of one length; an empty cell is missing.
    row_numbers : iterable of int
        Line of the file that each row stands on, for faults.
    """

    def __init__(self, cells: Mapping[str, Sequence[str]], row_numbers: Iterable[int]) -> None:
        self.cells = dict(cells)
        self.row_numbers = np.fromiter(row_numbers, dtype=np.int64)
        self.rows = self.row_numbers.size
        self.read: dict[str, Floats] = {}
        self.names = tuple(self.cells)

    @classmethod
    def of(cls, table: Table) -> "Columns":
        """Take the columns of a table."""
        cells = [*zip(*table.rows, strict=True)] or [()] * len(table.header)
        return cls(dict(zip(table.header, cells, strict=True)), table.numbers)

    @classmethod
    def typed(cls, columns: Mapping[str, Floats | Labels]) -> "Columns":
        """Take columns of numbers, NaN where missing, and of text, "" where missing."""
        rows = len(next(iter(columns.values()), ()))
        numbers = {name: column for name, column in columns.items() if column.dtype.kind == "f"}
        texts = {name: column for name, column in columns.items() if name not in numbers}
        found = cls(texts, range(1, rows + 1))  # type: ignore[arg-type]  # arrays are sequences
        found.read.update(numbers)  # type: ignore[arg-type]  # by their kind they are numbers
        found.names = tuple(columns)
        return found

    def labels(self, name: str) -> Labels:
        """Give a column as text, "" where it is missing; UnknownColumnError without it."""
        if name not in self.cells:
            if name not in self.read:
                raise UnknownColumnError("unknown_column", column=name)
            self.cells[name] = texts_of(self.read[name])  # type: ignore[assignment]  # an array
        return np.asarray(self.cells[name], dtype=np.str_)

    def numbers(self, name: str) -> Floats:
        """Give a column as numbers, NaN where it is missing.

        Raises
        ------
        UnknownColumnError
            If there is no such column.
        UnreadableColumnError
            If cells hold no number; it carries a fault for each of them.
        """
        if name not in self.read:
            self.read[name] = self.parsed(name)
        return self.read[name]

    def parsed(self, name: str) -> Floats:
        """Read every different cell once."""
        distinct, place = np.unique(self.labels(name), return_inverse=True)
        values = np.full(distinct.size, np.nan)
        wrong: dict[int, UnreadableValueError] = {}
        for at, cell in enumerate(distinct.tolist()):
            try:
                values[at] = number(cell)
            except UnreadableValueError as error:
                wrong[at] = error
        if wrong:
            faults = [
                Fault(int(self.row_numbers[row]), name, wrong[at].text, wrong[at].code)
                for row, at in enumerate(place.tolist())
                if at in wrong
            ]
            raise UnreadableColumnError(name, faults)
        return values[place]


def texts_of(numbers: Floats) -> Labels:
    """Write numbers as a file would: whole ones without decimals, "" for what is missing."""
    distinct, place = np.unique(numbers, return_inverse=True)
    return np.array([text_of(value) for value in distinct.tolist()], dtype=np.str_)[place]


def text_of(value: float) -> str:
    """Write a number."""
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


def number(cell: str) -> float:
    """Read one cell; NaN when it is empty."""
    if not cell:
        return float("nan")
    if PLAIN.fullmatch(cell):
        return float(cell)
    try:
        return float(read_decimal(cell))
    except OverflowError as error:
        raise UnreadableValueError("not_finite", cell) from error

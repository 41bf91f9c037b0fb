"""Tables for commands: CSV, workbooks and Parquet, read as columns, written with one more."""

import csv
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter
from numpy.typing import NDArray

from sampling.columns import Columns
from sampling.errors import Fault
from sampling.tabular import read_table

PARQUET = ".parquet"
ENDINGS = (".csv", ".xlsx", PARQUET)


def read_columns(path: Path) -> tuple[Columns | None, tuple[Fault, ...], int]:
    """Read a table.

    Returns
    -------
    columns : Columns or None
        None when there are faults.
    faults : tuple of Fault
        What keeps the file, or some of its rows, from being read.
    header_row : int
        Line of the file where the names of the columns stand.
    """
    if path.suffix.lower() == PARQUET:
        try:
            table = pq.read_table(path)
        except (pa.ArrowException, OSError):
            return None, (Fault(None, "", path.name, "unreadable_parquet"),), 1
        if not table.num_rows:
            return None, (Fault(None, "", "", "no_rows"),), 1
        arrays = {name: array_of(table.column(name)) for name in table.column_names}
        return Columns.typed(arrays), (), 1
    found = read_table(path.read_bytes(), path.name)
    faults = found.faults or (() if found.rows else (Fault(None, "", "", "no_rows"),))
    return (None if faults else Columns.of(found)), faults, found.header_row


def array_of(column: "pa.ChunkedArray") -> NDArray[Any]:
    """Turn a column into numbers, or into text where it holds anything else."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        numbers = (
            column.cast(pa.float64()) if not pa.types.is_boolean(kind) else column.cast("int8")
        )
        return np.asarray(numbers.to_numpy(), dtype=float)
    texts = pc.fill_null(column.cast(pa.string()), "")
    return np.asarray(texts.to_numpy(zero_copy_only=False), dtype=np.str_)


def write_columns(path: Path, columns: Columns, name: str, added: NDArray[np.float64]) -> None:
    """Write a table with one column more, of numbers in full precision; whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; an older file of this name is then still there.
    """
    header = (*columns.names, name)
    with replacing(path) as draft:
        if path.suffix.lower() == PARQUET:
            found = [columns.read.get(each, columns.labels(each)) for each in columns.names]
            pq.write_table(pa.table(dict(zip(header, (*found, added), strict=True))), draft)
        elif path.suffix.lower() == ".xlsx":
            _write_workbook(draft, header, columns, added)
        else:
            with draft.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(header)
                writer.writerows(_rows(columns, added))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Write a file beside the one that it replaces when it is whole."""
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _rows(columns: Columns, added: NDArray[np.float64]) -> Iterator[tuple[str, ...]]:
    texts = [columns.labels(name).tolist() for name in columns.names]
    return zip(*texts, map(repr, added.tolist()), strict=True)


def _write_workbook(
    path: Path, header: tuple[str, ...], columns: Columns, added: NDArray[np.float64]
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for at, row in enumerate(_rows(columns, added), start=1):
            for place, text in enumerate(row[:-1]):
                sheet.write_string(at, place, text)
            sheet.write_number(at, len(row) - 1, float(row[-1]))

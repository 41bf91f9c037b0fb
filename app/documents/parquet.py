"""Columns in Parquet files: the one module that knows the format.

Texts are dictionary-encoded, every page carries a checksum, and a file is written in parts, so
that neither side needs all rows in memory as Python objects.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

COMPRESSION = "zstd"
MISSING = -1


class DamagedFileError(Exception):
    """A file is not there, is no Parquet, or differs from what was written."""


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of few texts that many rows share.

    Attributes
    ----------
    labels : tuple of str
        Each once.
    codes : ndarray of int, shape (n,)
        Place of each row's text among the labels; -1 where it is missing.
    """

    labels: tuple[str, ...]
    codes: NDArray[np.int32]

    def texts(self) -> list[str | None]:
        """Give each row's text."""
        return [None if code == MISSING else self.labels[code] for code in self.codes.tolist()]


Columns = Mapping[str, Coded]


def write(
    file: BinaryIO,
    columns: Sequence[str],
    parts: Iterable[Mapping[str, Sequence[str | None]]],
    notes: Mapping[str, str],
) -> int:
    """Write rows part by part.

    Parameters
    ----------
    columns : sequence of str
        Names of columns of texts.
    parts : iterable of mapping of column name to values
        Lists of one length with None for what is missing; each part becomes a row group.
    notes : mapping of str to str
        Kept in the file beside its columns.

    Returns
    -------
    int
        How many rows.
    """
    schema = pa.schema([(name, pa.string()) for name in columns], metadata=dict(notes))
    rows = 0
    with pq.ParquetWriter(
        file, schema, compression=COMPRESSION, write_page_checksum=True, store_schema=False
    ) as writer:
        for part in parts:
            table = pa.table(
                [pa.array(part[field.name], field.type) for field in schema], schema=schema
            )
            writer.write_table(table)
            rows += table.num_rows
        writer.add_key_value_metadata(dict(notes))
    return rows


def notes(path: Path) -> Mapping[str, str]:
    """Read the notes of a file without its rows.

    Raises
    ------
    DamagedFileError
        If it cannot be read.
    """
    found = _metadata(path).metadata or {}
    return {key.decode(): value.decode() for key, value in found.items()}


def count(path: Path) -> int:
    """Count the rows of a file without reading them.

    Raises
    ------
    DamagedFileError
        If it cannot be read.
    """
    return int(_metadata(path).num_rows)


def _metadata(path: Path) -> Any:
    try:
        return pq.read_metadata(path)
    except (OSError, pa.ArrowException) as error:
        raise DamagedFileError(str(path)) from error


def read(path: Path, columns: Sequence[str]) -> Columns:
    """Read columns; every page must be as it was written.

    Raises
    ------
    DamagedFileError
        If it cannot be read, or lacks a column.
    """
    wanted = list(columns)
    try:
        table = pq.read_table(
            path,
            columns=wanted,
            read_dictionary=wanted,
            page_checksum_verification=True,
        )
        return {name: _coded(table.column(name)) for name in wanted}
    except (OSError, KeyError, pa.ArrowException) as error:
        raise DamagedFileError(str(path)) from error


def _coded(column: Any) -> Coded:
    """Give the rows of all parts one dictionary."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    one = column.unify_dictionaries().combine_chunks()
    if isinstance(one, pa.ChunkedArray):
        one = one.chunk(0) if one.num_chunks else pa.array([], column.type)
    codes = one.indices.fill_null(MISSING).to_numpy(zero_copy_only=False)
    return Coded(tuple(one.dictionary.to_pylist()), codes.astype(np.int32, copy=False))

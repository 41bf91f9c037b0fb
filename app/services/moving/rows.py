"""A row as one line of canonical JSON, and back.

Keys stand in alphabetical order, bytes in Base64, instants in ISO 8601 with their offset from
UTC. Numbers inside documents are written as both databases give them back: JSONB of PostgreSQL
knows neither -0.0 nor an exponent, so -0.0 is written 0.0 and 1e16 with all its digits.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Float, Integer, Table, select

from app.models import Job
from app.models.types import Instant
from app.services.jobs import UPLOAD
from app.services.moving import tables
from app.services.moving.errors import DamagedError, UnsuitableError

AT_ONCE = 1000
LARGEST_WITH_POINT = 1e16
NO_UPLOAD = 0
Row = dict[str, Any]


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Give the rows of a table as lines, by primary key.

    Raises
    ------
    UnsuitableError
        If a row holds what JSON cannot say, such as half a character or an infinite number.
    """
    query = select(table).order_by(*tables.order(connection, table))
    writers = [(column.name, _writer(column)) for column in table.columns]
    result = connection.execute(query.execution_options(yield_per=AT_ONCE))
    for part in result.partitions():
        for row in part:
            values = {
                name: None if value is None else write(value)
                for (name, write), value in zip(writers, row, strict=True)
            }
            try:
                yield dumped(values) + b"\n"
            except ValueError as error:
                raise UnsuitableError(table=table.name) from error


def dumped(values: Mapping[str, Any]) -> bytes:
    """Write values as canonical JSON."""
    return json.dumps(
        values, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def read(table: Table, content: bytes) -> list[Row]:
    """Read lines back into rows of plain values.

    Raises
    ------
    DamagedError
        If a line is not a row of this table.
    """
    readers = {column.name: _reader(column) for column in table.columns}
    try:
        return [_row(readers, line) for line in content.split(b"\n")[:-1]]
    except (ValueError, TypeError, KeyError, binascii.Error) as error:
        raise DamagedError(place=table.name) from error


def _row(readers: Mapping[str, Callable[[Any], Any]], line: bytes) -> Row:
    values = json.loads(line)
    if values.keys() != readers.keys():
        raise ValueError
    return {name: None if value is None else readers[name](value) for name, value in values.items()}


def _writer(column: Column[Any]) -> Callable[[Any], Any]:
    if tables.is_bytes(column):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(column.type, Instant | Date):
        return lambda value: value.isoformat()
    if isinstance(column.type, JSON):
        return without_upload if column.table.name == Job.__tablename__ else document
    return _same


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if tables.is_bytes(column):
        return lambda value: base64.b64decode(value, validate=True)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat
    if isinstance(column.type, Date):
        return date.fromisoformat
    if isinstance(column.type, JSON):
        return _same
    if isinstance(column.type, Boolean):
        return _only(bool)
    if isinstance(column.type, Float):
        return _only(float)
    return _only(int) if isinstance(column.type, Integer) else _only(str)


def _same(value: Any) -> Any:
    return value


def _only(kind: type) -> Callable[[Any], Any]:
    """Take a value of a type alone: a text where a number belongs would be stored as text."""

    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError
        return value

    return check


def without_upload(value: Any) -> Any:
    """Write what a job was told or found; its file does not come along, so no number leads there.

    The number would lead to somebody else's file once it is given out again.
    """
    if isinstance(value, dict) and UPLOAD in value:
        value = {**value, UPLOAD: NO_UPLOAD}
    return plain(value)


def document(value: Any) -> Any:
    """Write a document; one that is a mere number SQLite keeps as a number, 1.0 as 1."""
    if isinstance(value, float) and value.is_integer():
        return int(Decimal(repr(value)))
    return plain(value)


def plain(value: Any) -> Any:
    """Write numbers of a document in the form that both databases keep.

    Examples
    --------
    >>> dumped(plain({"a": [1, 1.0, -0.0, 1e16, 0.1, 1e-7]}))
    b'{"a":[1,1.0,0.0,10000000000000000,0.1,1e-07]}'
    """
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        # By its shortest decimal form, as PostgreSQL reads it, not by its binary value.
        return int(Decimal(repr(value))) if abs(value) >= LARGEST_WITH_POINT else value + 0.0
    return value

"""Statements that run on the driver's own cursor.

For a statement that touches one row, SQLAlchemy takes several times as long as the database
(decision 0027). The few that every answer needs are put into SQL once and skip that; they are
written with SQLAlchemy all the same, so that tables and columns are named in one place.
"""

import threading
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable, Select
from sqlalchemy.sql.compiler import SQLCompiler

from app import lines
from app.lines import Line

NUMBERED = "numeric_dollar"


class Statement:
    """A statement, written out when it is first needed.

    Parameters
    ----------
    executable : Executable
        Its bound parameters are given at each run, as the driver takes and returns them: a
        value of an enumeration is its word, and SQLite's truth values are numbers.
    """

    def __init__(self, executable: Executable) -> None:
        self.executable = executable
        self.reads = isinstance(executable, Select)
        self.written: dict[str, _Written] = {}

    def run(self, lent: Any, dialect: Dialect, values: Mapping[str, Any]) -> Any:
        """Run on a connection of the driver, or a line of ours, and return its cursor.

        Raises
        ------
        sqlalchemy.exc.DBAPIError
            As SQLAlchemy would, but without the values: errors are logged, answers are not.
        """
        written = self.written_for(dialect, numbered=isinstance(lent, Line))
        try:
            return lent.execute(written.sql, written.arguments(values))
        except dialect.loaded_dbapi.Error as error:
            raise translated(error, written.sql, dialect) from error

    def written_for(self, dialect: Dialect, *, numbered: bool = False) -> "_Written":
        """Write the SQL, once for each kind of database and for the lines of ours."""
        kind = NUMBERED if numbered else dialect.name
        written = self.written.get(kind)
        if written is None:
            # A dialect's class takes how parameters are written; only its kind is typed.
            way: Any = type(dialect)
            written = _Written(self.executable, way(paramstyle=NUMBERED) if numbered else dialect)
            self.written[kind] = written
        return written


class _Written:
    """The SQL of a statement for one kind of database, and how its values are handed over."""

    def __init__(self, executable: Executable, dialect: Dialect) -> None:
        compiled = executable.compile(dialect=dialect)  # type: ignore[attr-defined]  # each can
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        self.order = compiled.positiontup
        processors: Mapping[str, Any] = compiled._bind_processors
        self.fixed = {
            name: processors[name](value) if name in processors else value
            for name, value in compiled.params.items()
            if value is not None
        }

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """Put values into the order of the SQL, or leave them by name."""
        given = {**self.fixed, **values}
        return given if self.order is None else [given[name] for name in self.order]


def translated(error: Exception, sql: str, dialect: Dialect) -> Exception:
    """Give the error that SQLAlchemy has for one of the driver's."""
    return DBAPIError.instance(
        sql, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, dialect=dialect
    )


def driver(connection: Connection) -> Any:
    """Return the driver's connection, in the transaction that is open on it."""
    return connection.connection.driver_connection


class _Kept(threading.local):
    """Connections that a thread keeps for itself, by the engine that opened them."""

    def __init__(self) -> None:
        self.connections: WeakKeyDictionary[Engine, Any] = WeakKeyDictionary()


_kept = _Kept()


def run_alone(engine: Engine, statement: Statement, values: Mapping[str, Any]) -> tuple[int, Any]:
    """Run a statement as a transaction of its own.

    On SQLite each thread keeps a connection, for taking one from a pool costs more than such a
    statement; on PostgreSQL connections are scarce and answers share a few.

    Returns
    -------
    count : int
        Rows that were written; without meaning for a query.
    row : tuple or None
        The first row of a query.
    """
    if engine.dialect.name == "sqlite":
        kept = _kept.connections.get(engine)
        if kept is None:
            kept = _kept.connections[engine] = own_connection(engine)
        return _outcome(statement.run(kept, engine.dialect, values), statement)
    try:
        with lines.of_database(engine).one(engine) as line:
            return _outcome(statement.run(line, engine.dialect, values), statement)
    except engine.dialect.loaded_dbapi.Error as error:  # none could be opened
        raise translated(error, "", engine.dialect) from error


def own_connection(engine: Engine) -> Any:
    """Open a connection of the driver that belongs to the caller, not to a pool.

    A database that is away is told as SQLAlchemy tells it elsewhere.
    """
    try:
        return lines.opened(engine)
    except engine.dialect.loaded_dbapi.Error as error:
        raise translated(error, "", engine.dialect) from error


def _outcome(cursor: Any, statement: Statement) -> tuple[int, Any]:
    return cursor.rowcount, cursor.fetchone() if statement.reads else None

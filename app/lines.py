"""Connections to PostgreSQL that answers have for themselves.

SQLAlchemy's pool puts a connection back into order after each use. For a statement that is a
transaction of its own there is nothing to put in order, and doing so took longer than the
statement (decision 0027). These stay in autocommit, let the server prepare what they run, and
ask psycopg's cursors for nothing. On one that failed nobody knows what is left: it is closed.
"""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

# So many for each database and process, whatever the staff's pages leave of the pool.
CONNECTIONS = 4
RESTED = 2.0
DONE = frozenset({"TUPLES_OK", "COMMAND_OK"})
# A plan for each set of values would take longer than what it plans: all goes by primary keys.
ONE_PLAN = "SET plan_cache_mode = force_generic_plan"


class Answered:
    """What a statement gave, as a cursor would tell it."""

    def __init__(self, rowcount: int, rows: list[tuple[Any, ...]]) -> None:
        self.rowcount, self.rows = rowcount, rows

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the first row."""
        return self.rows[0] if self.rows else None

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self.rows


class Line:
    """One connection, for one thread at a time.

    Parameters
    ----------
    connection : psycopg.Connection
    driver : module
        psycopg, as the engine loaded it: who stays on SQLite need not have it.
    """

    def __init__(self, connection: Any, driver: Any) -> None:
        connection.autocommit = True
        connection.execute(ONE_PLAN)
        self.connection, self.driver = connection, driver
        self.adapting = driver.adapt.Transformer(connection)
        formats = driver.adapt.PyFormat
        self.binary, self.text = formats.BINARY, formats.TEXT
        self.prepared: dict[str, bytes] = {}
        self.rests = time.monotonic()

    def execute(self, sql: str, values: Sequence[Any]) -> Answered:
        """Run SQL with values numbered from $1 on, as a transaction of its own."""
        name = self.prepared.get(sql) or self.prepare(sql)
        ways = [self.binary if _is_bytes(value) else self.text for value in values]
        given = self.adapting.dump_sequence(values, ways)
        # One call, for which the interpreter is given away once. A cursor sends, waits and
        # fetches, and after each of these queues with all other threads to get it back.
        result = self.connection.pgconn.exec_prepared(
            name, given, [int(way is self.binary) for way in ways]
        )
        self.look_at(result)
        self.adapting.set_pgresult(result)
        rows = self.adapting.load_rows(0, result.ntuples, tuple)
        return Answered(result.command_tuples or 0, rows)

    def prepare(self, sql: str) -> bytes:
        """Let the server read SQL once; it works the kinds of values out by itself."""
        name = b"khaosat_%d" % len(self.prepared)
        self.look_at(self.connection.pgconn.prepare(name, sql.encode()))
        self.prepared[sql] = name
        return name

    def look_at(self, result: Any) -> None:
        """Raise what went wrong as a cursor would."""
        if self.driver.pq.ExecStatus(result.status).name not in DONE:
            if result.error_field(self.driver.pq.DiagnosticField.SQLSTATE) is None:
                # Not from the server: it is gone.
                raise self.driver.OperationalError(result.get_error_message())
            raise self.driver.errors.error_from_result(result)


def _is_bytes(value: Any) -> bool:
    """Whether a value goes as it is; the server reads anything else as text of whatever kind."""
    return isinstance(value[0] if value and isinstance(value, list) else value, bytes)


class Lines:
    """The connections to one database: opened when needed, the one used last goes first."""

    def __init__(self) -> None:
        self.resting: list[Line] = []
        self.turns: SimpleQueue[None] = SimpleQueue()
        for _ in range(CONNECTIONS):
            self.turns.put(None)
        self.closed = False

    @contextmanager
    def one(self, engine: Engine) -> Iterator[Line]:
        """Lend a connection, and close it if anything fails meanwhile.

        Raises
        ------
        psycopg.Error
            If none can be opened.
        """
        self.turns.get()
        try:
            line = self._rested(engine) or Line(opened(engine), engine.dialect.loaded_dbapi)
            try:
                yield line
            except BaseException:
                self._part_with(line)
                raise
            line.rests = time.monotonic()
            self.resting.append(line)
            if self.closed:  # meanwhile
                self.close()
        finally:
            self.turns.put(None)

    def close(self) -> None:
        """Close the connections, those in use as soon as they come back."""
        self.closed = True
        self._drop()

    def _rested(self, engine: Engine) -> Line | None:
        while (line := self._last()) is not None:
            if time.monotonic() - line.rests < RESTED:
                return line
            try:
                engine.dialect.do_ping(line.connection)
            except engine.dialect.loaded_dbapi.Error:
                self._part_with(line)
            else:
                return line
        return None

    def _part_with(self, line: Line) -> None:
        if line.connection.closed:  # the server's doing, so the others are no better
            self._drop()
        line.connection.close()

    def _drop(self) -> None:
        while (line := self._last()) is not None:
            line.connection.close()

    def _last(self) -> Line | None:
        try:
            return self.resting.pop()
        except IndexError:
            return None


def opened(engine: Engine) -> Any:
    """Open a connection of the driver as the engine does, one that its pool knows nothing of."""
    lent = engine.raw_connection()
    connection = lent.driver_connection
    lent.detach()
    return connection


_lines: WeakKeyDictionary[Engine, Lines] = WeakKeyDictionary()
# A child must neither use nor close what its parent talks through.
_inherited: list[Lines] = []


def of_database(engine: Engine) -> Lines:
    """Return the connections that answers have to a database."""
    found = _lines.get(engine)
    return found if found is not None else _lines.setdefault(engine, Lines())


def close(engine: Engine) -> None:
    """Close what answers have of an engine that is disposed of."""
    found = _lines.pop(engine, None)
    if found is not None:
        found.close()


def _forget() -> None:
    _inherited.extend(_lines.values())
    _lines.clear()


os.register_at_fork(after_in_child=_forget)

"""How a connection begins: the pragmas of SQLite, and a write lock taken at once.

A write transaction on SQLite starts with BEGIN IMMEDIATE (decision 0002): two that read
before they write would otherwise lose updates without an error.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app import lines
from app.extensions import Model, db

WRITING = "khaosat_writing"
RESTS = "khaosat_rests"
# Patience first: several processes may turn an empty file into one with WAL at once.
PRAGMAS = (
    "busy_timeout=10000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)


def prepare(engine: Engine) -> None:
    """Set up every new connection of the engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "engine_disposed", lines.close)
        event.listen(engine, "checkin", _rest)
        event.listen(engine, "checkout", partial(_look_alive, engine))


def _configure(connection: Any, _record: object) -> None:
    # The driver must not begin transactions on its own, or BEGIN IMMEDIATE comes too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _rest(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[RESTS] = time.monotonic()


def _look_alive(
    engine: Engine, connection: Any, record: ConnectionPoolEntry, _lent: PoolProxiedConnection
) -> None:
    """Ask a connection that has long lain still whether its server is still there.

    The pool's own ping asks each time, which costs as much as the query it is for.
    """
    if time.monotonic() - record.info.get(RESTS, math.inf) < lines.RESTED:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


@contextmanager
def writing() -> Iterator[Session]:
    """Open one write transaction; it commits as a whole or not at all.

    Whatever the session read before is let go first, so that decisions rest on the
    state under the lock.
    """
    session = db.session()
    session.rollback()
    session.connection(execution_options={WRITING: True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def is_sqlite(session: Session) -> bool:
    """Whether the session talks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def one_writer(session: Session, table: type[Model]) -> None:
    """Let nobody else write to a table before this transaction ends.

    On PostgreSQL two who bring the same list would both find its rows missing; on SQLite nobody
    else writes anyway. Whoever reads, or refers to a row of the table, is not held up.
    """
    if not is_sqlite(session):
        session.execute(text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))

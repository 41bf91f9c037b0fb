"""A short write by whoever asks for it, as long as nobody else is writing.

Handing a write to the one thread that commits for all (`group_commit`) costs more than a small
write itself. A call that somebody at a counter waits for is written where it arrives; if others
write at that moment it queues up with them, for SQLite lets nobody wait in turn.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Engine

from app.services.group_commit import Item, Result, Work, write_all
from app.statements import driver, own_connection, translated


class Writing(Generic[Item, Result]):
    """What is written for an item, by statements on the driver's own connection.

    Parameters
    ----------
    write : callable
        Takes the driver's connection, in a transaction that is open on it, its dialect and the
        item.
    """

    def __init__(self, write: Callable[[Any, Dialect, Item], Result]) -> None:
        self.write = write
        self.queued: Work[Item, Result] = Work(self._one, self._each)

    def _one(self, connection: Connection, item: Item) -> Result:
        return self.write(driver(connection), connection.dialect, item)

    def _each(self, connection: Connection, items: Sequence[Item]) -> list[Result]:
        return [self._one(connection, item) for item in items]


class _Direct:
    """The connection on which one thread at a time writes without waiting for anybody."""

    def __init__(self, engine: Engine) -> None:
        self.lock = threading.Lock()
        self.lent: Any = None
        self.opened(engine)

    def opened(self, engine: Engine) -> None:
        """Open it anew; it is told at once when somebody else writes."""
        self.lent = own_connection(engine)
        self.lent.execute("PRAGMA busy_timeout=0")


_direct: WeakKeyDictionary[Engine, _Direct] = WeakKeyDictionary()


def write_now(engine: Engine, writing: Writing[Item, Result], item: Item) -> Result:
    """Write an item in a transaction of its own, or with those who are writing."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            return writing.queued.one(connection, item)
    direct = _direct.get(engine) or _direct.setdefault(engine, _Direct(engine))
    if direct.lock.acquire(blocking=False):
        try:
            if _begun(direct, engine):
                return _written(direct, engine, writing, item)
        finally:
            direct.lock.release()
    return write_all(engine, writing.queued, [item])[0]


def _begun(direct: _Direct, engine: Engine) -> bool:
    try:
        direct.lent.execute("BEGIN IMMEDIATE")
    except engine.dialect.loaded_dbapi.OperationalError:  # somebody writes
        return False
    return True


def _written(direct: _Direct, engine: Engine, writing: Writing[Item, Result], item: Item) -> Result:
    try:
        result = writing.write(direct.lent, engine.dialect, item)
        # A full disk ends a transaction by itself: then there is nothing that could be committed.
        direct.lent.execute("COMMIT")
    except BaseException as error:
        direct.lent.close()
        direct.opened(engine)
        if isinstance(error, engine.dialect.loaded_dbapi.Error):
            raise translated(error, "COMMIT", engine.dialect) from error
        raise
    return result

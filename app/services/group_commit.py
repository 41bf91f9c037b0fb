"""Several short writes in one commit, for SQLite syncs the disk once for each.

One thread for each process writes for all who wait; each write has a savepoint of its own, and
nobody hears of success before the commit they share (mechanisms: writing; decision 0027).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.database import WRITING
from app.statements import driver, translated

LARGEST_GROUP = 64
# An idle thread ends, and with it the last hold on the engine of an application that is gone.
IDLE_SECONDS = 10.0
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Work(Generic[Item, Result]):
    """What is written for each of the items that wait.

    Attributes
    ----------
    one : callable
        Writes one item.
    together : callable
        Writes several with fewer statements. It raises when they cannot all be treated alike;
        what it did is then undone and each is written alone.
    """

    one: Callable[[Connection, Item], Result]
    together: Callable[[Connection, Sequence[Item]], list[Result]]


@dataclass(eq=False, slots=True)
class Waiting:
    """An item, and what came of it once `settled` can be acquired."""

    work: Work[Any, Any]
    item: Any
    result: Any = None
    error: BaseException | None = None
    settled: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.settled.acquire()

    def outcome(self) -> Any:
        """Return the result, or raise what came instead of it."""
        if self.error is not None:
            raise self.error
        return self.result


class Writer:
    """The queue of one database, and the thread that works it off while there is work."""

    def __init__(self) -> None:
        self.waiting: SimpleQueue[Waiting] = SimpleQueue()
        self.starting = threading.Lock()
        self.thread: threading.Thread | None = None

    def write(
        self, engine: Engine, work: Work[Item, Result], items: Sequence[Item]
    ) -> list[Result]:
        """Write items and wait for their commits; the first one's error is raised here."""
        entries = [Waiting(work, item) for item in items]
        for entry in entries:
            self.waiting.put(entry)
        self.wake(engine)
        for entry in entries:
            entry.settled.acquire()
        return [entry.outcome() for entry in entries]

    def wake(self, engine: Engine) -> None:
        """See that somebody writes."""
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(
                    target=self.run, args=(engine,), name="group-commit", daemon=True
                )
                self.thread.start()

    def run(self, engine: Engine) -> None:
        """Write what waits, at once and as much as there is, until nothing comes any more."""
        # One connection for all: the pages that it remembers stay true as long as nobody else
        # writes, while any other must read them again after every commit.
        writing, connection = engine.execution_options(**{WRITING: True}), None
        while first := self.next():
            connection = commit_group(writing, self.group(first), connection)
        if connection is not None:
            connection.close()

    def next(self) -> Waiting | None:
        """Wait for somebody; None when it is time to end the thread."""
        while True:
            try:
                return self.waiting.get(timeout=IDLE_SECONDS)
            except Empty:
                with self.starting:
                    if self.waiting.empty():
                        self.thread = None
                        return None

    def group(self, first: Waiting) -> list[Waiting]:
        """Take those who wait already; nobody waits for more to come."""
        found = [first]
        while len(found) < LARGEST_GROUP:
            try:
                found.append(self.waiting.get_nowait())
            except Empty:
                break
        return found


def commit_group(
    engine: Engine, group: Sequence[Waiting], connection: Connection | None = None
) -> Connection | None:
    """Write for those who wait, with one commit, and tell each how it went.

    Parameters
    ----------
    engine : Engine
        Opens write transactions.
    connection : Connection, optional
        What an earlier group gave back.

    Returns
    -------
    Connection or None
        For the next group; None after a failure, which may have left something open.
    """
    try:
        connection = connection or engine.connect()
        with connection.begin():
            for work, entries in groupby(group, key=lambda entry: entry.work):
                _write(connection, work, list(entries))
    except BaseException as error:  # noqa: BLE001  (it belongs to all who wait for this commit)
        for entry in group:
            entry.error = error
        if connection is not None:
            connection.invalidate()
            connection.close()
            connection = None
    for entry in group:
        entry.settled.release()
    return connection


def _write(connection: Connection, work: Work[Any, Any], entries: Sequence[Waiting]) -> None:
    if len(entries) > 1 and _together(connection, work, entries):
        return
    for entry in entries:
        try:
            with _savepoint(connection):
                entry.result = work.one(connection, entry.item)
        except BaseException as error:
            if not _in_transaction(connection):
                raise
            entry.error = error


def _together(connection: Connection, work: Work[Any, Any], entries: Sequence[Waiting]) -> bool:
    try:
        with _savepoint(connection):
            results = work.together(connection, [entry.item for entry in entries])
    except BaseException:
        if not _in_transaction(connection):
            raise
        return False
    for entry, result in zip(entries, results, strict=True):
        entry.result = result
    return True


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """Undo what fails; without SQLAlchemy, whose own savepoints cost more than what is in them."""
    _run(connection, "SAVEPOINT written")
    try:
        yield
    except BaseException:
        if _in_transaction(connection):
            _run(connection, "ROLLBACK TO written")
            _run(connection, "RELEASE written")
        raise
    _run(connection, "RELEASE written")


def _in_transaction(connection: Connection) -> bool:
    """Whether there is still something to commit.

    A full disk makes SQLite roll the whole transaction back on its own, what was written before
    too, and the driver then takes the commit of nothing for a success.
    """
    return bool(driver(connection).in_transaction)


def _run(connection: Connection, sql: str) -> None:
    try:
        driver(connection).execute(sql)
    except connection.dialect.loaded_dbapi.Error as error:
        raise translated(error, sql, connection.dialect) from error


_writers: WeakKeyDictionary[Engine, Writer] = WeakKeyDictionary()


def write_all(engine: Engine, work: Work[Item, Result], items: Sequence[Item]) -> list[Result]:
    """Write items of SQLite that lie there together, sharing commits with all who write now."""
    writer = _writers.get(engine) or _writers.setdefault(engine, Writer())
    return writer.write(engine, work, items)

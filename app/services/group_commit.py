"""Several short writes in one commit, for SQLite syncs the disk once for each.

Whoever comes first writes for all who wait; each has a savepoint of its own, and nobody
hears of success before the commit they share (mechanisms: writing).
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.database import WRITING

LARGEST_GROUP = 64
Result = TypeVar("Result")
Act = Callable[[Connection], Result]


class Writer(Generic[Result]):
    """The queue of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.turn = threading.Lock()
        self.waiting: deque[tuple[Act[Result], Future[Result]]] = deque()

    def write(self, acts: Sequence[Act[Result]]) -> list[Result]:
        """Do acts and wait for their commits; what the first failed one raises is raised here."""
        futures: list[Future[Result]] = [Future() for _ in acts]
        self.waiting.extend(zip(acts, futures, strict=True))
        with self.turn:
            while not all(future.done() for future in futures):
                self.commit_group()
        return [future.result() for future in futures]

    def commit_group(self) -> None:
        """Do what waits, in the order it came, with one commit."""
        group = [self.waiting.popleft() for _ in range(min(len(self.waiting), LARGEST_GROUP))]
        results: list[Result | BaseException] = []
        try:
            with (
                self.engine.connect().execution_options(**{WRITING: True}) as connection,
                connection.begin(),
            ):
                results = [_attempt(connection, act) for act, _ in group]
        except BaseException as error:  # noqa: BLE001  (it belongs to all who wait for this commit)
            results = [error] * len(group)
        for (_, future), result in zip(group, results, strict=True):
            if isinstance(result, BaseException):
                future.set_exception(result)
            else:
                future.set_result(result)


def _attempt(connection: Connection, act: Act[Result]) -> Result | BaseException:
    try:
        with connection.begin_nested():
            return act(connection)
    except BaseException as error:
        # A full disk makes SQLite roll the whole transaction back on its own, the acts before
        # this one too, and the driver then takes the commit of nothing for a success.
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it is open
            raise
        return error


_writers: WeakKeyDictionary[Engine, Writer[object]] = WeakKeyDictionary()


def write(engine: Engine, act: Act[Result]) -> Result:
    """Do an act in one transaction: shared on SQLite, of its own elsewhere."""
    return write_all(engine, [act])[0]


def write_all(engine: Engine, acts: Sequence[Act[Result]]) -> list[Result]:
    """Do each act as `write` does, those that wait together with few commits."""
    if engine.dialect.name != "sqlite":
        return [_alone(engine, act) for act in acts]
    writer = _writers.setdefault(engine, Writer(engine))
    results: list[Result] = writer.write(acts)  # type: ignore[assignment]  # one queue, acts of all kinds
    return results


def _alone(engine: Engine, act: Act[Result]) -> Result:
    with engine.begin() as connection:
        return act(connection)

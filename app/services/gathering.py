"""Short writes of PostgreSQL that wait for each other go out together.

A few people write at a time, each on their own. Who comes meanwhile waits, and the first of those
who wait writes for all of them: one statement, one commit and one wait for the disk in place of
several (decision 0027). When nobody has to wait, nothing is shared and nothing is handed over.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

# With one, the disk rests between two commits; with many, nobody ever waits for company. Fewer
# than the connections, for some are read on.
WRITING = 2
LARGEST_GROUP = 64
Item = TypeVar("Item")
Result = TypeVar("Result")


class Waiting(Generic[Item, Result]):
    """Items of somebody, and what came of them once `settled` can be acquired.

    Attributes
    ----------
    group : list of Waiting
        Those whom this one has to write for now, itself among them; empty for all but the first.
    """

    __slots__ = ("error", "group", "items", "results", "settled")

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.group: list[Waiting[Item, Result]] = []
        self.results: Sequence[Result] = ()
        self.error: BaseException | None = None
        self.settled = threading.Lock()
        self.settled.acquire()


class Gathering(Generic[Item, Result]):
    """Those who write to one database, and those who wait."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.writing = 0
        self.waiting: list[Waiting[Item, Result]] = []

    def write(
        self, work: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]
    ) -> Sequence[Result]:
        """Write items, alone or with others, or let somebody else write them.

        Parameters
        ----------
        work : callable
            Writes items of whoever they are, and gives a result for each.
        """
        own = Waiting[Item, Result](items)
        with self.lock:
            if self.writing < WRITING:
                self.writing += 1
                own.group = [own]
            else:
                self.waiting.append(own)
        if not own.group:
            own.settled.acquire()
        if own.group:
            try:
                _write(work, own.group)
            finally:
                self.pass_on()
                for other in own.group[1:]:
                    other.settled.release()
        if own.error is not None:
            raise own.error
        return own.results

    def pass_on(self) -> None:
        """Let the first of those who wait write for them."""
        with self.lock:
            group, self.waiting = self.waiting[:LARGEST_GROUP], self.waiting[LARGEST_GROUP:]
            if not group:
                self.writing -= 1
        if group:
            group[0].group = group
            group[0].settled.release()


def _write(
    work: Callable[[Sequence[Item]], Sequence[Result]], group: Sequence[Waiting[Item, Result]]
) -> None:
    """Write for all of a group; what goes wrong goes wrong for each of them."""
    try:
        results = work([item for one in group for item in one.items])
        start = 0
        for one in group:
            one.results = results[start : start + len(one.items)]
            start += len(one.items)
    except BaseException as error:  # noqa: BLE001  (it belongs to all who wait for this statement)
        for one in group:
            one.error = error


_gatherings: WeakKeyDictionary[Engine, Gathering[object, object]] = WeakKeyDictionary()


def share(
    engine: Engine, work: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item]
) -> Sequence[Result]:
    """Write items of PostgreSQL, in one statement with those of all who wait now."""
    found = _gatherings.get(engine)
    if found is None:
        found = _gatherings.setdefault(engine, Gathering())
    return found.write(work, items)  # type: ignore[arg-type,return-value]  # one work, one kind

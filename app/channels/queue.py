"""The wake-up call between web and workers: it carries a job's number and nothing else.

The truth about a job is its row in the database, where workers look every few seconds: losing
a call only delays a job. Of huey only the storages serve. Its tasks travel as pickles, with
which whoever can write to a shared Redis could run code in the worker.
"""

import logging
import sqlite3
import threading
import time
from dataclasses import dataclass
from typing import Protocol

from huey.storage import RedisStorage, SqliteStorage

from app.config import REDIS

try:
    from redis import ConnectionPool
    from redis.exceptions import RedisError
except ImportError:  # the extra "redis" is not installed, and the settings do not name it
    ConnectionPool = None  # type: ignore[assignment,misc]  # stands for a class that is not there
    RedisError = OSError  # type: ignore[assignment,misc]  # likewise; OSError is caught anyway

NAME = "khaosat"
# A page must not wait for a Redis that is away.
PATIENCE_SECONDS = 2.0
BLOCKING_SECONDS = 1
LOOK_SECONDS = 0.25
AWAY = (OSError, sqlite3.Error, RedisError)
logger = logging.getLogger("khaosat.queue")


class Storage(Protocol):
    """What is used of a queue."""

    def enqueue(self, data: bytes) -> None:
        """Add a message."""

    def dequeue(self) -> bytes | None:
        """Take the oldest message."""


@dataclass
class _Connection:
    storage: Storage | None = None
    blocking: bool = False


_connection = _Connection()


def connect(url: str) -> None:
    """Open the queue at `url`; nothing is sent before the first call."""
    _connection.blocking = url.startswith(REDIS)
    if _connection.blocking:
        pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=PATIENCE_SECONDS,
            socket_timeout=PATIENCE_SECONDS + BLOCKING_SECONDS,
        )
        _connection.storage = RedisStorage(
            NAME, connection_pool=pool, read_timeout=BLOCKING_SECONDS
        )
    else:
        _connection.storage = SqliteStorage(NAME, filename=url.removeprefix("sqlite:///"))


def poke(job_id: int) -> None:
    """Tell a worker that a job waits; a queue that is away only makes the job wait longer."""
    if _connection.storage is None:
        return
    try:
        _connection.storage.enqueue(str(job_id).encode())
    except AWAY as error:
        logger.error("nobody was woken for job %s: %s", job_id, type(error).__name__)


def wait(seconds: float, stop: threading.Event) -> None:
    """Return when somebody calls, when `stop` is set, or after so many seconds."""
    end = time.monotonic() + seconds
    while not stop.is_set() and time.monotonic() < end:
        try:
            if _connection.storage is None or _connection.storage.dequeue() is not None:
                return
        except AWAY as error:
            logger.error("the queue cannot be read: %s", type(error).__name__)
            stop.wait(max(0.0, end - time.monotonic()))
            return
        if not _connection.blocking:
            stop.wait(LOOK_SECONDS)

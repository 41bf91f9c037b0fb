"""The wake-up call between web and worker: it carries a job's number and nothing else.

The truth about a job is its row in the database; losing a call only delays it until the
worker next looks for waiting jobs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huey import SqliteHuey
from huey.api import Huey

NAME = "khaosat"


@dataclass
class _Connection:
    huey: Huey | None = None
    call: Callable[[int], Any] | None = None


_connection = _Connection()


def connect(url: str, run: Callable[[int], None] | None = None) -> Huey:
    """Open the queue at `url`; only a worker says what to run."""
    huey = SqliteHuey(NAME, filename=url.removeprefix("sqlite:///"), results=False)

    def run_job(job_id: int) -> None:
        if run is not None:
            run(job_id)

    _connection.huey = huey
    _connection.call = huey.task(name="run_job")(run_job)
    return huey


def poke(job_id: int) -> None:
    """Tell the worker that a job waits."""
    if _connection.call is not None:
        _connection.call(job_id)

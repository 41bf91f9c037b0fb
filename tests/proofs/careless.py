"""Applications for proofs: control arms that break a promise on purpose, and a wrong clock."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, bindparam, update
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeoutError

from app import clock, create_app
from app.models import Ballot
from app.services import group_commit, responding
from app.services.responding import UNUSABLE, Outcome
from surveys.links import receipt

DISK_SECONDS = 0.01
OFFSET = "clock-offset"
_write_all = group_commit.write_all


def acknowledge_first() -> Flask:
    """Make an application that says thanks and commits when it finds the time."""
    later = ThreadPoolExecutor(max_workers=2)

    def promise(engine: Engine, acts: Sequence[Any]) -> list[Outcome]:
        for act in acts:
            later.submit(_write, engine, act)
        return [
            Outcome(UNUSABLE, receipt=receipt(act.keywords["nonce"]))
            for act in acts
            if isinstance(act, partial)
        ]

    responding.write_all = promise  # type: ignore[assignment]  # the carelessness itself
    return create_app()


def spend_without_a_look() -> Flask:
    """Make an application that stores an answer without asking whether the ballot was spent."""
    responding.SPEND = (
        update(Ballot)
        .where(Ballot.id == bindparam("ballot"))
        .values(spent=True, accept=bindparam("mark"))
    )
    return create_app()


def fail_loudly() -> Flask:
    """Make an application that knows no way of being busy."""
    made = create_app()
    for error in (OperationalError, PoolTimeoutError):
        made.error_handler_spec[None][None].pop(error)
    made.error_handler_spec[None][500].clear()
    return made


def clock_of_a_file() -> Flask:
    """Make the product with a clock that is wrong by the seconds that a file says."""
    path = Path(os.environ["KHAOSAT_HOME"]) / OFFSET
    true_time, true_now = time.time, clock.now

    def offset() -> float:
        try:
            return float(path.read_text())
        except (OSError, ValueError):
            return 0.0

    time.time = lambda: true_time() + offset()
    clock.now = lambda: true_now() + timedelta(seconds=offset())
    return create_app()


def _write(engine: Engine, act: Any) -> None:
    time.sleep(DISK_SECONDS)
    _write_all(engine, [act])

"""Applications for proofs: control arms that break a promise on purpose, and a wrong clock."""

import os
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, bindparam, insert, update
from sqlalchemy.exc import OperationalError, TimeoutError as PoolTimeoutError

from app import clock, create_app
from app.database import WRITING
from app.models import Ballot, Box
from app.services import spending
from app.services.spending import Sealed

DISK_SECONDS = 0.01
OFFSET = "clock-offset"
_spend_all = spending.spend_all


def acknowledge_first() -> Flask:
    """Make an application that says thanks and commits when it finds the time."""
    later = ThreadPoolExecutor(max_workers=2)

    def promise(engine: Engine, answers: Sequence[Sealed]) -> list[bytes | None]:
        for answer in answers:
            later.submit(_write, engine, answer)
        return [answer.mark for answer in answers]

    spending.spend_all = promise
    return create_app()


def _write(engine: Engine, answer: Sealed) -> None:
    time.sleep(DISK_SECONDS)
    _spend_all(engine, [answer])


def spend_without_a_look() -> Flask:
    """Make an application that stores an answer without asking whether the ballot was spent."""
    blindly = (
        update(Ballot)
        .where(Ballot.id == bindparam("ballot"))
        .values(spent=True, accept=bindparam("mark"))
    )

    def spend(engine: Engine, answers: Sequence[Sealed]) -> list[bytes | None]:
        with engine.execution_options(**{WRITING: True}).begin() as connection:
            for answer in answers:
                spent = {"ballot": answer.ballot_id, "mark": answer.mark}
                box = {
                    "id": secrets.token_hex(16),
                    "round_id": answer.round_id,
                    "cell_id": answer.cell_id,
                    "key_id": answer.key_id,
                    "ciphertext": answer.ciphertext,
                }
                connection.execute(blindly, spent)
                connection.execute(insert(Box), box)
        return [answer.mark for answer in answers]

    spending.spend_all = spend
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

"""Run one job: claim it, do it, say how it ended."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask

from app.extensions import db
from app.queries import jobs as job_rows
from app.services import jobs
from app.services.errors import InvalidInputError, ServiceError
from app.tasks.handlers import HANDLERS
from app.texts import N_

logger = logging.getLogger("khaosat.worker")
SHOWN_FAULTS = 1000


def runner(app: Flask) -> Callable[[int], None]:
    """Make the function that the queue calls with a job's number."""

    def run(job_id: int) -> None:
        with app.app_context():
            try:
                if jobs.claim(job_id):
                    perform(job_id)
            finally:
                db.session.remove()

    return run


def perform(job_id: int) -> None:
    """Do a claimed job and store its end."""
    job = job_rows.job(job_id)
    assert job is not None
    try:
        result = HANDLERS[job.kind](job)
    except InvalidInputError as error:
        faults = [_as_dict(fault) for fault in error.faults[:SHOWN_FAULTS]]
        jobs.fail(job_id, error.text, {"faults": faults, "count": len(error.faults)})
    except ServiceError as error:
        jobs.fail(job_id, error.text, {"params": error.params})
    except Exception as error:  # noqa: BLE001  (a job must end with a word to its owner)
        logger.error("job %s failed: %s", job_id, type(error).__name__)
        logger.error("%s", "".join(traceback.format_tb(error.__traceback__)))
        db.session.rollback()
        jobs.fail(job_id, N_("An unexpected error stopped this work; nothing was stored."), {})
    else:
        jobs.finish(job_id, result)


def _as_dict(fault: Any) -> dict[str, Any]:
    return fault.as_dict("vi") if hasattr(fault, "as_dict") else {"message": str(fault)}

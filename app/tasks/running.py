"""Run one job: claim it, do it, say how it ended."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.queries.jobs import JobView
from app.services import leases
from app.services.errors import FieldFault, InvalidInputError, ServiceError
from app.services.leases import CancelledError, LostLeaseError
from app.tasks.handlers import HANDLERS
from app.texts import N_
from app.vocabulary import JobKind

logger = logging.getLogger("khaosat.worker")
SHOWN_FAULTS = 1000


def nothing() -> frozenset[JobKind]:
    """Leave no kind of work to others."""
    return frozenset()


def runner(
    app: Flask, holder: str, left_to_others: Callable[[], frozenset[JobKind]] = nothing
) -> Callable[[int], None]:
    """Make the function that does the job of a number, if it can be had."""

    def run(job_id: int) -> None:
        with app.app_context():
            try:
                job = leases.claim(job_id, holder, left_to_others())
                if job is not None:
                    perform(job)
            except LostLeaseError:
                logger.warning("job %s was taken over by another worker", job_id)
            finally:
                db.session.remove()

    return run


def perform(job: JobView) -> None:
    """Do a claimed job and store its end."""
    try:
        if job.cancel_asked:
            raise CancelledError
        result = HANDLERS[job.kind](job)
    except CancelledError:
        leases.stop(job)
    except (LostLeaseError, OperationalError):
        # A database that is locked, full or away may be back when the lease has run out.
        raise
    except InvalidInputError as error:
        faults = [_as_dict(fault) for fault in error.faults[:SHOWN_FAULTS]]
        leases.fail(
            job,
            error.text,
            {"faults": faults, "count": len(error.faults), "params": error.params},
        )
    except ServiceError as error:
        leases.fail(job, error.text, {"params": error.params})
    except Exception as error:  # noqa: BLE001  (a job must end with a word to its owner)
        logger.error("job %s failed: %s", job.id, type(error).__name__)
        logger.error("%s", "".join(traceback.format_tb(error.__traceback__)))
        db.session.rollback()
        leases.fail(job, N_("An unexpected error stopped this work; nothing was stored."), {})
    else:
        leases.finish(job, result)


def _as_dict(fault: Any) -> dict[str, Any]:
    """Write a fault for a reader whose language is not known yet; of a form, its catalogue text."""
    if isinstance(fault, FieldFault):
        return {"text": fault.text, "params": dict(fault.params)}
    if isinstance(fault, str):
        return {"text": fault, "params": {}}
    return {**fault.as_dict("vi"), "english": fault.message("en")}

"""Jobs about batches for the post office: handing over, ending codes, re-checking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.queries.jobs import JobView
from app.services import job_files, leases, post_batches, post_intervals, post_rechecks
from app.services.post_batches import PDF, HandedOver, Handover
from app.services.post_rechecks import DrawnRecheck
from app.services.post_rules import Found
from app.tasks import given
from app.vocabulary import JobKind

# The file names people who had not answered: it is printed on the day and is gone the next.
LIFETIME = timedelta(days=1)


def hand_over(job: JobView) -> dict[str, Any]:
    """Print the forms of a batch, and keep them for a day for whoever asked."""
    asked = job.arguments

    def end(session: Session, made: HandedOver) -> None:
        job_files.keep(session, job, made.filename, PDF, made.content, LIFETIME)
        leases.conclude(session, job, told(job, made.batch_id, forms=made.forms))

    made = post_batches.hand_over(
        given.actor(job),
        asked["round_id"],
        Handover(**asked["order"]),
        asked["address"],
        leases.reporting(job),
        end,
    )
    return told(job, made.batch_id, forms=made.forms)


def end_codes(job: JobView) -> dict[str, Any]:
    """Void the codes of forms that are back."""
    batch_id = job.arguments["batch_id"]
    post_batches.end_codes(batch_id)
    return told(job, batch_id)


def draw(job: JobView) -> dict[str, Any]:
    """Draw a re-check, and keep its sheet for a day for whoever asked."""
    batch_id = job.arguments["batch_id"]

    def end(session: Session, drawn: DrawnRecheck) -> None:
        job_files.keep(session, job, drawn.filename, PDF, drawn.content, LIFETIME)
        leases.conclude(session, job, told(job, batch_id, rechecks=drawn.dossiers))

    drawn = post_rechecks.draw(given.actor(job), batch_id, job.arguments["checker"], end)
    return told(job, batch_id, rechecks=drawn.dossiers)


def enter(job: JobView) -> dict[str, Any]:
    """Store what a re-check found, with its interval."""
    batch_id, found = job.arguments["batch_id"], Found(**job.arguments["found"])
    end = leases.concluding(job, lambda _: told(job, batch_id))
    post_rechecks.enter(given.actor(job), batch_id, found, post_intervals.exact(found), end)
    return told(job, batch_id)


def told(job: JobView, batch_id: int, **counts: int) -> dict[str, Any]:
    """Say how many there are and where one goes on."""
    return {**counts, "next": f"/rounds/{job.arguments['round_id']}/post/{batch_id}"}


ACTS: dict[str, Callable[[JobView], dict[str, Any]]] = {
    "hand_over": hand_over,
    "end_codes": end_codes,
    "draw": draw,
    "enter": enter,
}


def act(job: JobView) -> dict[str, Any]:
    """Do what was asked for."""
    return ACTS[job.arguments["act"]](job)


HANDLERS: dict[JobKind, Callable[[JobView], dict[str, Any]]] = {JobKind.POST_BATCH: act}

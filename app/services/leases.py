"""Doing a job: held by a lease, done once.

A worker holds a job for a minute at a time. When it dies, the lease runs out and another worker
takes the job up. The end of a job is stored in the transaction of what it did (`conclude`), and
only by who holds the lease, so that a job is never done twice.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Job
from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services.errors import ServiceError
from app.services.jobs import drop_upload
from app.texts import N_
from app.vocabulary import JobKind, JobState

LENGTH = timedelta(minutes=1)
MOST_ATTEMPTS = 5

Outcome = TypeVar("Outcome")
Concluding = Callable[[Session, Outcome], None]


class CancelledError(ServiceError):
    """Somebody asked for this work to stop."""

    message = N_("This work was cancelled; nothing was stored.")


class LostLeaseError(ServiceError):
    """Another worker took this job over."""

    message = N_("Another worker took this work over.")


def _takeable() -> ColumnElement[bool]:
    return or_(
        Job.state == JobState.QUEUED,
        and_(
            Job.state == JobState.RUNNING,
            or_(Job.lease_until.is_(None), Job.lease_until < clock.now()),
        ),
    )


def takeable(without: Collection[JobKind] = ()) -> list[int]:
    """List jobs that wait, or whose worker is gone, oldest first."""
    db.session.rollback()
    query = select(Job.id).where(_takeable(), Job.kind.not_in(without)).order_by(Job.id)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def claim(job_id: int, holder: str, without: Collection[JobKind] = ()) -> JobView | None:
    """Take a job that waits or whose worker is gone.

    Parameters
    ----------
    without : collection of JobKind
        Work that this worker leaves to others.

    Returns
    -------
    JobView or None
        None when somebody else has it or it has ended; a job that stopped its worker
        `MOST_ATTEMPTS` times is closed as failed.
    """
    now = clock.now()
    with writing() as session:
        taken = session.execute(
            update(Job)
            .where(Job.id == job_id, _takeable(), Job.kind.not_in(without))
            .values(
                state=JobState.RUNNING,
                lease_holder=holder,
                lease_until=now + LENGTH,
                attempts=Job.attempts + 1,
                started_at=now,
            )
            .returning(Job.attempts)
        ).all()
        if not taken:
            return None
        if taken[0].attempts > MOST_ATTEMPTS:
            text = N_("The worker stopped %(times)s times during this work; it was given up.")
            _end(
                session, job_id, holder, JobState.FAILED, text, {"params": {"times": MOST_ATTEMPTS}}
            )
            return None
    return rows.job(job_id)


def renew(job_id: int, holder: str) -> None:
    """Hold on to what a worker is doing; a job whose end could not be stored runs out."""
    with writing() as session:
        session.execute(
            update(Job).where(*_held(job_id, holder)).values(lease_until=clock.now() + LENGTH)
        )


def put_back(session: Session, holders: str, *, failed: bool) -> int:
    """Let wait again what workers hold whose names begin so; how many jobs that is.

    Parameters
    ----------
    failed : bool
        The workers died; one that leaves a job by itself did not fail on it, and its attempt
        does not count.
    """
    held = (Job.lease_holder.startswith(holders, autoescape=True), Job.state == JobState.RUNNING)
    values = {
        "state": JobState.QUEUED,
        "lease_holder": "",
        "lease_until": None,
        "attempts": Job.attempts if failed else Job.attempts - 1,
    }
    returned = update(Job).where(*held).values(values).returning(Job.id)
    return len(session.scalars(returned).all())


def progress(job: JobView, done: int, total: int) -> None:
    """Note how far a job has come; outside of any open transaction.

    Raises
    ------
    CancelledError
        If somebody asked for the work to stop.
    LostLeaseError
        If another worker took the job over.
    """
    with writing() as session:
        kept = session.execute(
            update(Job)
            .where(*_held(job.id, job.lease_holder))
            .values(done=done, total=total, lease_until=clock.now() + LENGTH)
            .returning(Job.cancel_asked)
        ).all()
    if not kept:
        raise LostLeaseError()
    if kept[0].cancel_asked:
        raise CancelledError()


def reporting(job: JobView) -> Callable[[int, int], None]:
    """Make the function that services tell their progress to."""

    def report(done: int, total: int) -> None:
        progress(job, done, total)

    return report


def conclude(session: Session, job: JobView, result: Mapping[str, Any]) -> None:
    """End a job as done, in the transaction of what it did.

    Raises
    ------
    CancelledError, LostLeaseError
        If the work must not count any more; the caller's transaction then rolls back.
    """
    found = session.get(Job, job.id, with_for_update=True, populate_existing=True)
    if found is None or found.state is not JobState.RUNNING:
        raise LostLeaseError()
    if found.cancel_asked:
        raise CancelledError()
    _end(session, job.id, job.lease_holder, JobState.DONE, "", result)


def concluding(
    job: JobView, as_result: Callable[[Outcome], Mapping[str, Any]]
) -> Callable[[Session, Outcome], None]:
    """Make the function with which a service ends the job inside its own transaction."""

    def end(session: Session, outcome: Outcome) -> None:
        conclude(session, job, as_result(outcome))

    return end


def open_end(session: Session, outcome: object) -> None:
    """Conclude nothing: for acts that no job asked for."""


def finish(job: JobView, result: Mapping[str, Any]) -> None:
    """Note that a job is done, unless the work itself concluded it."""
    _close(job, JobState.DONE, "", result)


def fail(job: JobView, message: str, result: Mapping[str, Any]) -> None:
    """Note why a job failed."""
    _close(job, JobState.FAILED, message, result)


def stop(job: JobView) -> None:
    """Note that a job was cancelled."""
    _close(job, JobState.CANCELLED, CancelledError.message, {})


def _close(job: JobView, state: JobState, message: str, result: Mapping[str, Any]) -> None:
    with writing() as session:
        found = session.get(Job, job.id, populate_existing=True)
        if found is not None and found.state is JobState.RUNNING:
            _end(session, job.id, job.lease_holder, state, message, result)


def _end(
    session: Session,
    job_id: int,
    holder: str,
    state: JobState,
    message: str,
    result: Mapping[str, Any],
) -> None:
    values = {"message": message, "result": dict(result), "finished_at": clock.now()}
    ended = session.scalars(
        update(Job).where(*_held(job_id, holder)).values(state=state, **values).returning(Job.id)
    ).all()
    if not ended:
        raise LostLeaseError()
    job = session.get_one(Job, job_id, populate_existing=True)
    drop_upload(session, job)


def _held(job_id: int, holder: str) -> tuple[ColumnElement[bool], ...]:
    return (Job.id == job_id, Job.lease_holder == holder, Job.state == JobState.RUNNING)

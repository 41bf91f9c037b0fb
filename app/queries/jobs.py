"""Background work as pages and the worker see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Job, Upload
from app.vocabulary import JobKind, JobState


@dataclass(frozen=True)
class JobView:
    """A job."""

    id: int
    kind: JobKind
    state: JobState
    subject: str
    arguments: dict[str, Any]
    done: int
    total: int
    message: str
    result: dict[str, Any]
    account_id: int | None
    lease_holder: str
    attempts: int
    cancel_asked: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state not in {JobState.QUEUED, JobState.RUNNING}


@dataclass(frozen=True)
class SealedUpload:
    """A file that waits for a job, still encrypted."""

    filename: str
    sha256: str
    sealed: bytes


def _view(job: Job) -> JobView:
    return JobView(
        job.id,
        job.kind,
        job.state,
        job.subject,
        dict(job.arguments),
        job.done,
        job.total,
        job.message,
        dict(job.result),
        job.account_id,
        job.lease_holder,
        job.attempts,
        job.cancel_asked,
        job.created_at,
        job.started_at,
        job.finished_at,
    )


def job(job_id: int) -> JobView | None:
    """Find a job."""
    found = db.session.get(Job, job_id, populate_existing=True)
    return _view(found) if found else None


def latest(limit: int = 50) -> list[JobView]:
    """List the newest jobs first."""
    return [_view(job) for job in db.session.scalars(select(Job).order_by(-Job.id).limit(limit))]


def upload(upload_id: int) -> SealedUpload | None:
    """Find the file of a job."""
    found = db.session.get(Upload, upload_id)
    return SealedUpload(found.filename, found.sha256, found.sealed) if found else None

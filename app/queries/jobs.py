"""Background work as pages and the worker see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from app import clock
from app.extensions import db
from app.models import Account, Job, JobFile, Lease, Upload
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

    @property
    def seconds(self) -> float | None:
        """How long it took, or has taken until now; None before it began."""
        if self.started_at is None:
            return None
        return ((self.finished_at or clock.now()) - self.started_at).total_seconds()

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1, where the work tells."""
        return min(1.0, self.done / self.total) if self.total else None


@dataclass(frozen=True)
class JobLine:
    """A job in a list, with the name of who asked for it."""

    job: JobView
    asker: str


@dataclass(frozen=True)
class FileView:
    """A file that a job made."""

    id: int
    filename: str
    expires_at: datetime


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


def latest(limit: int, offset: int = 0, account_id: int | None = None) -> list[JobLine]:
    """List the newest jobs first: everybody's, or those that one account asked for."""
    query = (
        select(Job, Account.name)
        .outerjoin(Account, Account.id == Job.account_id)
        .where(_asked_by(account_id))
        .order_by(-Job.id)
    )
    rows = db.session.execute(query.limit(limit).offset(offset))
    return [JobLine(_view(row.Job), row.name or "") for row in rows]


def count(account_id: int | None = None) -> int:
    """Count the jobs, all or one account's."""
    return db.session.scalar(select(func.count(Job.id)).where(_asked_by(account_id))) or 0


def _asked_by(account_id: int | None) -> ColumnElement[bool]:
    return true() if account_id is None else Job.account_id == account_id


def asker(job_id: int) -> str:
    """Name who asked for a job; "" where the system did."""
    query = select(Account.name).join(Job, Job.account_id == Account.id).where(Job.id == job_id)
    return db.session.scalar(query) or ""


def files(job_id: int) -> list[FileView]:
    """List the files of a job that can still be had."""
    query = select(JobFile.id, JobFile.filename, JobFile.expires_at).where(
        JobFile.job_id == job_id, JobFile.expires_at >= clock.now()
    )
    return [FileView(*row) for row in db.session.execute(query.order_by(JobFile.id))]


def held(lease: str) -> bool:
    """Whether a worker holds one of the named leases that begin so."""
    query = select(Lease.name).where(Lease.name.startswith(lease), Lease.until >= clock.now())
    return db.session.scalar(query.limit(1)) is not None


def upload(upload_id: int) -> SealedUpload | None:
    """Find the file of a job."""
    found = db.session.get(Upload, upload_id)
    return SealedUpload(found.filename, found.sha256, found.sealed) if found else None

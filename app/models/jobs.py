"""Background work and the files that wait for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import JobKind, JobState

ALIVE = text("subject <> '' AND state IN ('queued', 'running')")


class Job(Model):
    """A piece of background work; a worker holds it by a lease that it must renew."""

    __tablename__ = "job"
    __table_args__ = (
        # A second click finds the job that the first one asked for.
        Index(
            "uq_job_alive",
            "kind",
            "subject",
            unique=True,
            sqlite_where=ALIVE,
            postgresql_where=ALIVE,
        ),
        Index("ix_job_state", "state"),
    )

    id: Mapped[Key]
    kind: Mapped[JobKind] = mapped_column(words(JobKind, "kind"))
    subject: Mapped[Code] = mapped_column(default="")
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[JobState] = mapped_column(words(JobState, "state"), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    lease_holder: Mapped[Code] = mapped_column(default="")
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class Upload(Model):
    """A file on its way to the worker, sealed, deleted once it has been read."""

    __tablename__ = "upload"
    # A number never comes back: an old page would name somebody else's file.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[Key]
    filename: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)


class JobFile(Model):
    """A file that a job made for whoever asked for it, sealed, deleted after some days."""

    __tablename__ = "job_file"

    id: Mapped[Key]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), index=True)
    filename: Mapped[Name]
    media_type: Mapped[str] = mapped_column(String(100))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class Lease(Model):
    """Who alone may do something for now, such as mixing with the keys of one folder."""

    __tablename__ = "lease"

    name: Mapped[Code] = mapped_column(primary_key=True)
    holder: Mapped[Code]
    until: Mapped[datetime] = mapped_column(Instant)

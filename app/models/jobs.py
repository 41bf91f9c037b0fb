"""Background work and the files that wait for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Document, Instant, Key, Name, words
from app.vocabulary import JobKind, JobState


class Job(Model):
    __tablename__ = "job"

    id: Mapped[Key]
    kind: Mapped[JobKind] = mapped_column(words(JobKind, "kind"))
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[JobState] = mapped_column(words(JobState, "state"), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)


class Upload(Model):
    """A file on its way to the worker, sealed, deleted once it has been read."""

    __tablename__ = "upload"

    id: Mapped[Key]
    filename: Mapped[Name]
    sha256: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Instant)

"""Sampling frames: the dossier list of a round, and how to reach the people on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import FrameState

IN_USE = text("state = 'current'")


class Frame(Model):
    """A list as imported. Its dossiers count only while it is the current one of its round."""

    __tablename__ = "frame"
    __table_args__ = (
        Index(
            "uq_frame_current",
            "round_id",
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        ),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[FrameState] = mapped_column(
        words(FrameState, "state"), default=FrameState.CURRENT
    )
    source_id: Mapped[int | None] = mapped_column(ForeignKey("import_source.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    filename: Mapped[Name]
    file_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    dossiers: Mapped[int]
    # What was read, merged, excluded and left unresolved: counts only.
    report: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    imported_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class Dossier(Model):
    """A case on a one-stop list. Names of the list are not kept; phones lie in `Contact`."""

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("frame_id", "code"),)

    id: Mapped[Key]
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id", ondelete="CASCADE"), index=True)
    code: Mapped[Code]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    receiving_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    resolving_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    field: Mapped[Name] = mapped_column(default="")
    procedure: Mapped[Name] = mapped_column(default="")
    respondent_kind: Mapped[Code] = mapped_column(default="")
    channel: Mapped[Code] = mapped_column(default="")
    status: Mapped[Code] = mapped_column(default="")
    language: Mapped[Code] = mapped_column(default="")
    received: Mapped[date]
    due: Mapped[date | None]
    finished: Mapped[date | None]


class Contact(Model):
    """How to reach the person of a dossier: encrypted, found again only by a keyed hash."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_phone_index", "phone_index"),)

    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key_id: Mapped[int] = mapped_column(ForeignKey("data_key.id"), index=True)
    # Empty where the list was minimised: then only the group of equal phones is known. Both
    # are empty where the list shows no more than the last digits.
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Keyed hash of dossier code and last four digits, for the door at the counter.
    digits_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # owner, submitter, authorised or taker, where the list says so.
    person_role: Mapped[Code] = mapped_column(default="")
    # Why no message may go there: sensitive_procedure, shared_phone; empty if one may.
    barred: Mapped[Code] = mapped_column(default="")

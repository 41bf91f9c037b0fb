"""What staff learn of dossiers outside the answers, and reserves put to use."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Document, Instant, Key, words
from app.vocabulary import CaseChannel, CaseOutcome

PENDING = text("released_at IS NULL")


class DrawnCase(Model):
    """How an attempt to reach a dossier's person ended, as staff know it from outside the answer.

    Any dossier of the list may have one, drawn or not, answered or not: a row tells neither
    (0047). Days alone are kept, no notes.
    """

    __tablename__ = "drawn_case"
    __table_args__ = (
        UniqueConstraint("round_id", "dossier_id"),
        Index("ix_drawn_case_dossier_id", "dossier_id"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id", ondelete="CASCADE"))
    outcome: Mapped[CaseOutcome] = mapped_column(words(CaseOutcome, "outcome"))
    channel: Mapped[CaseChannel] = mapped_column(words(CaseChannel, "channel"))
    noted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    noted_on: Mapped[date]


class ReserveRelease(Model):
    """Reserves of a stratum that were asked for; put to use once, when a second person agreed.

    `apart` holds, by cell, what the counts of answers leave out or add, so that no count shows
    which of them had answered before without being drawn (0047).
    """

    __tablename__ = "reserve_release"
    __table_args__ = (
        CheckConstraint("count > 0", name="count"),
        Index("ix_reserve_release_round_id", "round_id"),
        Index(
            "uq_reserve_release_pending",
            "cell_id",
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    first_rank: Mapped[int]
    count: Mapped[int]
    ranks_hash: Mapped[str] = mapped_column(String(64), default="")
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    apart: Mapped[dict[str, Any]] = mapped_column(Document, default=dict)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    released_at: Mapped[datetime | None] = mapped_column(Instant)

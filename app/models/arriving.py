"""Rounds whose dossiers are still to arrive: what was promised, and the lists that came."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Document, Instant, Key, Name, words
from app.vocabulary import ArrivalState


class ArrivingPeriod(Model):
    """The promise of a period and, sealed until its end, the seed and the key of the leaves."""

    __tablename__ = "arriving_period"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    # Canonical JSON, byte for byte as it was published.
    promise: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    record: Mapped[bytes | None] = mapped_column(LargeBinary)
    leaves: Mapped[bytes | None] = mapped_column(LargeBinary)
    revealed_at: Mapped[datetime | None] = mapped_column(Instant)


class ArrivedList(Model):
    """A list that came during the period; the hash of its file lets it count once."""

    __tablename__ = "arrived_list"
    __table_args__ = (UniqueConstraint("round_id", "file_hash"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    file_hash: Mapped[str] = mapped_column(String(64))
    filename: Mapped[Name]
    state: Mapped[ArrivalState] = mapped_column(words(ArrivalState, "state"))
    day: Mapped[date]
    dossiers: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    # The first of the faults, with the code of the dossier.
    shown: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list)


class Arrival(Model):
    """Which list brought a dossier."""

    __tablename__ = "arrival"
    __table_args__ = (Index("ix_arrival_list_id", "list_id"),)

    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    list_id: Mapped[int] = mapped_column(ForeignKey("arrived_list.id"))

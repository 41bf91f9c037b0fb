"""Survey rounds, their draw, and the right of each drawn dossier to answer once."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import CellLevel, Door, RoundState


class Round(Model):
    __tablename__ = "round"

    id: Mapped[Key]
    name: Mapped[Name]
    year: Mapped[int]
    state: Mapped[RoundState] = mapped_column(
        words(RoundState, "state"), default=RoundState.PLANNED
    )
    dry_run: Mapped[bool] = mapped_column(default=False)
    questionnaire_code: Mapped[Code]
    questionnaire_hash: Mapped[str] = mapped_column(String(64))
    questionnaire: Mapped[dict[str, Any]] = mapped_column(Document)
    plan: Mapped[dict[str, Any] | None] = mapped_column(Document)
    plan_hash: Mapped[str | None] = mapped_column(String(64))
    declared_lost: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)


class FrameDraw(Model):
    """The one draw of a frame for a purpose: committed first, revealed when done."""

    __tablename__ = "frame_draw"
    __table_args__ = (UniqueConstraint("frame_hash", "purpose"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), unique=True)
    frame_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[Code]
    commitment: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64))
    public_source: Mapped[Name] = mapped_column(default="")
    public_number: Mapped[Name] = mapped_column(default="")
    seed: Mapped[str] = mapped_column(String(64), default="")
    selection_hash: Mapped[str] = mapped_column(String(64), default="")
    committed_at: Mapped[datetime] = mapped_column(Instant)
    drawn_at: Mapped[datetime | None] = mapped_column(Instant)


class Cell(Model):
    """What an answer may still say about its origin: mixing cell, else stratum, unit, round.

    `carried` holds the coarse variables of a mixing cell below a stratum, by name.
    """

    __tablename__ = "cell"
    __table_args__ = (UniqueConstraint("round_id", "level", "label"),)

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    level: Mapped[CellLevel] = mapped_column(words(CellLevel, "level"))
    label: Mapped[Name]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    carried: Mapped[dict[str, Any] | None] = mapped_column(Document)
    population: Mapped[int]
    drawn: Mapped[int]


class Ballot(Model):
    """The right to answer once. It never says when it was spent, nor by whom it was seen.

    It belongs to a dossier, or to a drawn counter session: then `rank` is the number on its
    card, or 0 for a turn at a kiosk (0039).
    """

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("round_id", "dossier_id"),
        CheckConstraint("drawn IN ('P', 'N')", name="drawn"),
        CheckConstraint("(dossier_id IS NULL) <> (session_id IS NULL)", name="origin"),
        CheckConstraint("session_id IS NULL OR drawn = 'P'", name="of_session"),
        Index("ix_ballot_cell_id", "cell_id"),
        Index("ix_ballot_dossier_id", "dossier_id"),
        Index("ix_ballot_session_id", "session_id"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("counter_session.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    drawn: Mapped[str] = mapped_column(String(1))
    rank: Mapped[int]
    spent: Mapped[bool] = mapped_column(default=False)
    accept: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class Token(Model):
    """A key to a ballot through one door; only its hash is kept."""

    __tablename__ = "token"

    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id", ondelete="CASCADE"), index=True)
    door: Mapped[Door] = mapped_column(words(Door, "door"))
    # A code on a receipt is handed over before anybody knows the result, and opens later.
    opens_on: Mapped[date | None]
    slip_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("slip_run.id", ondelete="SET NULL"), index=True
    )

"""From estimates and scores to a published index; every row of a run is final."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Document, Instant, Key, Name, words
from app.vocabulary import CycleState


class Estimation(Model):
    """One run of the estimates of a round; nobody edits it, a new run is a new row."""

    __tablename__ = "estimation"

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    inputs_hash: Mapped[str] = mapped_column(String(64))
    results: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Instant)


class CriteriaSet(Model):
    __tablename__ = "criteria_set"

    id: Mapped[Key]
    name: Mapped[Name]
    document: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Cycle(Model):
    """The index of one year."""

    __tablename__ = "cycle"

    id: Mapped[Key]
    year: Mapped[int]
    name: Mapped[Name]
    state: Mapped[CycleState] = mapped_column(
        words(CycleState, "state"), default=CycleState.PLANNED
    )
    criteria_set_id: Mapped[int] = mapped_column(ForeignKey("criteria_set.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class CycleRound(Model):
    """A survey round that gives an index year its points; one for each audience."""

    __tablename__ = "cycle_round"

    cycle_id: Mapped[int] = mapped_column(
        ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False, index=True
    )


class ScoreImport(Model):
    """A score file that was taken over: how it was read and what it changed."""

    __tablename__ = "score_import"

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("import_source.id"))
    filename: Mapped[Name]
    file_hash: Mapped[str] = mapped_column(String(64))
    scores_hash: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(Document)
    # Cells added, changed and dropped against what stood there before.
    changes: Mapped[dict[str, Any]] = mapped_column(Document)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    imported_at: Mapped[datetime] = mapped_column(Instant)


class ScoreEntry(Model):
    """One cell of the imported score table, as exact text."""

    __tablename__ = "score_entry"
    __table_args__ = (UniqueConstraint("cycle_id", "unit_id", "criterion"),)

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    criterion: Mapped[Code]
    cells: Mapped[dict[str, Any]] = mapped_column(Document)


class IndexResult(Model):
    """A merged index: merged by one person, checked by a second, approved by a third."""

    __tablename__ = "index_result"
    __table_args__ = (
        UniqueConstraint("cycle_id", "version"),
        CheckConstraint("approved_by IS NULL OR approved_by <> merged_by", name="four_eyes"),
        CheckConstraint("checked_by IS NULL OR checked_by <> merged_by", name="second_person"),
        CheckConstraint(
            "approved_by IS NULL OR checked_by IS NULL OR approved_by <> checked_by",
            name="third_person",
        ),
    )

    id: Mapped[Key]
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    hash: Mapped[str] = mapped_column(String(64))
    merged_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    merged_at: Mapped[datetime] = mapped_column(Instant)
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)

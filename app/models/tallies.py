"""Counts without weights, kept up in the transactions that open answers, and field counts."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Instant, words
from app.vocabulary import Trait


class Tally(Model):
    """How many answers opened in a cell and a month gave an item a value."""

    __tablename__ = "tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int]


class FormTally(Model):
    """How the answers of a cell came about, apart from what each says (0025).

    `trait` is "door", "duration" or "device", `value` one of its classes; or "assisted", for
    answers of drawn dossiers that staff helped with (0045).
    """

    __tablename__ = "form_tally"
    __table_args__ = ({"sqlite_with_rowid": False},)

    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    trait: Mapped[Trait] = mapped_column(words(Trait, "trait"), primary_key=True)
    value: Mapped[str] = mapped_column(String(32), primary_key=True)
    n: Mapped[int]


class Batch(Model):
    """What one opening of a cell found; `week` is all that is told of when.

    Attributes
    ----------
    duplicates : int
        Answers whose every item and comment another answer of the batch repeats.
    straight : int
        Answers that gave all rated items, five or more, the same value.
    """

    __tablename__ = "batch"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True)
    week: Mapped[str] = mapped_column(String(8))
    opened: Mapped[int]
    damaged: Mapped[int]
    duplicates: Mapped[int]
    straight: Mapped[int]


class FieldCount(Model):
    """How many ballots of a mixing cell were spent when the hour was last full."""

    __tablename__ = "field_count"

    cell_id: Mapped[int] = mapped_column(
        ForeignKey("cell.id"), primary_key=True, autoincrement=False
    )
    spent: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(Instant)


class FieldDay(Model):
    """How many ballots of a round were spent by the end of a day, local time."""

    __tablename__ = "field_day"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    spent: Mapped[int]

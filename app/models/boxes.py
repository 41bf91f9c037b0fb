"""Sealed answers waiting to be mixed, and what comes out of the mixer.

Tables of answers have random keys and, on SQLite, no row number: neither order nor
time of arrival can be read from them.
"""

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Document, Key


class MixingKey(Model):
    """Public half of a cell's key; the secret half lies in the worker's key folder."""

    __tablename__ = "mixing_key"
    __table_args__ = (
        Index(
            "uq_mixing_key_current",
            "cell_id",
            unique=True,
            sqlite_where=text("NOT retired"),
            postgresql_where=text("NOT retired"),
        ),
    )

    id: Mapped[Key]
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    retired: Mapped[bool] = mapped_column(default=False)


class Box(Model):
    __tablename__ = "box"
    __table_args__ = (
        Index("ix_box_cell_id", "cell_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("mixing_key.id"))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class Answer(Model):
    """What somebody said, with no more of its origin than the cell."""

    __tablename__ = "answer"
    __table_args__ = (
        Index("ix_answer_round_id", "round_id"),
        {"sqlite_with_rowid": False},
    )

    rid: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(Document)


class Comment(Model):
    __tablename__ = "comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    body: Mapped[str] = mapped_column(Text)


class Receipt(Model):
    """Hashes of receipts whose answers are counted; sorted by themselves."""

    __tablename__ = "receipt"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class PressureReport(Model):
    """Somebody with a receipt says that they were told what to answer, or pressed.

    Round and unit come from the receipt once its answer is counted; a report whose receipt
    nobody was given never gets them, and is not counted.
    """

    __tablename__ = "pressure_report"
    __table_args__ = ({"sqlite_with_rowid": False},)

    receipt_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

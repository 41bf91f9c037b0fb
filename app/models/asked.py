"""Owners who were asked, so that no round asks them again within a year (0052)."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class AskedOwner(Model):
    """An owner whom a round drew, or whom another body asked: a keyed hash and a day.

    The hash is that by which contacts find equal phones. Nothing says whether anybody answered.
    """

    __tablename__ = "asked_owner"
    __table_args__ = (Index("ix_asked_owner_day", "day"),)

    owner: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    # None for the list of another body.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))


class FrozenOwner(Model):
    """Whose a dossier is, as far as a committed draw needs it: fixed with the plan."""

    __tablename__ = "frozen_owner"

    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("dossier.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    owner: Mapped[str] = mapped_column(String(64))
    asked: Mapped[bool]


class FrozenList(Model):
    """The list of the asked as a commitment used it; the text goes when its entries do."""

    __tablename__ = "frozen_list"

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(Date)
    listed: Mapped[str] = mapped_column(Text)

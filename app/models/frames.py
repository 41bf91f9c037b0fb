"""Sampling frames: the dossier list of a round."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Instant, Key, Name


class Frame(Model):
    __tablename__ = "frame"

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), unique=True)
    filename: Mapped[Name]
    file_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    dossiers: Mapped[int]
    imported_at: Mapped[datetime] = mapped_column(Instant)


class Dossier(Model):
    """A case on a one-stop list. Phones and names of the list are not kept here."""

    __tablename__ = "dossier"
    __table_args__ = (UniqueConstraint("frame_id", "code"),)

    id: Mapped[Key]
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id", ondelete="CASCADE"))
    code: Mapped[Code]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    field: Mapped[Name] = mapped_column(default="")
    procedure: Mapped[Name] = mapped_column(default="")
    respondent_kind: Mapped[Code] = mapped_column(default="")
    channel: Mapped[Code] = mapped_column(default="")
    status: Mapped[Code] = mapped_column(default="")
    received: Mapped[date]
    due: Mapped[date | None]
    finished: Mapped[date | None]

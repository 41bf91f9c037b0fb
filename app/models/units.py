"""Administrative units through time."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Code, Key, Name, words
from app.vocabulary import UnitKind, UnitLevel


class Unit(Model):
    __tablename__ = "unit"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="order"),)

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    level: Mapped[UnitLevel] = mapped_column(words(UnitLevel, "level"))
    kind: Mapped[UnitKind] = mapped_column(words(UnitKind, "kind"))
    group: Mapped[str] = mapped_column("index_group", String(64), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(500), default="")


class UnitPredecessor(Model):
    __tablename__ = "unit_predecessor"
    __table_args__ = (UniqueConstraint("unit_id", "predecessor_id"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))


class UnitCrosswalk(Model):
    """A unit of former times, as lists still write it, and a present unit that took it in."""

    __tablename__ = "unit_crosswalk"
    __table_args__ = (
        UniqueConstraint(
            "old_code",
            "old_name",
            "old_parent",
            "old_province",
            "unit_id",
            name="uq_unit_crosswalk_line",
        ),
    )

    id: Mapped[Key]
    old_code: Mapped[Code] = mapped_column(default="")
    old_name: Mapped[Name]
    old_parent: Mapped[Name] = mapped_column(default="")
    old_province: Mapped[Name] = mapped_column(default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    # Taken in whole or in part; a part alone does not tell where a dossier belongs.
    partial: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(500), default="")

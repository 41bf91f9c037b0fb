"""Dossier lists of rounds, counted and listed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import Dossier, Frame, Unit


@dataclass(frozen=True)
class FrameView:
    """The dossier list of a round."""

    id: int
    filename: str
    file_hash: str
    hash: str
    dossiers: int
    imported_at: datetime


@dataclass(frozen=True)
class FieldCount:
    """Dossiers of one unit in one field; the field is "" where the list told none."""

    unit_id: int
    unit_code: str
    unit_name: str
    field: str
    dossiers: int


@dataclass(frozen=True)
class FrameRow:
    """A dossier as far as a draw needs it."""

    id: int
    code: str
    unit_code: str
    field: str


def of_round(round_id: int) -> FrameView | None:
    """Find the frame of a round."""
    frame = db.session.scalar(select(Frame).where(Frame.round_id == round_id))
    if frame is None:
        return None
    return FrameView(
        frame.id, frame.filename, frame.file_hash, frame.hash, frame.dossiers, frame.imported_at
    )


def field_counts(frame_id: int) -> list[FieldCount]:
    """Count dossiers by unit and field, in the order of their codes and names."""
    query = (
        select(Unit.id, Unit.code, Unit.name, Dossier.field, func.count(Dossier.id))
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == frame_id)
        .group_by(Unit.id, Unit.code, Unit.name, Dossier.field)
    )
    counts = (FieldCount(*row) for row in db.session.execute(query))
    # Sorted here: databases disagree about the order of Vietnamese letters.
    return sorted(counts, key=lambda count: (count.unit_code, count.field))


def rows(frame_id: int) -> list[FrameRow]:
    """List every dossier of a frame, in the order of codes."""
    query = (
        select(Dossier.id, Dossier.code, Unit.code, Dossier.field)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == frame_id)
    )
    listed = (FrameRow(*row) for row in db.session.execute(query))
    return sorted(listed, key=lambda row: row.code)

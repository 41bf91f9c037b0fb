"""Dossier lists of rounds, counted and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models import Dossier, Frame, Unit
from app.vocabulary import FrameState


@dataclass(frozen=True)
class FrameView:
    """The dossier list of a round; `report` is what its reading counted, as a document."""

    id: int
    filename: str
    file_hash: str
    hash: str
    dossiers: int
    imported_at: datetime
    report: dict[str, Any]


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
    respondent_kind: str = ""


def of_round(round_id: int) -> FrameView | None:
    """Find the list that counts for a round; one that is still being stored does not."""
    query = select(Frame).where(Frame.round_id == round_id, Frame.state == FrameState.CURRENT)
    frame = db.session.scalar(query)
    if frame is None:
        return None
    return FrameView(
        frame.id,
        frame.filename,
        frame.file_hash,
        frame.hash,
        frame.dossiers,
        frame.imported_at,
        dict(frame.report),
    )


def field_counts(frame_id: int, respondents: Sequence[str] = ()) -> list[FieldCount]:
    """Count dossiers by unit and field, in the order of their codes and names.

    Parameters
    ----------
    respondents : sequence of str
        Kinds of respondent to count; every kind when empty.
    """
    query = (
        select(Unit.id, Unit.code, Unit.name, Dossier.field, func.count(Dossier.id))
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == frame_id)
        .group_by(Unit.id, Unit.code, Unit.name, Dossier.field)
    )
    if respondents:
        query = query.where(Dossier.respondent_kind.in_(respondents))
    counts = (FieldCount(*row) for row in db.session.execute(query))
    # Sorted here: databases disagree about the order of Vietnamese letters.
    return sorted(counts, key=lambda count: (count.unit_code, count.field))


def kind_counts(frame_id: int) -> dict[str, int]:
    """Count dossiers by kind of respondent; "" where the list told none."""
    query = (
        select(Dossier.respondent_kind, func.count(Dossier.id))
        .where(Dossier.frame_id == frame_id)
        .group_by(Dossier.respondent_kind)
    )
    return {str(kind): int(dossiers) for kind, dossiers in db.session.execute(query)}


def rows(frame_id: int) -> list[FrameRow]:
    """List every dossier of a frame, in the order of codes."""
    query = (
        select(Dossier.id, Dossier.code, Unit.code, Dossier.field, Dossier.respondent_kind)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == frame_id)
    )
    listed = (FrameRow(*row) for row in db.session.execute(query))
    return sorted(listed, key=lambda row: row.code)

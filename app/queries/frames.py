"""Dossier lists of rounds, counted and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

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
class OriginCount:
    """Dossiers of one unit that are alike in all that a cell may tell; "" where the list is silent.

    Attributes
    ----------
    on_time : str
        As `FrameRow` has it.
    """

    unit_id: int
    unit_code: str
    unit_name: str
    field: str
    dossiers: int
    respondent_kind: str = ""
    on_time: str = ""
    channel: str = ""
    unit_kind: str = ""


@dataclass(frozen=True)
class FrameRow:
    """A dossier as far as a draw needs it.

    Attributes
    ----------
    on_time : str
        "yes" if finished by the promised day or without one, for nothing was promised then;
        "no" if finished later; "open" if not finished.
    """

    id: int
    code: str
    unit_code: str
    field: str
    respondent_kind: str = ""
    on_time: str = ""
    channel: str = ""


# A missing promised day compares as unknown, which is not later.
ON_TIME: ColumnElement[str] = case(
    (Dossier.finished.is_(None), "open"), (Dossier.finished > Dossier.due, "no"), else_="yes"
)


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


def origin_counts(frame_id: int, respondents: Sequence[str] = ()) -> list[OriginCount]:
    """Count dossiers by unit and all that a cell may tell, in the order of codes and fields.

    Parameters
    ----------
    respondents : sequence of str
        Kinds of respondent to count; every kind when empty.
    """
    alike = select(
        Dossier.unit_id,
        Dossier.field,
        Dossier.respondent_kind,
        ON_TIME.label("on_time"),
        Dossier.channel,
    ).where(Dossier.frame_id == frame_id)
    if respondents:
        alike = alike.where(Dossier.respondent_kind.in_(respondents))
    counts = (OriginCount(*row) for row in db.session.execute(_counted(alike)))
    # Sorted here: databases disagree about the order of Vietnamese letters.
    return sorted(counts, key=lambda count: (count.unit_code, count.field))


def _counted(alike: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Count equal rows and name their units.

    The expression gets a name of its own first: PostgreSQL takes the one that is selected and
    the one that is grouped by for two, since their parameters have numbers of their own.
    """
    found = alike.subquery()
    return (
        select(
            *(Unit.id, Unit.code, Unit.name, found.c.field, func.count()),
            *(found.c.respondent_kind, found.c.on_time, found.c.channel, Unit.kind),
        )
        .join(Unit, Unit.id == found.c.unit_id)
        .group_by(
            *(Unit.id, Unit.code, Unit.name, Unit.kind, found.c.field),
            *(found.c.respondent_kind, found.c.on_time, found.c.channel),
        )
    )


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
        select(
            *(Dossier.id, Dossier.code, Unit.code, Dossier.field),
            *(Dossier.respondent_kind, ON_TIME, Dossier.channel),
        )
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(Dossier.frame_id == frame_id)
    )
    listed = (FrameRow(*row) for row in db.session.execute(query))
    return sorted(listed, key=lambda row: row.code)

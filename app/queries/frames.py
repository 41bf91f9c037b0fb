"""Dossier lists of rounds, counted and listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, Select, case, func, select

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


@dataclass(frozen=True, slots=True)
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


UNIT_FACTS = (Unit.code, Unit.name, Unit.kind)
REMEMBERED = 4
_remembered: WeakKeyDictionary[Engine, dict[tuple[Any, ...], Sequence[Any]]] = WeakKeyDictionary()
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
    alike = [row for row in _counted(frame_id) if not respondents or row.kind in respondents]
    units = {unit.id: unit for unit in db.session.execute(select(Unit.id, *UNIT_FACTS))}
    counts = (
        OriginCount(
            *(row.unit_id, units[row.unit_id].code, units[row.unit_id].name, row.field),
            *(row.dossiers, row.kind, row.on_time, row.channel, units[row.unit_id].kind),
        )
        for row in alike
    )
    # Sorted here: databases disagree about the order of Vietnamese letters.
    return sorted(counts, key=lambda count: (count.unit_code, count.field))


def kind_counts(frame_id: int) -> dict[str, int]:
    """Count dossiers by kind of respondent; "" where the list told none."""
    found: Counter[str] = Counter()
    for row in _counted(frame_id):
        found[row.kind] += row.dossiers
    return dict(found)


def _counted(frame_id: int) -> Sequence[Any]:
    """Count equal dossiers of a list, and remember the counts of the last few lists.

    A list of a million rows takes seconds to count, and a plan is tried out many times. What was
    counted holds as long as the list counts, for nothing is added to it; a list that grows, of
    dossiers that arrive (0049), does not state as many dossiers as it has and is counted anew.
    """
    facts = (Frame.imported_at, Frame.file_hash, Frame.state, Frame.dossiers)
    frame = db.session.execute(select(*facts).where(Frame.id == frame_id)).first()
    kept, key = _remembered.setdefault(db.engine, {}), (frame_id, *(frame or ()))
    known = kept.get(key)
    if known is None:
        known = db.session.execute(_alike(frame_id)).all()
        whole = sum(row.dossiers for row in known)
        if frame is not None and frame.state is FrameState.CURRENT and frame.dossiers == whole:
            # Threads may make room at the same time.
            for oldest in list(kept)[: max(0, len(kept) - REMEMBERED + 1)]:
                kept.pop(oldest, None)
            kept[key] = known
    return known


def _alike(frame_id: int) -> Select[*tuple[Any, ...]]:
    """Count equal rows.

    The expression gets a name of its own first: PostgreSQL takes the one that is selected and
    the one that is grouped by for two, since their parameters have numbers of their own.
    """
    found = (
        select(
            *(Dossier.unit_id, Dossier.field, Dossier.respondent_kind.label("kind")),
            *(ON_TIME.label("on_time"), Dossier.channel),
        )
        .where(Dossier.frame_id == frame_id)
        .subquery()
    )
    own = (found.c.unit_id, found.c.field, found.c.kind, found.c.on_time, found.c.channel)
    return select(*own, func.count().label("dossiers")).group_by(*own)


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

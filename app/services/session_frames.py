"""The session frame of a round: stored with the plan, drawn from the round's seed (0039)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session as Transaction

from app.extensions import db
from app.models import Cell, Counter, CounterSession, Round, Unit
from app.queries.frames import OriginCount
from app.services.errors import WrongStateError
from app.services.plans import Plan
from app.services.session_outlook import laid_out, points_of
from app.texts import N_
from app.vocabulary import CellLevel, Half
from sampling.sessions import (
    Session,
    draw_sessions,
    session_frame_hash,
    session_selection_hash,
)

KEY = "session_frame"
WHOLE = "round"


@dataclass(frozen=True)
class DrawnSessions:
    """Drawn half-days, by number of the row, with their ranks and the codes of their units."""

    ranks: Mapping[int, int]
    units: Mapping[int, str]
    hash: str


def store(
    session: Transaction, round_id: int, counts: Sequence[OriginCount], plan: Plan
) -> dict[str, Any]:
    """Store the session frame of a plan that is committed to; what the plan keeps of it.

    Returns
    -------
    dict
        Empty if the plan has no sessions; else the hash of the frame and its size, under `KEY`.

    Raises
    ------
    InvalidInputError
        As `outlook`.
    """
    if plan.sessions is None:
        return {}
    points = points_of(counts, plan.sessions)
    numbers = {point.code: point.id for point in points}
    frame = laid_out(points, plan.sessions)
    session.execute(
        insert(CounterSession),
        [
            {
                "round_id": round_id,
                "counter_id": numbers[each.counter],
                "day": each.day,
                "half": Half(each.half),
                "cap": plan.sessions.cap,
            }
            for each in frame
        ],
    )
    return {KEY: {"sessions": len(frame), "hash": session_frame_hash(frame)}}


def told(document: Mapping[str, Any]) -> dict[str, str]:
    """Say for the log which session frame a plan is committed to."""
    return {"sessions": document[KEY]["hash"]} if KEY in document else {}


def select_sessions(
    round_id: int, document: Mapping[str, Any], seed: bytes
) -> DrawnSessions | None:
    """Draw the sessions of a committed plan; None if it has none.

    Raises
    ------
    WrongStateError
        If the stored frame is no longer what was committed to.
    """
    if KEY not in document:
        return None
    rows = db.session.execute(
        select(
            CounterSession.id,
            Unit.code.label("unit"),
            Counter.code.label("counter"),
            CounterSession.day,
            CounterSession.half,
        )
        .join(Counter, Counter.id == CounterSession.counter_id)
        .join(Unit, Unit.id == Counter.unit_id)
        .where(CounterSession.round_id == round_id)
        .order_by(CounterSession.id)
    ).all()
    frame = [Session(row.unit, row.counter, row.day, row.half.value) for row in rows]
    if session_frame_hash(frame) != document[KEY]["hash"]:
        raise WrongStateError(
            N_("The counter sessions are no longer those committed to: nothing was drawn.")
        )
    drawn = draw_sessions(seed, frame, document["sessions"]["each"])
    places = drawn.selected.nonzero()[0].tolist()
    return DrawnSessions(
        {rows[place].id: int(drawn.rank[place]) for place in places},
        {rows[place].id: frame[place].unit for place in places},
        session_selection_hash(frame[place] for place in places),
    )


def told_drawn(drawn: DrawnSessions | None) -> dict[str, Any]:
    """Say for the log how many sessions were drawn, and which."""
    return {"sessions": len(drawn.ranks), "session_selection": drawn.hash} if drawn else {}


def store_drawn(session: Transaction, found: Round, drawn: DrawnSessions | None) -> None:
    """Mark the drawn sessions, and make the cells that their answers are sealed for.

    They have a tree of their own: what was asked of everyone at a counter never opens together
    with what was asked of listed dossiers. How many dossiers a cell stands for is known once
    the minutes are.
    """
    if drawn is None:
        return
    whole = _cell(session, found.id, CellLevel.SESSION_ROUND, WHOLE)
    codes = sorted(set(drawn.units.values()))
    units = select(Unit.code, Unit.id).where(Unit.code.in_(codes))
    cells = {
        code: _cell(session, found.id, CellLevel.SESSION, code, whole, unit_id)
        for code, unit_id in session.execute(units).all()
    }
    session.execute(
        update(CounterSession),
        [
            {"id": number, "rank": rank, "cell_id": cells[drawn.units[number]]}
            for number, rank in drawn.ranks.items()
        ],
    )


def _cell(
    session: Transaction,
    round_id: int,
    level: CellLevel,
    label: str,
    parent_id: int | None = None,
    unit_id: int | None = None,
) -> int:
    cell = Cell(
        round_id=round_id,
        level=level,
        label=label,
        parent_id=parent_id,
        unit_id=unit_id,
        population=0,
        drawn=0,
    )
    session.add(cell)
    session.flush()
    return cell.id

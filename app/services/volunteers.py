"""Ballots of dossiers that were not drawn, and the cells that keep their answers apart.

Every dossier of a list has a code and gets the same page; whether it was drawn is told by nothing
but its ballot. Answers of those that were not carry no weight and never mix with those that do
(decision 0033).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Ballot, Cell, Dossier, Frame, Round, Unit
from app.queries.ballots import NOT_DRAWN
from app.services import populations
from app.services.errors import NotFoundError, WrongStateError
from app.services.inserting import insert_new
from app.vocabulary import CellLevel, FrameState, RoundState

AT_ONCE = 500
TOO_EARLY = frozenset({RoundState.PLANNED, RoundState.FRAMED})
WHOLE, WAITING = "round", "waiting"
# Forms whose unit nobody knows, or is not on the list, lie in a leaf without a unit.
NO_UNIT = "none"
ROOTS = {
    CellLevel.VOLUNTEER_UNIT: CellLevel.VOLUNTEER_ROUND,
    CellLevel.OPEN_UNIT: CellLevel.OPEN_ROUND,
}
Place = tuple[CellLevel, int | None]


def ballot_for(session: Session, round_id: int, dossier_id: int) -> int:
    """Give the ballot of a dossier, as `ballots_for` does for many."""
    return ballots_for(session, round_id, [dossier_id])[dossier_id]


def ballots_for(session: Session, round_id: int, dossier_ids: Iterable[int]) -> dict[int, int]:
    """Give the ballots of dossiers; those that were not drawn get one when somebody comes.

    The caller holds the transaction. Two that ask for the same dossier get the same ballot.

    Parameters
    ----------
    dossier_ids : iterable of int
        Of the list that counts for the round, and of its kinds of respondent.

    Returns
    -------
    dict of int to int
        Numbers of ballots by dossier.

    Raises
    ------
    NotFoundError
        If there is no such round, or it may not ask about one of the dossiers. Then none
        should get anything: the caller lets go of the transaction.
    WrongStateError
        If the round is not drawn: nobody knows yet which dossiers will be.
    """
    wanted = sorted(set(dossier_ids))
    found = session.execute(select(Round.state, Round.plan).where(Round.id == round_id)).first()
    if found is None:
        raise NotFoundError()
    if found.state in TOO_EARLY:
        raise WrongStateError()
    kinds = (found.plan or {}).get(populations.KEY, {}).get("respondents", [])
    ballots: dict[int, int] = {}
    for part in _in_parts(wanted):
        ballots |= _ballots(session, round_id, part, kinds)
    return ballots


def _in_parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    left = iter(numbers)
    while part := list(islice(left, AT_ONCE)):
        yield part


def _ballots(
    session: Session, round_id: int, dossiers: Sequence[int], kinds: Sequence[str]
) -> dict[int, int]:
    units = _units(session, round_id, dossiers, kinds)
    if len(units) < len(dossiers):
        raise NotFoundError()
    present = _present(session, round_id, dossiers)
    missing = [dossier for dossier in dossiers if dossier not in present]
    if not missing:
        return present
    cells = _volunteer_cells(session, round_id, {units[dossier] for dossier in missing})
    rows = [
        {
            "round_id": round_id,
            "dossier_id": dossier,
            "cell_id": cells[units[dossier]],
            "drawn": NOT_DRAWN,
            "rank": 0,
            "spent": False,
        }
        for dossier in missing
    ]
    insert_new(session, Ballot, rows)
    return _present(session, round_id, dossiers)


def _units(
    session: Session, round_id: int, dossiers: Sequence[int], kinds: Sequence[str]
) -> dict[int, int]:
    """Find the units of those dossiers that the round may ask about."""
    query = (
        select(Dossier.id, Dossier.unit_id)
        .join(Frame, Frame.id == Dossier.frame_id)
        .where(Frame.round_id == round_id, Frame.state == FrameState.CURRENT)
        .where(Dossier.id.in_(dossiers))
    )
    if kinds:
        query = query.where(Dossier.respondent_kind.in_(kinds))
    return {row.id: row.unit_id for row in session.execute(query)}


def _present(session: Session, round_id: int, dossiers: Sequence[int]) -> dict[int, int]:
    query = select(Ballot.dossier_id, Ballot.id).where(
        Ballot.round_id == round_id, Ballot.dossier_id.in_(dossiers)
    )
    return {row.dossier_id: row.id for row in session.execute(query)}


def _volunteer_cells(session: Session, round_id: int, units: set[int]) -> dict[int, int]:
    query = select(Cell.unit_id, Cell.id).where(
        Cell.round_id == round_id,
        Cell.level == CellLevel.VOLUNTEER_UNIT,
        Cell.unit_id.in_(units),
    )
    found = {row.unit_id: row.id for row in session.execute(query) if row.unit_id is not None}
    if len(found) == len(units):
        return found
    made = cells_of(session, round_id, units)
    return {unit: made[CellLevel.VOLUNTEER_UNIT, unit] for unit in units}


def cells_of(session: Session, round_id: int, units: Collection[int] = ()) -> dict[Place, int]:
    """Give the cells of a round that no drawn dossier belongs to, and make those that are missing.

    There is a leaf for each unit that has dossiers in the population of the round, once for
    dossiers that were not drawn and once for forms without a dossier; one more for forms of no
    such unit; and the cell of answers that wait for the list. Leaves that are made while a round
    is open get their keys from the worker (`opening.complete`).

    Parameters
    ----------
    units : collection of int
        Units that need leaves too, for their first dossiers came after the draw.

    Returns
    -------
    dict of (level, unit) to int
        Numbers of cells; the unit is None where a cell is of none. Empty before the draw.
    """
    undrawn = _undrawn(session, round_id, units)
    if not undrawn:
        return {}
    left = sum(unit.undrawn for unit in undrawn)
    tops = [
        _row(round_id, CellLevel.VOLUNTEER_ROUND, WHOLE, None, left),
        _row(round_id, CellLevel.OPEN_ROUND, WHOLE, None, 0),
        _row(round_id, CellLevel.WAITING, WAITING, None, 0),
    ]
    present = _cells(session, round_id)
    _insert_cells(session, present, tops)
    present |= _cells(session, round_id)
    leaves = [_row(round_id, CellLevel.OPEN_UNIT, NO_UNIT, None, 0)]
    for unit in undrawn:
        volunteer = CellLevel.VOLUNTEER_UNIT
        leaves.append(_row(round_id, volunteer, unit.code, unit.id, unit.undrawn))
        leaves.append(_row(round_id, CellLevel.OPEN_UNIT, unit.code, unit.id, 0))
    for leaf in leaves:
        leaf["parent_id"] = present[ROOTS[leaf["level"]], None]
    _insert_cells(session, present, leaves)
    return _cells(session, round_id)


@dataclass(frozen=True)
class _Unit:
    id: int
    code: str
    undrawn: int


def _undrawn(session: Session, round_id: int, more: Collection[int]) -> list[_Unit]:
    """Count the dossiers of each unit that could have been drawn and were not, by its code."""
    drawn = session.execute(
        select(Cell.unit_id, Cell.label, Cell.population - Cell.drawn)
        .where(Cell.round_id == round_id, Cell.level == CellLevel.UNIT)
        .where(Cell.unit_id.is_not(None))
    ).all()
    if not drawn:
        return []
    found = {number: _Unit(number or 0, code, left) for number, code, left in drawn}
    for number, code in session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(more))):
        found.setdefault(number, _Unit(number, code, 0))
    return sorted(found.values(), key=lambda unit: unit.code)


def _row(
    round_id: int, level: CellLevel, label: str, unit_id: int | None, population: int
) -> dict[str, Any]:
    return {
        "round_id": round_id,
        "level": level,
        "label": label,
        "unit_id": unit_id,
        "parent_id": None,
        "population": population,
        "drawn": 0,
    }


def _cells(session: Session, round_id: int) -> dict[Place, int]:
    levels = [*ROOTS, *ROOTS.values(), CellLevel.WAITING]
    query = select(Cell.level, Cell.unit_id, Cell.id).where(
        Cell.round_id == round_id, Cell.level.in_(levels)
    )
    return {(row.level, row.unit_id): row.id for row in session.execute(query)}


def _insert_cells(
    session: Session, present: dict[Place, int], rows: Sequence[dict[str, Any]]
) -> None:
    missing = [row for row in rows if (row["level"], row["unit_id"]) not in present]
    # In one order, or two that make the same cells could wait for each other.
    insert_new(session, Cell, sorted(missing, key=lambda row: (row["level"], row["label"])))

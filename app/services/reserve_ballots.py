"""Ballots of reserves: new ones, or those that their people got before without being drawn.

Whoever answered before stays among the answers that were not drawn, and no count tells who that
was (decision 0047).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.models import Ballot, Cell
from app.queries.ballots import DRAWN
from app.services.drawing_again import Ranked
from app.services.errors import WrongStateError
from app.texts import N_
from app.vocabulary import CellLevel

AT_ONCE = 500


def are_drawn(session: Session, round_id: int, dossiers: Sequence[int]) -> bool:
    """Whether all of some dossiers have a ballot of the draw."""
    found = 0
    for some in _parts(dossiers):
        query = select(func.count(Ballot.id)).where(
            Ballot.round_id == round_id, Ballot.drawn == DRAWN, Ballot.dossier_id.in_(some)
        )
        found += session.scalar(query) or 0
    return found == len(dossiers)


def add(
    session: Session, round_id: int, stratum_id: int, wanted: Sequence[Ranked]
) -> dict[str, int]:
    """Let dossiers count as drawn, in the caller's transaction, which holds the round.

    Returns
    -------
    dict of str to int
        Number of a cell → what the count of its answers changes by, so that it goes on as if
        those who had answered before were silent.

    Raises
    ------
    WrongStateError
        If a dossier belongs to a cell that the draw did not make.
    """
    leaves = _leaves(session, round_id, stratum_id)
    if {each.cell for each in wanted} - leaves.keys():
        raise WrongStateError(
            N_("A reserve belongs to a cell that the draw did not make: none was put to use.")
        )
    present = _present(session, round_id, [each.dossier_id for each in wanted])
    apart: Counter[str] = Counter()
    fresh = []
    # In the order of dossiers, not of ranks, as the draw stores them.
    for each in sorted(wanted, key=lambda one: one.dossier_id):
        values: dict[str, Any] = {
            "drawn": DRAWN,
            "rank": each.rank,
            "cell_id": leaves[each.cell],
        }
        before = present.get(each.dossier_id)
        if before is None:
            fresh.append(values | {"round_id": round_id, "dossier_id": each.dossier_id})
            continue
        if before.spent:
            apart[str(before.cell_id)] += 1
            apart[str(leaves[each.cell])] -= 1
        session.execute(update(Ballot).where(Ballot.id == before.id).values(values))
    if fresh:
        session.execute(insert(Ballot), [row | {"spent": False} for row in fresh])
    _count(session, round_id, stratum_id, Counter(leaves[each.cell] for each in wanted))
    return dict(apart)


def _leaves(session: Session, round_id: int, stratum_id: int) -> dict[str, int]:
    """Find the cells that answers of a stratum are sealed for, by label."""
    query = select(Cell.label, Cell.id).where(Cell.round_id == round_id)
    narrower = query.where(Cell.level == CellLevel.MIXING, Cell.parent_id == stratum_id)
    rows = session.execute(narrower).all() or session.execute(query.where(Cell.id == stratum_id))
    return {row.label: row.id for row in rows}


def _present(session: Session, round_id: int, dossiers: Sequence[int]) -> dict[int, Ballot]:
    found: dict[int, Ballot] = {}
    for some in _parts(dossiers):
        query = select(Ballot).where(Ballot.round_id == round_id, Ballot.dossier_id.in_(some))
        rows = session.scalars(
            query.order_by(Ballot.id).with_for_update().execution_options(populate_existing=True)
        )
        found |= {row.dossier_id: row for row in rows if row.dossier_id is not None}
    return found


def _count(session: Session, round_id: int, stratum_id: int, leaves: Counter[int]) -> None:
    """Count reserves as drawn from their leaf up to the round, and as not drawn no more."""
    added = leaves.total()
    stratum = session.get_one(Cell, stratum_id, with_for_update=True, populate_existing=True)
    above = [leaf for leaf in leaves if leaf != stratum_id]
    for leaf in sorted(above):
        _more(session, leaf, leaves[leaf])
    cell: Cell | None = stratum
    while cell is not None:
        cell.drawn += added
        cell = session.get(Cell, cell.parent_id) if cell.parent_id else None
    beside = select(Cell).where(
        Cell.round_id == round_id,
        (Cell.level == CellLevel.VOLUNTEER_ROUND)
        | ((Cell.level == CellLevel.VOLUNTEER_UNIT) & (Cell.unit_id == stratum.unit_id)),
    )
    for each in session.scalars(beside):
        each.population -= added


def _more(session: Session, cell_id: int, added: int) -> None:
    session.execute(update(Cell).where(Cell.id == cell_id).values(drawn=Cell.drawn + added))


def _parts(numbers: Sequence[int]) -> Iterator[Iterable[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))

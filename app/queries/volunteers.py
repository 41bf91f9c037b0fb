"""What came in beside the drawn dossiers, told apart and with the same reserve (0028, 0033).

While a round is open the counts are those of the last full hour; afterwards they are exact.
Counts below the disclosure floor are hidden in both, and others with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import Cell, Unit
from app.queries import field_counts
from app.queries.boxes import APART
from app.queries.fieldwork import Count, disclosed
from app.thresholds import present
from app.vocabulary import CellLevel, RoundState

LEVELS = (*APART, CellLevel.WAITING)


@dataclass(frozen=True)
class UnitCounts:
    """What came in for a unit.

    Attributes
    ----------
    code, name : str
        "" for what is of no unit, or was opened together for the whole round.
    undrawn : int
        Dossiers that could have been drawn and were not.
    volunteers : Count
        Answers about such dossiers.
    open : Count
        Forms without a dossier.
    """

    code: str
    name: str
    undrawn: int
    volunteers: Count
    open: Count


@dataclass(frozen=True)
class Apart:
    """What came in for a round beside its drawn dossiers; none of it carries a weight.

    Attributes
    ----------
    waiting : Count
        Answers whose dossier the list does not hold yet.
    counted_at : datetime or None
        When an open round was last counted; None when it has closed.
    """

    units: tuple[UnitCounts, ...]
    volunteers: Count
    open: Count
    waiting: Count
    counted_at: datetime | None


@dataclass(frozen=True)
class _Cell:
    level: CellLevel
    code: str
    name: str
    population: int
    given: int


def of_round(round_id: int, state: RoundState) -> Apart | None:
    """Tell what came in apart; None while an open round has not been counted."""
    counted_at = None
    if state is RoundState.OPEN:
        hourly = field_counts.hourly(round_id, LEVELS)
        if hourly is None:
            return None
        counted_at, given = hourly.counted_at, hourly.by_cell
    else:
        given = field_counts.apart_by_cell(round_id)
    cells = _cells(round_id, given)
    return Apart(
        units=_units(cells),
        volunteers=_total(cells, "N"),
        open=_total(cells, "O"),
        waiting=_whole([cell.given for cell in cells if cell.level is CellLevel.WAITING]),
        counted_at=counted_at,
    )


def _cells(round_id: int, given: Mapping[int, int]) -> list[_Cell]:
    rows = db.session.execute(
        select(
            *(Cell.id, Cell.level, Cell.population),
            *(func.coalesce(Unit.code, "").label("code"),),
            *(func.coalesce(Unit.name, "").label("name"),),
        )
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level.in_(LEVELS))
    )
    return [
        _Cell(row.level, row.code, row.name, row.population, given.get(row.id, 0)) for row in rows
    ]


def _units(cells: Sequence[_Cell]) -> tuple[UnitCounts, ...]:
    names = {cell.code: cell.name for cell in cells if cell.level in APART}
    codes = sorted(names, key=lambda code: (not code, code))
    volunteers, opened = (
        disclosed([_sum(cells, code, sample) for code in codes]) for sample in ("N", "O")
    )
    undrawn = {
        cell.code: cell.population for cell in cells if cell.level is CellLevel.VOLUNTEER_UNIT
    }
    return tuple(
        UnitCounts(code, names[code], undrawn.get(code, 0), volunteer, given)
        for code, volunteer, given in zip(codes, volunteers, opened, strict=True)
    )


def _sum(cells: Sequence[_Cell], code: str, sample: str) -> int:
    return sum(
        cell.given for cell in cells if cell.code == code and APART.get(cell.level) == sample
    )


def _total(cells: Sequence[_Cell], sample: str) -> Count:
    return _whole([cell.given for cell in cells if APART.get(cell.level) == sample])


def _whole(counts: Sequence[int]) -> Count:
    total = sum(counts)
    return Count(total, True) if total >= present.disclosure_n else Count(0, False)

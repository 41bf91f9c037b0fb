"""What came in beside the drawn dossiers, by cell (0033).

While a round is open the counts are those of the last full hour (0028); afterwards they are exact.
They are not for showing: `apart_counts` hides what may not be told.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models import Cell, Unit
from app.queries import field_counts
from app.queries.boxes import APART
from app.vocabulary import CellLevel, RoundState

LEVELS = (*APART, CellLevel.WAITING)


@dataclass(frozen=True)
class ApartCell:
    """A cell beside the sample; code and name are "" where it is of no unit.

    Attributes
    ----------
    given : int
        What came in.
    """

    level: CellLevel
    code: str
    name: str
    population: int
    given: int


@dataclass(frozen=True)
class ApartCells:
    """The cells beside the sample of a round.

    Attributes
    ----------
    counted_at : datetime or None
        When an open round was last counted; None when it has closed.
    """

    cells: tuple[ApartCell, ...]
    counted_at: datetime | None


def cells(round_id: int, state: RoundState) -> ApartCells | None:
    """Count what came in; None while an open round has not been counted."""
    counted_at = None
    if state is RoundState.OPEN:
        hourly = field_counts.hourly(round_id, LEVELS)
        if hourly is None:
            return None
        counted_at, given = hourly.counted_at, hourly.by_cell
    else:
        given = field_counts.apart_by_cell(round_id)
    rows = db.session.execute(
        select(
            *(Cell.id, Cell.level, Cell.population),
            *(func.coalesce(Unit.code, "").label("code"),),
            *(func.coalesce(Unit.name, "").label("name"),),
        )
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level.in_(LEVELS))
    )
    found = (
        ApartCell(row.level, row.code, row.name, row.population, given.get(row.id, 0))
        for row in rows
    )
    return ApartCells(tuple(found), counted_at)

"""What came in beside the drawn dossiers, told apart and with the same reserve (0028, 0033).

Counts below the disclosure floor are hidden, and others with them; so is the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.queries import apart as rows
from app.queries.apart import ApartCell
from app.queries.boxes import APART
from app.services import hiding
from app.services.hiding import Flat, Told
from app.vocabulary import CellLevel, RoundState


@dataclass(frozen=True)
class UnitCounts:
    """What came in for a unit.

    Attributes
    ----------
    code, name : str
        "" for what is of no unit, or was opened together for the whole round.
    undrawn : int
        Dossiers that could have been drawn and were not.
    volunteers : Told
        Answers about such dossiers.
    open : Told
        Forms without a dossier.
    """

    code: str
    name: str
    undrawn: int
    volunteers: Told
    open: Told


@dataclass(frozen=True)
class Apart:
    """What came in for a round beside its drawn dossiers; none of it carries a weight.

    Attributes
    ----------
    waiting : Told
        Answers whose dossier the list does not hold yet.
    counted_at : datetime or None
        When an open round was last counted; None when it has closed.
    """

    units: tuple[UnitCounts, ...]
    volunteers: Told
    open: Told
    waiting: Told
    counted_at: datetime | None


def of_round(round_id: int, state: RoundState) -> Apart | None:
    """Tell what came in apart; None while an open round has not been counted."""
    found = rows.cells(round_id, state)
    if found is None:
        return None
    names = {cell.code: cell.name for cell in found.cells if cell.level in APART}
    codes = sorted(names, key=lambda code: (not code, code))
    volunteers, opened = (_told(found.cells, codes, sample) for sample in ("N", "O"))
    undrawn = {
        cell.code: cell.population for cell in found.cells if cell.level is CellLevel.VOLUNTEER_UNIT
    }
    waiting = sum(cell.given for cell in found.cells if cell.level is CellLevel.WAITING)
    return Apart(
        units=tuple(
            UnitCounts(code, names[code], undrawn.get(code, 0), volunteer, given)
            for code, volunteer, given in zip(codes, volunteers.parts, opened.parts, strict=True)
        ),
        volunteers=volunteers.total,
        open=opened.total,
        waiting=hiding.single(waiting),
        counted_at=found.counted_at,
    )


def _told(cells: Sequence[ApartCell], codes: Sequence[str], sample: str) -> Flat:
    counts = [
        sum(cell.given for cell in cells if cell.code == code and APART.get(cell.level) == sample)
        for code in codes
    ]
    return hiding.flat(counts)

"""Papers that a unit hands out on a day and accounts for in the evening: slips, session cards."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.models import Unit


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The papers of one unit and day.

    Attributes
    ----------
    handed, returned, spoiled : int or None
        None until they are accounted for.
    closer : str
        Who entered the numbers; "" before.
    """

    id: int
    round_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    counter_name: str
    day: date
    handed: int | None
    returned: int | None
    spoiled: int | None
    note: str
    closed_at: datetime | None
    closer: str

    @property
    def closed(self) -> bool:
        """Whether the numbers are entered."""
        return self.closed_at is not None

    def late(self, today: date) -> bool:
        """Whether the day is over and the numbers are missing."""
        return not self.closed and self.day < today

    def unaccounted(self, printed: int) -> int | None:
        """Count those that nobody can account for; below 0 when more came back than printed."""
        if self.handed is None or self.returned is None or self.spoiled is None:
            return None
        return printed - self.handed - self.returned - self.spoiled


@dataclass(frozen=True)
class WantedPapers:
    """Which papers of a round are meant.

    Attributes
    ----------
    units : collection of int or None
        Units that the reader may see; None for all.
    """

    round_id: int
    units: Collection[int] | None = None
    unit_id: int | None = None
    day: date | None = None
    still_open: bool = False

    def narrowed(
        self,
        unit: InstrumentedAttribute[int],
        day: InstrumentedAttribute[date],
        closed_at: InstrumentedAttribute[datetime | None],
    ) -> list[ColumnElement[bool]]:
        """Say in SQL which units and days, and whether open ones only."""
        found: list[ColumnElement[bool]] = []
        if self.units is not None:
            found.append(unit.in_(self.units))
        if self.unit_id is not None:
            found.append(unit == self.unit_id)
        if self.day is not None:
            found.append(day == self.day)
        if self.still_open:
            found.append(closed_at.is_(None))
        return found


def named_units(numbers: Select[int]) -> list[tuple[int, str]]:
    """List the units that a query names: number and name, by code."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_(numbers)).order_by(Unit.code)
    return [(number, name) for number, name in db.session.execute(query)]

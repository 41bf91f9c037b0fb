"""Administrative units."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select

from app.extensions import db
from app.models import Unit
from app.vocabulary import UnitKind, UnitLevel


@dataclass(frozen=True)
class UnitView:
    """A unit as pages and services see it."""

    id: int
    code: str
    name: str
    level: UnitLevel
    kind: UnitKind
    group: str
    valid_from: date | None
    valid_to: date | None


def _view(unit: Unit) -> UnitView:
    return UnitView(
        unit.id,
        unit.code,
        unit.name,
        unit.level,
        unit.kind,
        unit.group,
        unit.valid_from,
        unit.valid_to,
    )


def all_units() -> list[UnitView]:
    """List every unit that ever was, by level and code."""
    return [
        _view(unit) for unit in db.session.scalars(select(Unit).order_by(Unit.level, Unit.code))
    ]


def units_on(day: date) -> list[UnitView]:
    """List the units that exist on a day."""
    query = (
        select(Unit)
        .where(or_(Unit.valid_from.is_(None), Unit.valid_from <= day))
        .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= day))
        .order_by(Unit.level, Unit.code)
    )
    return [_view(unit) for unit in db.session.scalars(query)]


def by_id() -> dict[int, UnitView]:
    """Map every unit's number to it."""
    return {unit.id: unit for unit in all_units()}


def by_code(code: str) -> UnitView | None:
    """Find a unit by its code."""
    # No code holds NUL, which PostgreSQL does not even take in a question.
    if "\0" in code:
        return None
    found = db.session.scalar(select(Unit).where(Unit.code == code))
    return _view(found) if found else None


def unit_count() -> int:
    """Count the units."""
    return db.session.scalar(select(func.count(Unit.id))) or 0

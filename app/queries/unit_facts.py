"""Where a unit stands: what it lies in, what it came from and what came after it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from app.extensions import db
from app.models import Unit, UnitPredecessor


@dataclass(frozen=True)
class Relative:
    """Another unit as a unit's page names it."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class UnitFacts:
    """What is known of a unit beside its own line of the list."""

    parent: Relative | None
    source: str
    predecessors: tuple[Relative, ...]
    successors: tuple[Relative, ...]


def facts(unit_id: int) -> UnitFacts:
    """Read what a unit's page tells."""
    unit = db.session.get_one(Unit, unit_id)
    parent = _units(Unit.id == unit.parent_id) if unit.parent_id is not None else ()
    before = select(UnitPredecessor.predecessor_id).where(UnitPredecessor.unit_id == unit_id)
    after = select(UnitPredecessor.unit_id).where(UnitPredecessor.predecessor_id == unit_id)
    return UnitFacts(
        parent[0] if parent else None,
        unit.source,
        _units(Unit.id.in_(before)),
        _units(Unit.id.in_(after)),
    )


def _units(condition: ColumnElement[bool]) -> tuple[Relative, ...]:
    query = select(Unit.code, Unit.name, Unit.valid_from, Unit.valid_to).where(condition)
    return tuple(Relative(*row) for row in db.session.execute(query.order_by(Unit.code)))

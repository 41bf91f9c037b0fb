"""Numbers for the front pages."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.extensions import db
from app.models import Cycle, IndexResult, Round, Unit


@dataclass(frozen=True)
class Overview:
    """How much of everything there is."""

    units: int
    rounds: int
    cycles: int
    published: int


def _count(column: InstrumentedAttribute[int], *conditions: ColumnElement[bool]) -> int:
    query = select(func.count(column)).where(*conditions)
    return db.session.scalar(query) or 0


def staff() -> Overview:
    """Count what staff work on."""
    return Overview(_count(Unit.id), _count(Round.id), _count(Cycle.id), _published())


def visitor() -> Overview:
    """Count what a visitor may know of."""
    return Overview(0, 0, 0, _published())


def _published() -> int:
    return _count(IndexResult.id, IndexResult.published_at.is_not(None))

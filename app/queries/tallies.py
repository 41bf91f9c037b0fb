"""Counts that the mixer keeps, by cell and by unit, of answers of drawn dossiers (0033)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.models import Batch, Cell, FormTally, Tally, Unit
from app.queries.boxes import DRAWN_LEVELS, WEIGHTED_LEVELS
from app.vocabulary import Trait

# Batches that an earlier version opened were never looked at.
UNKNOWN_WEEK = "0000-W00"
OF_DRAWN = Cell.level.in_(DRAWN_LEVELS)


@dataclass(frozen=True)
class ValueCount:
    """How many answers of a unit gave an item a value; unit None: only the round is known."""

    unit_id: int | None
    item: str
    value: str
    n: int


@dataclass(frozen=True)
class BatchSums:
    """What the batches of a unit looked like, without those of earlier versions."""

    unit_id: int | None
    opened: int
    duplicates: int
    straight: int


@dataclass(frozen=True)
class CountedUnit:
    """A unit that has cells in a round."""

    id: int
    code: str
    name: str


def units(round_id: int) -> list[CountedUnit]:
    """List the units of a round by code."""
    query = (
        select(Unit.id, Unit.code, Unit.name)
        .join(Cell, Cell.unit_id == Unit.id)
        .where(Cell.round_id == round_id, OF_DRAWN)
        .distinct()
        .order_by(Unit.code)
    )
    return [CountedUnit(*row) for row in db.session.execute(query)]


def values(round_id: int) -> list[ValueCount]:
    """Add up the tally of a round by unit."""
    query = (
        select(Cell.unit_id, Tally.item, Tally.value, func.sum(Tally.n))
        .join(Cell, Cell.id == Tally.cell_id)
        .where(Cell.round_id == round_id, OF_DRAWN)
        .group_by(Cell.unit_id, Tally.item, Tally.value)
    )
    return [
        ValueCount(unit, item, value, int(n)) for unit, item, value, n in db.session.execute(query)
    ]


def traits(round_id: int, trait: Trait) -> list[ValueCount]:
    """Add up by unit through which doors answers came, or in which classes of time or device."""
    query = (
        select(Cell.unit_id, FormTally.value, func.sum(FormTally.n))
        .join(Cell, Cell.id == FormTally.cell_id)
        .where(Cell.round_id == round_id, OF_DRAWN, FormTally.trait == trait)
        .group_by(Cell.unit_id, FormTally.value)
    )
    return [
        ValueCount(unit, trait.value, value, int(n)) for unit, value, n in db.session.execute(query)
    ]


def batches(round_id: int) -> list[BatchSums]:
    """Add up what the batches of a round looked like, by unit."""
    query = (
        select(
            Cell.unit_id,
            func.sum(Batch.opened),
            func.sum(Batch.duplicates),
            func.sum(Batch.straight),
        )
        .join(Cell, Cell.id == Batch.cell_id)
        .where(Cell.round_id == round_id, OF_DRAWN, Batch.week != UNKNOWN_WEEK)
        .group_by(Cell.unit_id)
    )
    return [BatchSums(unit, *map(int, sums)) for unit, *sums in db.session.execute(query)]


def opened_cells(round_id: int) -> set[int]:
    """List the cells with a weight in which answers of a round were opened."""
    query = select(Batch.cell_id).distinct().join(Cell, Cell.id == Batch.cell_id)
    query = query.where(Cell.round_id == round_id, Cell.level.in_(WEIGHTED_LEVELS))
    return set(db.session.scalars(query))

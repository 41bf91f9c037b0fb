"""Which rounds are due to be counted, and the counts that the clock made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from app.extensions import db
from app.models import Ballot, Cell, FieldCount, FieldDay, Round, Token
from app.vocabulary import RoundState


@dataclass(frozen=True)
class HourlyCounts:
    """The last count of an open round.

    Attributes
    ----------
    by_cell : mapping of int to int
        Ballots spent in each mixing cell then.
    """

    counted_at: datetime
    by_cell: Mapping[int, int]


@dataclass(frozen=True)
class DayCount:
    """Ballots of a round spent by the end of a day."""

    day: date
    spent: int


def due(hour: datetime) -> list[int]:
    """List the open rounds that nobody has counted since an hour was full."""
    counted = (
        select(FieldCount.cell_id)
        .join(Cell, Cell.id == FieldCount.cell_id)
        .where(Cell.round_id == Round.id, FieldCount.counted_at >= hour)
    )
    query = select(Round.id).where(Round.state == RoundState.OPEN, ~counted.exists())
    return list(db.session.scalars(query.order_by(Round.id)))


def over() -> list[int]:
    """List the rounds that are open no more but still have hourly counts."""
    counts = (
        select(FieldCount.cell_id)
        .join(Cell, Cell.id == FieldCount.cell_id)
        .where(Cell.round_id == Round.id)
    )
    query = select(Round.id).where(Round.state != RoundState.OPEN, counts.exists())
    return list(db.session.scalars(query.order_by(Round.id)))


def ballots_by_cell(round_id: int) -> dict[int, int]:
    """Count the spent ballots of each cell that has ballots, none included."""
    spent = func.count(case((Ballot.spent, Ballot.id)))
    query = select(Ballot.cell_id, spent).where(Ballot.round_id == round_id)
    rows = db.session.execute(query.group_by(Ballot.cell_id))
    return {row[0]: row[1] for row in rows}


def invited_by_cell(round_id: int) -> dict[int, int]:
    """Count the ballots of each cell for which any code was ever issued."""
    query = (
        select(Ballot.cell_id, func.count(Token.ballot_id.distinct()))
        .join(Token, Token.ballot_id == Ballot.id)
        .where(Ballot.round_id == round_id)
        .group_by(Ballot.cell_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def hourly(round_id: int) -> HourlyCounts | None:
    """Find the last count of an open round; None before the first."""
    query = (
        select(FieldCount.cell_id, FieldCount.spent, FieldCount.counted_at)
        .join(Cell, Cell.id == FieldCount.cell_id)
        .where(Cell.round_id == round_id)
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    return HourlyCounts(rows[0].counted_at, {row.cell_id: row.spent for row in rows})


def days(round_id: int) -> list[DayCount]:
    """List what was counted at the ends of days."""
    query = select(FieldDay.day, FieldDay.spent).where(FieldDay.round_id == round_id)
    return [DayCount(*row) for row in db.session.execute(query.order_by(FieldDay.day))]

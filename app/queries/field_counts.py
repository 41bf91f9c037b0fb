"""Which rounds are due to be counted, and the counts that the clock made.

Counts are of drawn dossiers alone, but for those that are told apart (0033).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select, union_all

from app.extensions import db
from app.models import (
    Answer,
    Ballot,
    Box,
    Cell,
    Claim,
    FieldCount,
    FieldDay,
    MixingKey,
    ReserveRelease,
    Round,
    Token,
)
from app.queries import boxes
from app.queries.ballots import DRAWN, NOT_DRAWN
from app.vocabulary import CellLevel, RoundState


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
    """Count the spent ballots of each cell that has ballots of drawn dossiers, none included."""
    return _spent(round_id, DRAWN)


def _spent(round_id: int, drawn: str) -> dict[int, int]:
    spent = func.count(case((Ballot.spent, Ballot.id)))
    query = select(Ballot.cell_id, spent).where(Ballot.round_id == round_id, Ballot.drawn == drawn)
    rows = db.session.execute(query.group_by(Ballot.cell_id))
    return _as_before({row[0]: row[1] for row in rows}, round_id, drawn)


def _as_before(spent: dict[int, int], round_id: int, drawn: str) -> dict[int, int]:
    """Count reserves that were answered before they were put to use where they were then (0047)."""
    query = select(ReserveRelease.apart).where(ReserveRelease.round_id == round_id)
    for changes in db.session.scalars(query):
        for cell, change in changes.items():
            if (change > 0) == (drawn == NOT_DRAWN):
                spent[int(cell)] = spent.get(int(cell), 0) + change
    return spent


def apart_by_cell(round_id: int) -> dict[int, int]:
    """Count what came in beside the drawn dossiers, by cell.

    Spent ballots of dossiers that were not drawn; forms without a dossier, sealed or opened;
    answers that wait for the list.
    """
    given = union_all(
        select(Box.cell_id).where(Box.round_id == round_id),
        select(Answer.cell_id).where(Answer.round_id == round_id),
        select(MixingKey.cell_id)
        .join(Claim, Claim.key_id == MixingKey.id)
        .where(Claim.round_id == round_id),
    ).subquery()
    levels = [CellLevel.OPEN_UNIT, CellLevel.OPEN_ROUND, CellLevel.WAITING]
    others = db.session.execute(
        select(Cell.id, func.count(given.c.cell_id))
        .outerjoin(given, given.c.cell_id == Cell.id)
        .where(Cell.round_id == round_id, Cell.level.in_(levels))
        .group_by(Cell.id)
    )
    return {**_spent(round_id, NOT_DRAWN), **{row[0]: row[1] for row in others}}


def invited_by_cell(round_id: int) -> dict[int, int]:
    """Count the drawn dossiers of each cell for which any code was ever issued."""
    query = (
        select(Ballot.cell_id, func.count(Token.ballot_id.distinct()))
        .join(Token, Token.ballot_id == Ballot.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN)
        .group_by(Ballot.cell_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def hourly(
    round_id: int, levels: Collection[CellLevel] = boxes.DRAWN_LEVELS
) -> HourlyCounts | None:
    """Find the last count of an open round; None before the first.

    Parameters
    ----------
    levels : collection of CellLevel
        Of the cells to tell of: those of drawn dossiers, where nothing else is asked for.
    """
    query = (
        select(FieldCount.cell_id, FieldCount.spent, FieldCount.counted_at)
        .join(Cell, Cell.id == FieldCount.cell_id)
        .where(Cell.round_id == round_id, Cell.level.in_(levels))
    )
    rows = db.session.execute(query).all()
    if not rows:
        return None
    return HourlyCounts(rows[0].counted_at, {row.cell_id: row.spent for row in rows})


def days(round_id: int) -> list[DayCount]:
    """List what was counted at the ends of days."""
    query = select(FieldDay.day, FieldDay.spent).where(FieldDay.round_id == round_id)
    return [DayCount(*row) for row in db.session.execute(query.order_by(FieldDay.day))]

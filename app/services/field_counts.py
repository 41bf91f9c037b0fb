"""The clock counts answered ballots every full hour, and what a day brought every night.

Pages of open rounds show these counts, never the ballots themselves: whoever reloads a page
while somebody answers sees nothing move (0028). The day curve is of drawn dossiers alone; what
came in beside them is counted in cells of its own (0033).
"""

from datetime import date, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Cell, FieldCount, FieldDay, Round
from app.queries import field_counts
from app.vocabulary import RoundState

DAY = timedelta(days=1)


def refresh() -> int:
    """Count the rounds that are due; calling it every minute counts once an hour.

    Returns
    -------
    int
        How many rounds were counted.
    """
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    due, over = field_counts.due(hour), field_counts.over()
    db.session.rollback()
    for round_id in due:
        with writing() as session:
            count(session, round_id)
    for round_id in over:
        with writing() as session:
            finish(session, round_id)
    return len(due) + len(over)


def count(session: Session, round_id: int) -> None:
    """Replace the hourly counts of an open round; the first after midnight end the day before."""
    if _state(session, round_id) is not RoundState.OPEN:
        return
    before = field_counts.hourly(round_id)
    spent = field_counts.ballots_by_cell(round_id)
    _forget(session, round_id)
    now, today = clock.now(), clock.today()
    counted = spent | field_counts.apart_by_cell(round_id)
    if counted:
        session.execute(
            insert(FieldCount),
            [
                {"cell_id": cell, "spent": number, "counted_at": now}
                for cell, number in sorted(counted.items())
            ],
        )
    if before and before.counted_at.astimezone(clock.LOCAL).date() < today:
        _end_day(session, round_id, sum(spent.values()), today - DAY)


def finish(session: Session, round_id: int) -> None:
    """End the day curve of a round that takes no more answers; its counts are exact now."""
    if _state(session, round_id) is RoundState.OPEN:
        return
    if field_counts.hourly(round_id):
        _forget(session, round_id)
        total = sum(field_counts.ballots_by_cell(round_id).values())
        _end_day(session, round_id, total, clock.today())


def _state(session: Session, round_id: int) -> RoundState | None:
    """Look again under the lock of the round: another worker may have counted or closed it."""
    return session.scalar(select(Round.state).where(Round.id == round_id).with_for_update())


def _forget(session: Session, round_id: int) -> None:
    own = select(Cell.id).where(Cell.round_id == round_id)
    session.execute(delete(FieldCount).where(FieldCount.cell_id.in_(own)))


def _end_day(session: Session, round_id: int, spent: int, day: date) -> None:
    if session.get(FieldDay, (round_id, day)) is None:
        session.add(FieldDay(round_id=round_id, day=day, spent=spent))

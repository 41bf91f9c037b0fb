"""How many dossiers were solved on the spot, as far as drawn sessions tell (0039)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Cell, Counter, CounterSession


def refresh(session: Session, cell_id: int | None) -> None:
    """Work the dossiers of a session cell out anew from the minutes there are.

    Every half-day of the unit's frame had the same chance: the dossiers of those that were held
    stand for all, N / m times as many. As long as minutes of a drawn session are missing nobody
    knows which answers are of it, so that the cell stands for nothing and its answers wait.
    """
    cell = session.get_one(Cell, cell_id, with_for_update=True, populate_existing=True)
    row = session.execute(
        select(
            func.count(),
            func.count(CounterSession.closed_at),
            func.count(CounterSession.served),
            func.coalesce(func.sum(CounterSession.served), 0),
        ).where(CounterSession.cell_id == cell_id)
    ).one()
    drawn, closed, held, served = (int(number or 0) for number in row)
    complete = held > 0 and closed == drawn
    cell.population = round(_on_frame(session, cell) * served / held) if complete else 0
    cell.drawn = served if complete else 0


def _on_frame(session: Session, cell: Cell) -> int:
    """Count the half-days of the frame that the sessions of a cell were drawn from."""
    query = (
        select(func.count())
        .select_from(CounterSession)
        .join(Counter, Counter.id == CounterSession.counter_id)
        .where(CounterSession.round_id == cell.round_id, Counter.unit_id == cell.unit_id)
    )
    return session.scalar(query) or 0

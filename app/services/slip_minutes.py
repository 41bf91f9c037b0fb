"""The minutes of a run, or of a unit's day."""

from collections.abc import Sequence

from app.clock import LOCAL
from app.documents import slip_minutes
from app.documents.slip_minutes import Minutes, MinutesLine
from app.queries import rounds
from app.queries.slip_runs import RunView
from app.services.errors import NotFoundError


def minutes(runs: Sequence[RunView]) -> bytes:
    """Print the minutes of runs of one unit and day.

    Raises
    ------
    NotFoundError
        If there are none.
    """
    if not runs:
        raise NotFoundError()
    first = runs[0]
    found = rounds.one(first.round_id)
    assert found is not None
    points = {run.counter_name for run in runs}
    point = points.pop() if len(points) == 1 else ""
    above = first.unit_name if point else ""
    office = point or first.unit_name
    lines = [_line(run) for run in runs]
    return slip_minutes.render(Minutes(found.name, found.dry_run, above, office, first.day, lines))


def _line(run: RunView) -> MinutesLine:
    closed = run.closed_at.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M") if run.closed_at else ""
    return MinutesLine(
        run.id,
        run.counter_name,
        run.printed,
        run.handed,
        run.returned,
        run.spoiled,
        run.missing,
        run.note,
        run.closer,
        closed,
    )

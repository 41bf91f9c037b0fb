"""Who is asked again, and through what: worked out when it is sent, and kept nowhere.

A list of those who are silent is a list of those who have not answered, and a list of yesterday
beside one of today tells who answered in between. So there is no such list on a page, in a file
or in a table: the worker that sends makes it and forgets it (decision 0047).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.queries import cases, rounds
from app.services.errors import NotFoundError, WrongStateError
from app.vocabulary import CaseChannel, RoundState

PATIENCE = timedelta(days=3)
# How long after the slip a channel is due, and until when, the first day of the next one.
DUE: Mapping[CaseChannel, tuple[timedelta, timedelta]] = {
    CaseChannel.SMS: (PATIENCE, 2 * PATIENCE),
    CaseChannel.PHONE: (2 * PATIENCE, 3 * PATIENCE),
    CaseChannel.POST: (2 * PATIENCE, 3 * PATIENCE),
}


@dataclass(frozen=True)
class Days:
    """Days of slips, the first and the last."""

    first: date
    last: date


def days(channel: CaseChannel, today: date) -> Days:
    """Tell whose turn it is: those who got their slip on one of these days.

    Examples
    --------
    >>> days(CaseChannel.SMS, date(2026, 3, 10))
    Days(first=datetime.date(2026, 3, 5), last=datetime.date(2026, 3, 7))
    """
    begins, ends = DUE[channel]
    return Days(today - ends + timedelta(days=1), today - begins)


def due(round_id: int, channel: CaseChannel, today: date) -> tuple[int, ...]:
    """List the dossiers that a channel is due for: drawn, silent for three days, nothing noted.

    For the worker that sends, alone. The order is that of dossiers, which tells nothing.

    Raises
    ------
    NotFoundError
        If there is no such round.
    WrongStateError
        If it is not open.
    """
    found = rounds.one(round_id)
    if found is None:
        raise NotFoundError()
    if found.state is not RoundState.OPEN:
        raise WrongStateError()
    turn = days(channel, today)
    return tuple(cases.silent(round_id, turn.first, turn.last))

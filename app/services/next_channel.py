"""Who is asked again, and through what: worked out when it is sent, and kept nowhere.

A list of those who are silent is a list of those who have not answered, and a list of yesterday
beside one of today tells who answered in between. So there is no such list on a page, in a file
or in a table: the worker that sends makes it and forgets it (decision 0047).
"""

from datetime import date

from app.queries import cases, rounds
from app.services import fieldwork
from app.services.errors import NotFoundError, WrongStateError
from app.vocabulary import CaseChannel, RoundState


def due(round_id: int, channel: CaseChannel, today: date) -> tuple[int, ...]:
    """List the dossiers that a channel is due for: drawn, silent since the slip, nothing noted.

    Days and attempts are those set for the round; strata that have stopped are left out (0050).
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
    turn = fieldwork.waves_of(round_id).turn(channel, today)
    if turn is None:
        return ()
    leaving = fieldwork.stopped(found, today)
    return tuple(cases.silent(round_id, turn.first, turn.last, leaving))

"""A turn at the kiosk while a drawn session runs: given, spent and sealed in one transaction.

Everyone served in the half-day may answer once, and nobody says who they are. There is no ballot
before somebody has answered: the turn is added when the form is whole, as long as the session has
turns left. The mark of the form's nonce lets a form that was sent twice count once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from app import clock
from app.extensions import db
from app.models import Ballot, Box, KioskTurn
from app.queries import counter_sessions as session_rows, rounds
from app.queries.counter_sessions import RunningSession
from app.queries.counters import CounterView
from app.services import counter_sessions, open_forms, quarter_counts
from app.services.errors import WrongStateError
from app.services.group_commit import Work, write_all
from app.services.inserting import insert_new
from app.services.open_forms import NOT_OPEN, OPEN
from app.services.present_keys import present_key
from app.services.quarter_counts import Quarter
from app.services.responding import UNTOLD, UNUSABLE, Entry, Outcome, Traits, closing, questionnaire
from app.services.secrets import tag
from app.services.spending import ROUND_STATE
from app.vocabulary import Door, RoundState
from surveys.answering import read_answers
from surveys.links import is_well_formed, receipt
from surveys.ordering import order_of

SPEND = (
    update(Ballot)
    .where(Ballot.id == bindparam("ballot"), ~Ballot.spent)
    .values(spent=True, accept=bindparam("mark"))
)


@dataclass(frozen=True)
class Turn:
    """A whole form on its way into the database."""

    session: RunningSession
    mark: bytes
    box_id: str
    quarter: Quarter
    close: Callable[[bytes], bytes]


@dataclass(frozen=True)
class Begun:
    """The session in which somebody began to answer, and where."""

    counter: CounterView
    session_id: int
    round_id: int


def finish(
    begun: Begun, form: Mapping[str, Sequence[str]], nonce: str, traits: Traits = UNTOLD
) -> tuple[Outcome, bool]:
    """Take a whole form that was begun in a session.

    Nobody's answers are lost because the half-day ended or the last turn was taken while they
    answered: then they are kept as an open form of the counter, and the person is told.

    Returns
    -------
    outcome : Outcome
        As of `submit`.
    apart : bool
        Whether it became an open form.
    """
    session = session_rows.running(begun.counter.id, clock.now())
    if session is not None and session.id == begun.session_id:
        outcome = submit(session, form, nonce, traits)
        if outcome.receipt or outcome.faults or outcome.entry is NOT_OPEN:
            return outcome, False
    before = taken_before(nonce)
    if before is not None:
        return Outcome(UNUSABLE, before), False
    counter = begun.counter
    place = begun.round_id, counter.id, counter.unit_id
    return open_forms.submit(*place, form, nonce, traits, Door.KIOSK), True


def taken_before(nonce: str) -> str | None:
    """Give the receipt of a turn that was taken with this nonce; None if none was."""
    mark = tag("accept", nonce.encode("utf-8", "replace"))
    query = select(KioskTurn.mark).where(KioskTurn.mark == mark)
    with db.engine.connect() as connection:
        return receipt(nonce) if connection.scalar(query) is not None else None


def submit(
    session: RunningSession,
    form: Mapping[str, Sequence[str]],
    nonce: str,
    traits: Traits = UNTOLD,
) -> Outcome:
    """Take a whole form in a session that runs now.

    Parameters
    ----------
    form : mapping of field name to values
        Everything that was answered; the questions' fields are read.
    nonce : str
        The form's nonce. The same one gets the same receipt again, and takes one turn.

    Returns
    -------
    Outcome
        Its entry has no ballot: ANSWERABLE with faults to mend; UNUSABLE with a receipt when the
        form is taken, without one when its nonce is none or the session takes no more; NOT_OPEN
        while its cell has no key.
    """
    found = rounds.one(session.round_id)
    db.session.rollback()  # the connection goes back before we wait
    if found is None or not is_well_formed(nonce):
        return Outcome(UNUSABLE)
    version = found.questionnaire_hash
    reading = read_answers(questionnaire(version), form, order_of(nonce))
    if reading.faults:
        return Outcome(OPEN, faults=reading.faults)
    code = receipt(nonce)
    box, close = closing(version, reading, code, traits, Door.KIOSK)
    mark = tag("accept", nonce.encode())
    refused = _stored(Turn(session, mark, box, quarter_counts.present(), close))
    return Outcome(refused) if refused else Outcome(UNUSABLE, code)


def _stored(turn: Turn) -> Entry | None:
    try:
        if db.engine.dialect.name == "sqlite":
            return write_all(db.engine, IN_GROUP, [turn])[0]
        with db.engine.begin() as connection:
            return _store(connection, turn)
    except WrongStateError:  # the session is over, or its last turn was taken a moment ago
        return UNUSABLE


def _store(connection: Connection, turn: Turn) -> Entry | None:
    """Write mark, ballot, box and count, or nothing; None when the form is taken, now or before."""
    session = turn.session
    # The share lock lets many answer at once, and makes a closing wait for them.
    if connection.scalar(ROUND_STATE, {"round": session.round_id}) is not RoundState.OPEN:
        return UNUSABLE
    key = present_key(connection, session.cell_id)
    if key is None:
        return NOT_OPEN
    # On PostgreSQL somebody who sends the same form waits here for the first.
    row = {"mark": turn.mark, "round_id": session.round_id}
    if not insert_new(connection, KioskTurn, [row]):
        return None
    ballot = counter_sessions.add_turn(connection, session.id)
    spent = connection.execute(SPEND, {"ballot": ballot, "mark": turn.mark})
    assert spent.rowcount == 1
    key_id, public = key
    connection.execute(
        insert(Box).values(
            id=turn.box_id,
            round_id=session.round_id,
            cell_id=session.cell_id,
            key_id=key_id,
            ciphertext=turn.close(public),
        )
    )
    counted = session.counter_id, session.round_id, Door.KIOSK, turn.quarter
    quarter_counts.add(connection, *counted)
    return None


def _store_all(connection: Connection, turns: Sequence[Turn]) -> list[Entry | None]:
    return [_store(connection, turn) for turn in turns]


IN_GROUP = Work(_store, _store_all)

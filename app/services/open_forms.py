"""Forms without a dossier: sealed apart from all others, weight 0, counted for each counter.

Nobody can say who sent one. The mark lets a form that was sent twice count once; quarters of an
hour by counter show a heap that somebody sent (decision 0033).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, insert, or_, select

from app.extensions import db
from app.models import Box, Cell, OpenForm
from app.queries import rounds
from app.services import quarter_counts
from app.services.group_commit import Work, write_all
from app.services.inserting import insert_new
from app.services.present_keys import present_key
from app.services.quarter_counts import Quarter
from app.services.responding import (
    NOT_YET,
    UNTOLD,
    UNUSABLE,
    Entry,
    Outcome,
    Standing,
    Traits,
    closing,
    questionnaire,
)
from app.services.secrets import tag
from app.services.spending import ROUND_STATE
from app.vocabulary import CellLevel, Door, RoundState
from surveys.answering import read_answers
from surveys.links import is_well_formed, receipt
from surveys.ordering import order_of

NOT_OPEN = Entry(Standing.NOT_OPEN)
OPEN = Entry(Standing.ANSWERABLE)


@dataclass(frozen=True)
class OpenAnswer:
    """A form on its way into the database.

    Attributes
    ----------
    mark : bytes
        Of the form's nonce; one form has one.
    unit_id : int or None
        The unit it is about.
    door : Door
        The poster's (`open`), or the kiosk's.
    quarter : Quarter
        When it came, for the counter's count.
    close : callable
        Closes the answer for the public half of a key.
    """

    round_id: int
    unit_id: int | None
    counter_id: int | None
    mark: bytes
    box_id: str
    door: Door
    quarter: Quarter
    close: Callable[[bytes], bytes]


def submit(
    round_id: int,
    counter_id: int | None,
    unit_id: int | None,
    form: Mapping[str, Sequence[str]],
    nonce: str,
    traits: Traits = UNTOLD,
    door: Door = Door.OPEN,
) -> Outcome:
    """Take a form without a dossier.

    Parameters
    ----------
    counter_id : int or None
        The counter whose poster or kiosk led here; it must exist.
    unit_id : int or None
        The unit that the form is about; one that is not on the list of the round counts as none.
    form : mapping of field name to values
        Everything submitted; the questions' fields are read.
    nonce : str
        The form's nonce. The same one gets the same receipt again and counts once.

    Returns
    -------
    Outcome
        Its entry has no ballot: ANSWERABLE with faults to mend, NOT_OPEN, or UNUSABLE when the
        form is taken (then there is a receipt), its nonce is none, or the round is over or none.
    """
    found = rounds.one(round_id)
    state = found.state if found else None
    version = found.questionnaire_hash if found else ""
    db.session.rollback()  # the connection goes back before we wait
    if not is_well_formed(nonce):
        return Outcome(UNUSABLE)
    if state in NOT_YET:
        return Outcome(NOT_OPEN)
    mark, code = tag("accept", nonce.encode()), receipt(nonce)
    if state is not RoundState.OPEN:
        return Outcome(UNUSABLE, code if _is_taken(mark) else None)
    reading = read_answers(questionnaire(version), form, order_of(nonce))
    if reading.faults:
        return Outcome(OPEN, faults=reading.faults)
    box, close = closing(version, reading, code, traits, door)
    refused = _stored(
        OpenAnswer(round_id, unit_id, counter_id, mark, box, door, quarter_counts.present(), close)
    )
    return Outcome(refused) if refused else Outcome(UNUSABLE, code)


def _is_taken(mark: bytes) -> bool:
    with db.engine.connect() as connection:
        return connection.scalar(select(OpenForm.mark).where(OpenForm.mark == mark)) is not None


def _stored(answer: OpenAnswer) -> Entry | None:
    if db.engine.dialect.name == "sqlite":
        return write_all(db.engine, IN_GROUP, [answer])[0]
    with db.engine.begin() as connection:
        return _store(connection, answer)


def _store(connection: Connection, answer: OpenAnswer) -> Entry | None:
    """Write mark, box and count, or nothing; None when the form is taken, now or before."""
    # The share lock lets many answer at once, and makes a closing wait for them.
    state = connection.scalar(ROUND_STATE, {"round": answer.round_id})
    if state is not RoundState.OPEN:
        return UNUSABLE
    cell_id = connection.scalar(_leaf(answer))
    key = present_key(connection, cell_id) if cell_id is not None else None
    if key is None:
        # The round was open before there were such cells; the worker makes them.
        return NOT_OPEN
    # On PostgreSQL somebody who sends the same form waits here for the first.
    if not insert_new(connection, OpenForm, [{"mark": answer.mark, "round_id": answer.round_id}]):
        return None
    key_id, public = key
    connection.execute(
        insert(Box).values(
            id=answer.box_id,
            round_id=answer.round_id,
            cell_id=cell_id,
            key_id=key_id,
            ciphertext=answer.close(public),
        )
    )
    if answer.counter_id is not None:
        counted = answer.counter_id, answer.round_id, answer.door, answer.quarter
        quarter_counts.add(connection, *counted)
    return None


def _store_all(connection: Connection, answers: Sequence[OpenAnswer]) -> list[Entry | None]:
    return [_store(connection, answer) for answer in answers]


IN_GROUP = Work(_store, _store_all)


def _leaf(answer: OpenAnswer) -> Select[int]:
    """Find the leaf of a unit, else that of no unit."""
    return (
        select(Cell.id)
        .where(Cell.round_id == answer.round_id, Cell.level == CellLevel.OPEN_UNIT)
        .where(or_(Cell.unit_id == answer.unit_id, Cell.unit_id.is_(None)))
        .order_by(Cell.unit_id.is_(None))
        .limit(1)
    )

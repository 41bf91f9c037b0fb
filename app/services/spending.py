"""A ballot is spent and its box stored, both or neither.

An answer is sealed before, with what its ballot, round and key were then. The quick way writes
on the condition that all of it still holds and the token still opens the ballot. Where that is
not so, the careful way finds out under locks what has changed, and seals anew if the mixer has
put another key in place.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.exc import DBAPIError

from app.lines import CONNECTIONS
from app.models import Ballot, MixingKey, Round
from app.services.gathering import share
from app.services.group_commit import Work, write_all
from app.services.spending_statements import (
    ALL_AT_ONCE,
    ALL_TOGETHER,
    MARKED,
    STORE,
    UNSPENT,
    spend_if_unchanged,
    store,
)
from app.statements import driver, run_alone
from app.vocabulary import RoundState

ATTEMPTS = 5
# Whoever waits for a closing or the mixer holds a connection, of which staff need some too.
_patient = threading.BoundedSemaphore(CONNECTIONS)


@dataclass(frozen=True)
class Sealed:
    """An answer on its way into the database.

    Attributes
    ----------
    token : bytes
        Hash of the token that opened the ballot, which must still do so.
    mark : bytes
        What the ballot bears once this answer has spent it.
    box_id : str
        Random number of the box.
    key_id, ciphertext
        The key that was the cell's when the answer was read, and the box closed with it.
    close : callable
        Closes the same answer for the public half of another key.
    """

    ballot_id: int
    round_id: int
    cell_id: int
    token: bytes
    mark: bytes
    box_id: str
    key_id: int
    ciphertext: bytes
    close: Callable[[bytes], bytes]


ROUND_STATE = select(Round.state).where(Round.id == bindparam("round")).with_for_update(read=True)
SPEND = update(Ballot).where(*UNSPENT).values(**MARKED)
MARK = select(Ballot.accept).where(Ballot.id == bindparam("ballot"))
CURRENT_KEY = (
    select(MixingKey.id, MixingKey.public)
    .where(MixingKey.cell_id == bindparam("cell"), ~MixingKey.retired)
    .with_for_update(read=True)
)


def spend_all(engine: Engine, answers: Sequence[Sealed]) -> list[bytes | None]:
    """Store answers that lie there together.

    Returns
    -------
    list of bytes or None
        The mark that each ballot bears now: the answer's own if it is stored, somebody else's
        if the ballot was spent before, None if it can no longer be.
    """
    if engine.dialect.name == "sqlite":
        return write_all(engine, IN_GROUP, answers)
    stored = share(engine, partial(_gathered, engine), answers)
    return [
        answer.mark if done else _by_itself(engine, answer)
        for answer, done in zip(answers, stored, strict=True)
    ]


def _gathered(engine: Engine, answers: Sequence[Sealed]) -> list[bool]:
    """Write answers on PostgreSQL with one statement; which of them are stored."""
    if len(answers) == 1:
        count, _ = run_alone(engine, ALL_AT_ONCE, _values(answers[0]))
        return [count == 1]
    # Of several to one ballot the first counts.
    first = {answer.ballot_id: answer for answer in reversed(answers)}
    rows = [_values(answer) for answer in first.values()]
    values = {name: [row[name] for row in rows] for name in rows[0]}
    try:
        _, row = run_alone(engine, ALL_TOGETHER, values)
    except DBAPIError:
        # One may have spoilt it for all; and if it was stored but we did not hear of it, each
        # finds its own mark.
        return [False] * len(answers)
    stored = frozenset(row[0] or ())
    return [answer.box_id in stored for answer in answers]


def _by_itself(engine: Engine, answer: Sealed) -> bytes | None:
    with _patient:
        if _gathered(engine, [answer]) == [True]:
            return answer.mark
        with engine.begin() as connection:
            return _carefully(connection, answer)


class ChangedError(Exception):
    """Something is no longer as it was when the answers were sealed."""


def _together(connection: Connection, answers: Sequence[Sealed]) -> list[bytes | None]:
    lent, dialect = driver(connection), connection.dialect
    for part in _in_powers(answers):
        values = {
            f"{name}_{at}": value
            for at, answer in enumerate(part)
            for name, value in _values(answer).items()
        }
        if spend_if_unchanged(len(part)).run(lent, dialect, values).rowcount != len(part):
            raise ChangedError
        store(len(part)).run(lent, dialect, values)
    return [answer.mark for answer in answers]


def _in_powers(answers: Sequence[Sealed]) -> Iterator[Sequence[Sealed]]:
    """Cut into parts whose lengths are powers of two, so that few statements are ever needed."""
    start = 0
    while start < len(answers):
        length = 1 << ((len(answers) - start).bit_length() - 1)
        yield answers[start : start + length]
        start += length


def _in_turn(connection: Connection, answer: Sealed) -> bytes | None:
    try:
        return _together(connection, [answer])[0]
    except ChangedError:  # nothing is written yet
        return _carefully(connection, answer)


IN_GROUP = Work(_in_turn, _together)


def _values(answer: Sealed) -> dict[str, object]:
    return {
        "ballot": answer.ballot_id,
        "token": answer.token,
        "round": answer.round_id,
        "cell": answer.cell_id,
        "key": answer.key_id,
        "mark": answer.mark,
        "box": answer.box_id,
        "ciphertext": answer.ciphertext,
    }


def _carefully(connection: Connection, answer: Sealed) -> bytes | None:
    # The share lock lets many answer at once, and makes a closing wait for them.
    state = connection.scalar(ROUND_STATE, {"round": answer.round_id})
    spent = 0
    if state is RoundState.OPEN:
        values = {"ballot": answer.ballot_id, "token": answer.token, "mark": answer.mark}
        spent = connection.execute(SPEND, values).rowcount
    if spent != 1:
        return connection.scalar(MARK, {"ballot": answer.ballot_id})
    key_id, public = _current_key(connection, answer.cell_id)
    box = {**_values(answer), "key": key_id, "ciphertext": answer.close(public)}
    STORE.run(driver(connection), connection.dialect, box)
    return answer.mark


def _current_key(connection: Connection, cell_id: int) -> tuple[int, bytes]:
    """Read the key of a cell and hold it: the mixer cannot retire it before we commit.

    On PostgreSQL a mixer that retires the key while we wait leaves us without a row; the
    next look sees the key that replaced it.
    """
    for _ in range(ATTEMPTS):
        found = connection.execute(CURRENT_KEY, {"cell": cell_id}).one_or_none()
        if found is not None:
            return found.id, found.public
    raise RuntimeError("a cell of an open round has no key")

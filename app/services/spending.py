"""A ballot is spent and its box stored, both or neither.

An answer is sealed before, with what its ballot, round and key were then. The quick way writes
on the condition that all of it still holds and the token still opens the ballot. Where that is
not so, the careful way finds out under locks what has changed, and seals anew if the mixer has
put another key in place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    String,
    bindparam,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.types import TypeEngine

from app.models import Ballot, Box, MixingKey, Round, Token
from app.services.group_commit import Work, write_all
from app.statements import Statement, driver, run_alone
from app.vocabulary import RoundState

ATTEMPTS = 5


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


OPEN = Round.id == bindparam("round"), Round.state == RoundState.OPEN
KEY = MixingKey.id == bindparam("key"), ~MixingKey.retired
UNSPENT = (
    Ballot.id == bindparam("ballot"),
    ~Ballot.spent,
    select(Token.hash)
    .where(Token.hash == bindparam("token"), Token.ballot_id == Ballot.id)
    .exists(),
)
MARKED = {"spent": True, "accept": bindparam("mark")}
BOX: dict[str, BindParameter[Any]] = {
    "id": bindparam("box", type_=String),
    "round_id": bindparam("round", type_=Integer),
    "cell_id": bindparam("cell", type_=Integer),
    "key_id": bindparam("key", type_=Integer),
    "ciphertext": bindparam("ciphertext", type_=LargeBinary),
}
STORE = Statement(insert(Box).values(BOX))
CONDITIONS: dict[str, type[TypeEngine[Any]]] = {
    "ballot": Integer,
    "token": LargeBinary,
    "round": Integer,
    "key": Integer,
    "mark": LargeBinary,
}


@lru_cache
def _spend_if_unchanged(count: int) -> Statement:
    """Spend so many ballots at once, on SQLite: those of which all holds that did.

    The lock on the file is ours: what holds when a ballot is spent holds to the end. One
    statement for several keeps the interpreter, for which other threads wait, from being given
    away and asked for again with each of them.
    """
    answers = union_all(
        *(
            select(*(_numbered(name, at, kind).label(name) for name, kind in CONDITIONS.items()))
            for at in range(count)
        )
    ).subquery("answer")
    state = select(Round.id).where(Round.id == answers.c.round, Round.state == RoundState.OPEN)
    key = select(MixingKey.id).where(MixingKey.id == answers.c.key, ~MixingKey.retired)
    token = select(Token.hash).where(
        Token.hash == answers.c.token, Token.ballot_id == answers.c.ballot
    )
    return Statement(
        update(Ballot)
        .where(Ballot.id == answers.c.ballot, ~Ballot.spent)
        .where(state.exists(), key.exists(), token.exists())
        .values(spent=True, accept=answers.c.mark)
    )


@lru_cache
def _store(count: int) -> Statement:
    """Store so many boxes at once."""
    rows = [
        {name: _numbered(value.key, at, value.type) for name, value in BOX.items()}
        for at in range(count)
    ]
    return Statement(insert(Box).values(rows))


def _numbered(name: str, at: int, kind: Any) -> BindParameter[Any]:
    return bindparam(f"{name}_{at}", type_=kind)


def _all_at_once() -> Statement:
    """Write what PostgreSQL does in one statement, which is one transaction.

    The share locks let many answer at once; a closing waits for them, and the mixer does before
    it retires their key. Where one of both was first, its row is no longer found.
    """
    state = select(Round.id).where(*OPEN).with_for_update(read=True).cte("open_round")
    key = select(MixingKey.id).where(*KEY).with_for_update(read=True).cte("present_key")
    spent = (
        update(Ballot)
        .where(*UNSPENT)
        .where(Ballot.round_id == state.c.id, key.c.id.is_not(None))
        .values(**MARKED)
        .returning(Ballot.id)
        .cte("spent_ballot")
    )
    box = select(*BOX.values()).select_from(spent)
    return Statement(insert(Box).from_select(list(BOX), box))


ALL_AT_ONCE = _all_at_once()

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
    return [_at_once(engine, answer) for answer in answers]


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
        if _spend_if_unchanged(len(part)).run(lent, dialect, values).rowcount != len(part):
            raise ChangedError
        _store(len(part)).run(lent, dialect, values)
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


def _at_once(engine: Engine, answer: Sealed) -> bytes | None:
    stored, _ = run_alone(engine, ALL_AT_ONCE, _values(answer))
    if stored == 1:
        return answer.mark
    with engine.begin() as connection:
        return _carefully(connection, answer)


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

"""The statements with which a ballot is spent and its box stored.

Those of the quick way write only if all still holds that did when the answer was sealed.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Integer,
    LargeBinary,
    String,
    bindparam,
    column,
    func,
    insert,
    select,
    union_all,
    update,
)
from sqlalchemy.types import TypeEngine

from app.models import Ballot, Box, MixingKey, Round, Token
from app.statements import Statement
from app.vocabulary import RoundState

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
def spend_if_unchanged(count: int) -> Statement:
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
def store(count: int) -> Statement:
    """Store so many boxes at once."""
    rows = [
        {name: _numbered(value.key, at, value.type) for name, value in BOX.items()}
        for at in range(count)
    ]
    return Statement(insert(Box).values(rows))


def _numbered(name: str, at: int, kind: Any) -> BindParameter[Any]:
    return bindparam(f"{name}_{at}", type_=kind)


def _all_at_once() -> Statement:
    """Write an answer with what PostgreSQL does in one statement, which is one transaction.

    The share locks let many answer at once; a closing waits for them, and the mixer does before
    it retires their key. Where one of both was first, its row is not found, and nobody waits.
    """
    state = select(Round.id).where(*OPEN).with_for_update(read=True, skip_locked=True)
    key = select(MixingKey.id).where(*KEY).with_for_update(read=True, skip_locked=True)
    spent = (
        update(Ballot)
        .where(*UNSPENT)
        .where(Ballot.round_id == state.cte("open_round").c.id)
        .where(key.cte("present_key").c.id.is_not(None))
        .values(**MARKED)
        .returning(Ballot.id)
        .cte("spent_ballot")
    )
    box = select(*BOX.values()).select_from(spent)
    return Statement(insert(Box).from_select(list(BOX), box))


def _all_together() -> Statement:
    """Write several answers so, each of them if all holds for it; give the boxes that are stored.

    Ballots that somebody else is spending are passed over: two who spend the same ones in another
    order would wait for each other.
    """
    kinds: dict[str, Any] = {**CONDITIONS, **{value.key: value.type for value in BOX.values()}}
    given: dict[str, Any] = {
        name: bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()
    }
    columns: Any = (column(name, kind) for name, kind in kinds.items())
    answer = func.unnest(*given.values()).table_valued(*columns).render_derived(name="answer")
    state = (
        select(Round.id)
        .where(Round.id == func.any(given["round"]), Round.state == RoundState.OPEN)
        .with_for_update(read=True, skip_locked=True)
        .cte("open_round")
    )
    key = (
        select(MixingKey.id)
        .where(MixingKey.id == func.any(given["key"]), ~MixingKey.retired)
        .with_for_update(read=True, skip_locked=True)
        .cte("present_key")
    )
    free = (
        select(Ballot.id)
        .where(Ballot.id == func.any(given["ballot"]), ~Ballot.spent)
        .with_for_update(key_share=True, skip_locked=True)
        .cte("free_ballot")
    )
    token = select(Token.hash).where(
        Token.hash == answer.c.token, Token.ballot_id == answer.c.ballot
    )
    spent = (
        update(Ballot)
        .where(Ballot.id == answer.c.ballot, ~Ballot.spent, Ballot.id == free.c.id)
        .where(Ballot.round_id == answer.c.round, answer.c.round == state.c.id)
        .where(answer.c.key == key.c.id, token.exists())
        .values(spent=True, accept=answer.c.mark)
        .returning(*(answer.c[value.key] for value in BOX.values()))
        .cte("spent_ballot")
    )
    stored = insert(Box).from_select(list(BOX), select(*spent.c)).returning(Box.id).cte("stored")
    return Statement(select(func.array_agg(stored.c.id)))


ALL_AT_ONCE, ALL_TOGETHER = _all_at_once(), _all_together()

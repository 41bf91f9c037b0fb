"""Rights claimed for dossiers that the list of a round does not hold yet ("chờ khớp").

A claim has a token like any other and its holder gets the same pages. What it says is sealed for
the cell that waits and stays with the claim until the list catches up (`matching`), at most for a
week (decision 0033).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite
from app.models import Claim
from app.queries import ballots
from app.services import spending
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.group_commit import Work, write_all
from app.services.present_keys import present_key
from app.services.spending import ROUND_STATE, Sealed
from app.vocabulary import Door, RoundState
from surveys.links import new_token, token_hash

KEPT = timedelta(days=7)
LONGEST_CODE = 64
OVER = frozenset({RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED})
# Names the lock of those who claim in one round; the second number is the round's.
CLAIMING = 0x636C61


def claim(
    session: Session,
    round_id: int,
    dossier_code: str,
    *,
    door: Door,
    digits_hash: bytes | None = None,
    unit_id: int | None = None,
    counter_id: int | None = None,
    opens_on: date | None = None,
) -> str:
    """Claim the right of a dossier that the list does not hold; the caller holds the transaction.

    Whoever claims the same through the same door, with the same digits, gets a new token, and an
    earlier one that nobody has answered with opens nothing any more.

    Parameters
    ----------
    dossier_code : str
        As lists write it.
    digits_hash : bytes, optional
        What was typed beside the code, to be compared with the contact of the list
        (`contacts.digits_hash`); None where the door vouches for the person.
    unit_id, counter_id : int, optional
        Where somebody claimed, as far as that is known.
    opens_on : date, optional
        First day on which the token may be answered with.

    Returns
    -------
    str
        The token; only its hash is kept.

    Raises
    ------
    NotFoundError, WrongStateError
        If there is no such round, or it is over.
    InvalidInputError
        If no list could hold such a code.
    """
    if not 0 < len(dossier_code) <= LONGEST_CODE:
        raise InvalidInputError()
    # The share lock makes an end of the round wait for us.
    state = session.execute(ROUND_STATE, {"round": round_id}).scalar_one_or_none()
    if state is None:
        raise NotFoundError()
    if state in OVER:
        raise WrongStateError()
    _replace_earlier(session, round_id, dossier_code, door, digits_hash)
    token = new_token()
    session.execute(
        insert(Claim).values(
            hash=token_hash(token),
            round_id=round_id,
            dossier_code=dossier_code,
            digits_hash=digits_hash,
            unit_id=unit_id,
            counter_id=counter_id,
            door=door,
            opens_on=opens_on,
            until=max(clock.today(), opens_on or date.min) + KEPT,
            spent=False,
        )
    )
    return token


def _replace_earlier(
    session: Session, round_id: int, dossier_code: str, door: Door, digits_hash: bytes | None
) -> None:
    if not is_sqlite(session):
        # Two who claim the same would both find nothing to replace.
        session.execute(select(func.pg_advisory_xact_lock(CLAIMING, round_id)))
    session.execute(
        delete(Claim).where(
            Claim.round_id == round_id,
            Claim.dossier_code == dossier_code,
            Claim.door == door,
            # Other digits are somebody else, who must not take the owner's page away.
            Claim.digits_hash.is_not_distinct_from(digits_hash),
            ~Claim.spent,
        )
    )


def spend(engine: Engine, answer: Sealed) -> bytes | None:
    """Keep the sealed answer of a claim with it.

    Parameters
    ----------
    answer : Sealed
        Sealed for the cell that waits; its `token` is the claim's.

    Returns
    -------
    bytes or None
        The mark that the claim bears now, or the ballot if the list has caught up meanwhile:
        the answer's own if it is stored; None if it can no longer be.
    """
    if engine.dialect.name == "sqlite":
        [found] = write_all(engine, IN_GROUP, [answer])
    else:
        with engine.begin() as connection:
            found = _spend(connection, answer)
    return _on_ballot(engine, answer) if found is None else found


def _spend(connection: Connection, answer: Sealed) -> bytes | None:
    """Spend a claim if it is still there, and give the mark that it then bears."""
    claimed = Claim.hash == answer.token
    if connection.scalar(ROUND_STATE, {"round": answer.round_id}) is RoundState.OPEN:
        key = present_key(connection, answer.cell_id)
        if key is not None:
            number, public = key
            same = number == answer.key_id
            values: dict[str, Any] = {
                "spent": True,
                "accept": answer.mark,
                "key_id": number,
                "ciphertext": answer.ciphertext if same else answer.close(public),
            }
            connection.execute(update(Claim).where(claimed, ~Claim.spent).values(values))
    mark: bytes | None = connection.scalar(select(Claim.accept).where(claimed))
    return mark


def _spend_all(connection: Connection, answers: Sequence[Sealed]) -> list[bytes | None]:
    return [_spend(connection, answer) for answer in answers]


IN_GROUP = Work(_spend, _spend_all)


def _on_ballot(engine: Engine, answer: Sealed) -> bytes | None:
    """Answer for the ballot that a claim has become since its page was opened."""
    found = ballots.by_token(answer.token)
    if found is None:
        return None
    if found.key_id is None or found.public is None:
        return found.accept
    [mark] = spending.spend_all(
        engine,
        [
            replace(
                answer,
                ballot_id=found.id,
                cell_id=found.cell_id,
                key_id=found.key_id,
                ciphertext=answer.close(found.public),
            )
        ],
    )
    return mark

"""A person answers: the ballot is spent and the sealed answer stored in one transaction.

Nothing here is logged, and nothing stored tells when or from where somebody answered.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache, partial

from sqlalchemy import Connection, bindparam, insert, select, update

from app.extensions import db
from app.models import Ballot, Box, MixingKey, Round
from app.queries import ballots
from app.queries.ballots import BallotView
from app.services import sealing
from app.services.group_commit import Act, write_all
from app.services.secrets import purpose_key
from app.vocabulary import RoundState
from surveys.answering import read_answers
from surveys.errors import Fault
from surveys.links import is_well_formed, receipt, receipt_hash, token_hash
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire

ATTEMPTS = 5
NOT_YET = frozenset({RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN})
# Built once: putting a statement together costs more than running it.
ROUND_STATE = select(Round.state).where(Round.id == bindparam("round")).with_for_update(read=True)
SPEND = (
    update(Ballot)
    .where(Ballot.id == bindparam("ballot"), ~Ballot.spent)
    .values(spent=True, accept=bindparam("mark"))
)
ACCEPT = select(Ballot.accept).where(Ballot.id == bindparam("ballot"))
CURRENT_KEY = (
    select(MixingKey.id, MixingKey.public)
    .where(MixingKey.cell_id == bindparam("cell"), ~MixingKey.retired)
    .with_for_update(read=True)
)
STORE = insert(Box)


class Standing(Enum):
    """What a token is good for now."""

    ANSWERABLE = auto()
    NOT_OPEN = auto()
    UNUSABLE = auto()  # unknown, voided, spent or of a closed round: nobody learns which


@dataclass(frozen=True)
class Entry:
    """What a token opens; the ballot is there only while it may be answered."""

    standing: Standing
    ballot: BallotView | None = None


@dataclass(frozen=True)
class Outcome:
    """How a submission ended: with a receipt, with faults to mend, or with neither."""

    entry: Entry
    receipt: str | None = None
    faults: Mapping[str, Fault] = field(default_factory=dict)


UNUSABLE = Entry(Standing.UNUSABLE)


def enter(token: str) -> Entry:
    """Tell what a token opens, changing nothing."""
    return _entry(ballots.by_token(token_hash(token)))


def _entry(ballot: BallotView | None) -> Entry:
    if ballot is None or ballot.spent:
        return UNUSABLE
    if ballot.state in NOT_YET:
        return Entry(Standing.NOT_OPEN)
    return Entry(Standing.ANSWERABLE, ballot) if ballot.state is RoundState.OPEN else UNUSABLE


def ballot_of(token: str) -> BallotView | None:
    """Find what the holder of a token is asked about, or was."""
    return ballots.by_token(token_hash(token))


@lru_cache(maxsize=64)
def questionnaire(questionnaire_hash: str) -> Questionnaire:
    """Read a version that some round uses, once for the life of the process."""
    document = ballots.questionnaire_document(questionnaire_hash)
    assert document is not None
    return read_questionnaire(document)


def submit(token: str, form: Mapping[str, Sequence[str]], nonce: str) -> Outcome:
    """Take an answer.

    Parameters
    ----------
    form : mapping of field name to values
        Everything submitted; the questions' fields are read.
    nonce : str
        The form's nonce. The same one gets the same receipt again, for a reply may be lost.

    Returns
    -------
    Outcome
        Never an exception for what a person did.
    """
    return submit_all([(token, form, nonce)])[0]


def submit_all(
    submissions: Sequence[tuple[str, Mapping[str, Sequence[str]], str]],
) -> list[Outcome]:
    """Take answers that lie there together, each as `submit` takes one."""
    prepared = [_prepared(*submission) for submission in submissions]
    acts = [found for found in prepared if not isinstance(found, Outcome)]
    written = iter(write_all(db.engine, acts))
    return [found if isinstance(found, Outcome) else next(written) for found in prepared]


def _prepared(token: str, form: Mapping[str, Sequence[str]], nonce: str) -> Outcome | Act[Outcome]:
    """Read and seal an answer; give what is left to write, or how it ended without."""
    ballot = ballots.by_token(token_hash(token))
    if ballot is None or not is_well_formed(nonce):
        return Outcome(_entry(ballot))
    mark = hmac.digest(purpose_key("accept"), nonce.encode(), "sha256")
    if ballot.spent:
        return _again(ballot.accept, mark, nonce)
    entry = _entry(ballot)
    if entry.standing is not Standing.ANSWERABLE:
        return Outcome(entry)
    asked = questionnaire(ballot.questionnaire_hash)
    reading = read_answers(asked, form)
    db.session.rollback()  # what read the questionnaire goes back to the pool before we wait
    if reading.faults:
        return Outcome(entry, faults=reading.faults)
    code = receipt(nonce)
    content = sealing.Content(
        rid=secrets.token_hex(16),
        answers=reading.answers,
        comment=reading.comment,
        receipt=receipt_hash(code).hex(),
    )
    close = partial(sealing.seal, content=content, least=sealing.room(asked))
    return partial(_spend, ballot=ballot, mark=mark, close=close, nonce=nonce)


def _spend(
    connection: Connection,
    ballot: BallotView,
    mark: bytes,
    close: Callable[[bytes], bytes],
    nonce: str,
) -> Outcome:
    # The share lock lets many answer at once, and makes a closing wait for them.
    state = connection.scalar(ROUND_STATE, {"round": ballot.round_id})
    spent = 0
    if state is RoundState.OPEN:
        spent = connection.execute(SPEND, {"ballot": ballot.id, "mark": mark}).rowcount
    if spent != 1:
        return _again(connection.scalar(ACCEPT, {"ballot": ballot.id}), mark, nonce)
    key_id, public = _current_key(connection, ballot.cell_id)
    connection.execute(
        STORE,
        {
            "id": secrets.token_hex(16),
            "round_id": ballot.round_id,
            "cell_id": ballot.cell_id,
            "key_id": key_id,
            "ciphertext": close(public),
        },
    )
    return Outcome(UNUSABLE, receipt=receipt(nonce))


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


def _again(accept: bytes | None, mark: bytes, nonce: str) -> Outcome:
    """Give the receipt again to whoever sent this very form before."""
    same = accept is not None and hmac.compare_digest(accept, mark)
    return Outcome(UNUSABLE, receipt=receipt(nonce) if same else None)

"""A person answers: the ballot is spent and the sealed answer stored in one transaction.

Nothing here is logged, and nothing stored tells when or from where somebody answered.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from functools import lru_cache, partial

from app import clock
from app.extensions import db
from app.queries import ballots, claims as claim_rows
from app.queries.ballots import NO_BALLOT, BallotView
from app.services import claims, opened, sealing, spending
from app.services.secrets import tag
from app.services.spending import Sealed
from app.vocabulary import Device, Door, RoundState
from surveys.answering import Reading, read_answers
from surveys.errors import Fault
from surveys.links import is_well_formed, receipt, receipt_hash, token_hash
from surveys.ordering import order_of
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire

NOT_YET = frozenset({RoundState.PLANNED, RoundState.FRAMED, RoundState.DRAWN})


class Standing(Enum):
    """What a token is good for now."""

    ANSWERABLE = auto()
    NOT_OPEN = auto()
    UNUSABLE = auto()  # unknown, voided, spent or of a closed round: nobody learns which


@dataclass(frozen=True)
class Entry:
    """What a token opens; the ballot is there only while it may be answered.

    Attributes
    ----------
    issued : bool
        Whether there is such a token. Those who ask too often for tokens that nobody was given
        are slowed down; it is shown to nobody.
    opens_on : date or None
        The day on which a token that is not open yet will be, where that is known.
    """

    standing: Standing
    ballot: BallotView | None = None
    issued: bool = True
    opens_on: date | None = None


@dataclass(frozen=True)
class Traits:
    """What form and browser tell about the answering, in classes; None where they do not.

    Attributes
    ----------
    duration : int or None
        Class from 1 to 5, as `durations.class_of` gives it.
    """

    duration: int | None = None
    device: Device | None = None


@dataclass(frozen=True)
class Outcome:
    """How a submission ended: with a receipt, with faults to mend, or with neither."""

    entry: Entry
    receipt: str | None = None
    faults: Mapping[str, Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """An answer that is sealed and waits to be stored, on a ballot or beside a claim."""

    sealed: Sealed
    code: str


UNUSABLE, UNKNOWN = Entry(Standing.UNUSABLE), Entry(Standing.UNUSABLE, issued=False)
UNTOLD = Traits()


def enter(token: str) -> Entry:
    """Tell what a token opens, changing nothing that is stored."""
    hashed = token_hash(token)
    entry = _entry(_found(hashed))
    if entry.ballot is not None:
        opened.keep(db.engine, hashed, entry.ballot)
    return entry


def _found(hashed: bytes) -> BallotView | None:
    """Find the ballot of a token, or the claim of one whose dossier the list does not hold.

    A ballot that may be answered is found at once. For all that may not, a claim is looked for,
    whether there is a ballot or not: how long it takes tells unknown codes from no others.
    """
    ballot = ballots.by_token(hashed)
    if ballot and not ballot.spent and ballot.state is RoundState.OPEN:
        return ballot
    return claim_rows.by_token(hashed) or ballot


def _entry(ballot: BallotView | None) -> Entry:
    if ballot is None:
        return UNKNOWN
    if ballot.spent:
        return UNUSABLE
    ahead = ballot.opens_on if ballot.opens_on and clock.today() < ballot.opens_on else None
    if ballot.state in NOT_YET:
        return Entry(Standing.NOT_OPEN, opens_on=ahead)
    if ballot.state is not RoundState.OPEN:
        return UNUSABLE
    # A cell that was made after its round had opened waits for the worker to give it a key.
    if ahead or ballot.public is None:
        return Entry(Standing.NOT_OPEN, opens_on=ahead)
    return Entry(Standing.ANSWERABLE, ballot)


def ballot_of(token: str) -> BallotView | None:
    """Find what the holder of a token is asked about, or was."""
    return _found(token_hash(token))


@lru_cache(maxsize=64)
def questionnaire(questionnaire_hash: str) -> Questionnaire:
    """Read a version that some round uses, once for the life of the process."""
    document = ballots.questionnaire_document(questionnaire_hash)
    assert document is not None
    return read_questionnaire(document)


@lru_cache(maxsize=64)
def _room(questionnaire_hash: str) -> int:
    return sealing.room(questionnaire(questionnaire_hash))


def submit(
    token: str, form: Mapping[str, Sequence[str]], nonce: str, traits: Traits = UNTOLD
) -> Outcome:
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
    return _written([_prepared(token, form, nonce, traits)])[0]


def submit_all(
    submissions: Sequence[tuple[str, Mapping[str, Sequence[str]], str]],
) -> list[Outcome]:
    """Take answers that lie there together, each as `submit` takes one."""
    return _written([_prepared(*submission, UNTOLD) for submission in submissions])


def _written(prepared: Sequence[Outcome | Prepared]) -> list[Outcome]:
    """Do what is left to write, and tell how each answer ended."""
    sealed = [found.sealed for found in prepared if isinstance(found, Prepared)]
    marks = iter(_stored(sealed))
    return [
        _receipted(next(marks), found.sealed.mark, found.code)
        if isinstance(found, Prepared)
        else found
        for found in prepared
    ]


def _stored(answers: Sequence[Sealed]) -> list[bytes | None]:
    on_ballots = [answer for answer in answers if answer.ballot_id != NO_BALLOT]
    # Nothing to write waits for nobody.
    marks = iter(spending.spend_all(db.engine, on_ballots) if on_ballots else ())
    return [
        claims.spend(db.engine, answer) if answer.ballot_id == NO_BALLOT else next(marks)
        for answer in answers
    ]


def _prepared(
    token: str, form: Mapping[str, Sequence[str]], nonce: str, traits: Traits
) -> Outcome | Prepared:
    """Read and seal an answer; give what is left to write, or how it ended without."""
    # First, so that it takes as long for a token that nobody was given.
    mark = tag("accept", nonce.encode("utf-8", "replace"))
    hashed = token_hash(token)
    # What was true when the page was opened is enough: it is written only if it still is.
    ballot = opened.take(db.engine, hashed) or _found(hashed)
    if ballot is None or not is_well_formed(nonce):
        return Outcome(_entry(ballot))
    if ballot.spent:
        return _receipted(ballot.accept, mark, receipt(nonce))
    entry = _entry(ballot)
    if entry.standing is not Standing.ANSWERABLE:
        return Outcome(entry)
    asked = questionnaire(ballot.questionnaire_hash)
    reading = read_answers(asked, form, order_of(nonce))
    if db.session.registry.has():
        db.session.rollback()  # what was read before gives its connection back before we wait
    if reading.faults:
        return Outcome(entry, faults=reading.faults)
    # Otherwise it were not answerable.
    assert ballot.key_id is not None
    assert ballot.public is not None
    code = receipt(nonce)
    box, close = closing(ballot.questionnaire_hash, reading, code, traits, ballot.door)
    sealed = Sealed(
        ballot_id=ballot.id,
        round_id=ballot.round_id,
        cell_id=ballot.cell_id,
        token=hashed,
        mark=mark,
        box_id=box,
        key_id=ballot.key_id,
        ciphertext=close(ballot.public),
        close=close,
    )
    return Prepared(sealed, code)


def closing(
    questionnaire_hash: str, reading: Reading, code: str, traits: Traits, door: Door
) -> tuple[str, Callable[[bytes], bytes]]:
    """Name a box at random, and make the function that closes the answer for a public half."""
    rid, box = two_numbers()
    content = sealing.Content(
        rid=rid,
        answers=reading.answers,
        comment=reading.comment,
        receipt=receipt_hash(code).hex(),
        duration=traits.duration,
        device=traits.device,
        door=door,
    )
    return box, partial(sealing.seal, content=content, least=_room(questionnaire_hash))


def two_numbers() -> tuple[str, str]:
    """Draw two numbers of 128 bits that have nothing to do with each other, in one go."""
    drawn = secrets.token_hex(32)
    return drawn[:32], drawn[32:]


def _receipted(accept: bytes | None, mark: bytes, code: str) -> Outcome:
    """Give the receipt to whoever spent the ballot, each time that they send the form."""
    same = accept is not None and hmac.compare_digest(accept, mark)
    return Outcome(UNUSABLE, receipt=code if same else None)

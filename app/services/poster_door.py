"""The door of a poster: a dossier code and four digits are swapped for that dossier's ballot.

Whether a code is on a list, its digits are wrong or were tried too often, or none are on file:
nobody learns which (decision 0034).
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy.orm import Session

from app.database import writing
from app.models import Token
from app.queries import door_lists
from app.queries.counters import CounterView
from app.queries.door_lists import ListedDossier, OpenRound
from app.services import audiences, claims, contacts, data_keys, door_tries, volunteers
from app.services.data_keys import CONTACT_INDEX
from app.services.errors import ServiceError
from app.services.inserting import insert_new
from app.services.secrets import tag
from app.vocabulary import Door
from sampling.listing import typed_codes
from surveys.links import TOKEN_BYTES, token_hash

DIGITS = 4


class Reply(Enum):
    """What becomes of somebody at the door."""

    OPENED = auto()
    UNLISTED = auto()  # no list holds the code yet, but one might: it can be claimed
    MISSED = auto()


@dataclass(frozen=True)
class Knock:
    """What somebody typed, and what came of it; the token of those who were let in."""

    reply: Reply
    token: str = ""


MISSED = Knock(Reply.MISSED)


def is_open() -> bool:
    """Whether any round takes answers."""
    return bool(door_lists.open_rounds())


def knock(counter: CounterView, code: str, digits: str, door: Door = Door.POSTER) -> Knock:
    """Look for a dossier and check its digits.

    The lists of all open rounds are looked at, for people hand in at one counter what another
    office resolves. A kiosk asks as a poster does, and lets in by a door of its own.
    """
    last = last_digits(digits)
    if not last or not typed_codes.bare(code):
        return MISSED
    rounds = door_lists.open_rounds()
    found = door_lists.listed(rounds, code)
    if found:
        return _checked(found, code, last, door)
    return Knock(Reply.UNLISTED) if _claimable(counter, rounds, code) else MISSED


def last_digits(typed: str) -> str:
    """Read the last four digits; of a whole number typed they are what counts. "" without four.

    Examples
    --------
    >>> last_digits("0901 234 ５６７"), last_digits("456")
    ('4567', '')
    """
    found = "".join(mark for mark in typed_codes.bare(typed) if mark.isdigit())
    return found[-DIGITS:] if len(found) >= DIGITS else ""


def _checked(found: Sequence[ListedDossier], code: str, digits: str, door: Door) -> Knock:
    key = door_tries.key_of(code)
    with writing() as session:
        barred = door_tries.used_up(session, key)
        index = data_keys.present(session, CONTACT_INDEX)
        right = [
            each
            for each in found
            if _equal(each.digits_hash, contacts.digits_hash(index, each.code, digits))
        ]
        if right and not barred:
            door_tries.forget(session, key)
            return Knock(Reply.OPENED, _token(session, right[0], door))
        door_tries.missed(session, key)
    return MISSED


def _equal(on_file: bytes | None, given: bytes | None) -> bool:
    return hmac.compare_digest(on_file or b"", given or b"-")


def _token(session: Session, dossier: ListedDossier, door: Door) -> str:
    """Give the ballot of a dossier the one token that it has through this door."""
    ballot_id = volunteers.ballot_for(session, dossier.round_id, dossier.id)
    token = token_of(ballot_id, door)
    row = {"hash": token_hash(token), "ballot_id": ballot_id, "door": door}
    insert_new(session, Token, [row])
    return token


def token_of(ballot_id: int, door: Door = Door.POSTER) -> str:
    """Derive the token that a door opens a ballot with: the same each time somebody comes."""
    made = tag("door-token", f"{door}:{ballot_id}".encode())[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")


def _claimable(
    counter: CounterView, rounds: Sequence[OpenRound], code: str
) -> tuple[OpenRound, str] | None:
    """Find the round that would take a claim, and the code as its list would spell it."""
    own = rounds_for(counter, rounds)
    spellings = door_lists.forms(own[0]).spellings(code) if own else []
    return (own[0], spellings[0]) if spellings else None


def rounds_for(counter: CounterView, rounds: Sequence[OpenRound] | None = None) -> list[OpenRound]:
    """List the open rounds about a counter's unit: no trial if there is another, citizens first.

    Among those that are alike the newest comes first.
    """
    present = door_lists.open_rounds() if rounds is None else rounds
    own = door_lists.about_unit(present, counter.unit_id)

    def last(found: OpenRound) -> tuple[bool, bool]:
        business = audiences.audience(found.questionnaire_code) == audiences.BUSINESS
        return found.dry_run, business

    return sorted(own, key=last)


def claim(counter: CounterView, code: str, digits: str, door: Door = Door.POSTER) -> str:
    """Give a token for a dossier that no list holds yet; "" if that cannot be any more.

    Its answer waits until the list comes, and the digits are checked then.
    """
    place = _claimable(counter, door_lists.open_rounds(), code)
    last = last_digits(digits)
    if place is None or not last:
        return ""
    found, spelled = place
    try:
        with writing() as session:
            index = data_keys.present(session, CONTACT_INDEX)
            return claims.claim(
                session,
                found.id,
                spelled,
                door=door,
                digits_hash=contacts.digits_hash(index, spelled, last),
                unit_id=counter.unit_id,
                counter_id=counter.id,
            )
    except ServiceError:  # the round ended a moment ago
        return ""

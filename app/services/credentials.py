"""Codes that other software asks for: on a receipt, with a result, on a screen.

Every dossier gets one, whether it was drawn or not, answered or not, listed or not yet: nobody
learns from the reply which. Only hashes are kept, so that a repeated call voids what the earlier
one gave and issues anew, which is counted (decision 0035).
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.database import writing
from app.extensions import db
from app.queries.api_keys import Holder
from app.services import credential_writing, volunteers
from app.services.credential_writing import Call, NoPlaceError, Order, Wish, Written
from app.services.secrets import purpose_key
from app.services.writing_now import Writing, write_now
from app.vocabulary import Door
from surveys.links import TOKEN_BYTES
from surveys.short_codes import RANDOM_BITS, short_code

DRAWN_BYTES = 24
SPARE_BITS = 8 * (DRAWN_BYTES - TOKEN_BYTES) - RANDOM_BITS


class Event(StrEnum):
    """What happened to a dossier when a code for it is asked for."""

    RECEIVED = "received"
    FINISHED = "finished"
    HANDED_OVER = "handed_over"


DOORS = {
    Event.RECEIVED: Door.RECEIPT,
    Event.FINISHED: Door.SLIP,
    Event.HANDED_OVER: Door.SLIP,
}


@dataclass(frozen=True)
class Issued:
    """A code, as it is told once: what a link ends in, and what can be typed."""

    token: str = field(repr=False)
    short_code: str = field(repr=False)
    opens_on: date | None


@dataclass(frozen=True)
class Refused:
    """Why there is no code: the field that is at fault and a word for the fault."""

    name: str
    code: str


def issue(holder: Holder, wish: Wish, secret: str = "") -> Issued | Refused:
    """Issue a code for one dossier; see `issue_all`."""
    return issue_all(holder, [wish], secret)[0]


def issue_all(holder: Holder, wishes: Sequence[Wish], secret: str = "") -> list[Issued | Refused]:
    """Issue codes for several dossiers in one transaction; what cannot have one does not stop it.

    Parameters
    ----------
    secret : str
        The key of the software itself. With it codes are derived for wishes that bear an
        idempotency key, so that they can be told again though they are stored nowhere.

    Returns
    -------
    list of Issued or Refused
        In the order of the wishes. A second wish for a dossier and door is refused: its code
        would void that of the first.

    Raises
    ------
    RevokedKeyError
        If the key does not hold any more.
    """
    orders = tuple(Order(wish, holder.unit_id, *_drawn(wish, secret)) for wish in wishes)
    engine = db.engine
    call = Call(holder.key_id, orders, _units.setdefault(engine, {}))
    if db.session.registry.has():
        db.session.rollback()  # what was read before gives its connection back before we wait
    written = _written(engine, call)
    return [_told(order, found) for order, found in zip(orders, written, strict=True)]


# Numbers of units by code that this process has looked up.
_units: WeakKeyDictionary[Engine, dict[str, int]] = WeakKeyDictionary()
WRITING: Writing[Call, list[Written]] = Writing(credential_writing.write)


def _written(engine: Engine, call: Call) -> list[Written]:
    while True:
        try:
            return write_now(engine, WRITING, call)
        except NoPlaceError as missing:
            # With it come the places of all its units, so that this happens once for a round.
            with writing() as session:
                volunteers.ballot_for(session, missing.round_id, missing.dossier_id)


def _drawn(wish: Wish, secret: str) -> tuple[str, int, bool]:
    """Draw a token and the random part of a short code, or derive both."""
    derived = bool(wish.idempotency and secret)
    if derived:
        text = "\0".join((secret, wish.idempotency, wish.door, wish.dossier_code))
        key = purpose_key("credential")
        drawn = hashlib.blake2b(text.encode(), key=key, digest_size=DRAWN_BYTES).digest()
    else:
        drawn = secrets.token_bytes(DRAWN_BYTES)
    token = base64.urlsafe_b64encode(drawn[:TOKEN_BYTES]).rstrip(b"=").decode("ascii")
    return token, int.from_bytes(drawn[TOKEN_BYTES:], "big") >> SPARE_BITS, derived


def _told(order: Order, written: Written) -> Issued | Refused:
    if written.fault is not None:
        return Refused(*written.fault)
    return Issued(order.token, short_code(written.unit_id, order.number), written.opens_on)

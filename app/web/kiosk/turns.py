"""Whose turn it is at a kiosk, in a sealed cookie that is gone when the turn is over.

The cookie names the one form that belongs to the turn. A page of somebody before, which the
device may still hold, belongs to another form and is not taken: it leads to the first page.
"""

import base64
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from werkzeug.wrappers import Response

from app.services import secrets
from app.web import cookies

COOKIE, PURPOSE = "khaosat_turn", "kiosk turn"
# A page that nobody touches closes long before; this is for a device that was cut off.
SECONDS = 600
Reply = TypeVar("Reply", bound=Response)


class Way(StrEnum):
    """How somebody came to the questions."""

    SESSION = "session"  # a drawn session runs at the counter: everyone served may answer
    DOSSIER = "dossier"
    OPEN = "open"
    DONE = "done"


@dataclass(frozen=True)
class Turn:
    """A turn.

    Attributes
    ----------
    nonce : str
        Of its form; "" when it is done.
    round_id, session_id : int
        0 where the token tells what is asked.
    token : str
        Opens the ballot of a dossier.
    receipt : str
        Of what was sent, once it is done.
    apart : bool
        What is said does not enter the index.
    """

    way: Way
    nonce: str = ""
    round_id: int = 0
    session_id: int = 0
    token: str = ""
    receipt: str = ""
    apart: bool = False


def present() -> Turn | None:
    """Read the turn of this request; None if there is none."""
    try:
        sealed = base64.urlsafe_b64decode(cookies.read(COOKIE))
        found = json.loads(secrets.unseal(PURPOSE, sealed))
    except (InvalidTag, ValueError):
        return None
    return Turn(**{**found, "way": Way(found["way"])})


def keep(reply: Reply, turn: Turn) -> Reply:
    """Let a device remember a turn until its next page."""
    sealed = secrets.seal(PURPOSE, json.dumps(asdict(turn)).encode())
    cookies.remember(reply, COOKIE, base64.urlsafe_b64encode(sealed).decode(), SECONDS)
    return reply


def end(reply: Reply) -> Reply:
    """Let a device forget whose turn it was, and any code or receipt."""
    for name in (COOKIE, cookies.TICKET, cookies.RECEIPT):
        cookies.remember(reply, name, "", 0)
    return reply

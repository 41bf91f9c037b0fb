"""Letting people in by a dossier code and four digits, at a poster or at a kiosk."""

from collections.abc import Mapping, Sequence
from enum import Enum, auto

from app.queries.counters import CounterView
from app.services import poster_door
from app.services.poster_door import Reply
from app.vocabulary import Door
from app.web import guessing
from app.web.guessing import Kind
from app.web.question_page import first


class Refusal(Enum):
    """Why somebody is not let in; which part was wrong is told to nobody."""

    MISSED = auto()
    WAIT = auto()  # too many wrong tries came from this network


def admitted(
    counter: CounterView, form: Mapping[str, Sequence[str]], door: Door = Door.POSTER
) -> str | Refusal:
    """Give the token of whoever knows a dossier's digits, or whose dossier is not listed yet."""
    typed = first(form, "dossier"), first(form, "digits")
    found = poster_door.knock(counter, *typed, door)
    token = found.token
    if found.reply is Reply.UNLISTED:
        if guessing.full(Kind.CLAIM, missed=True):
            return Refusal.WAIT
        token = poster_door.claim(counter, *typed, door)
    if token:
        return token
    return Refusal.WAIT if guessing.full(Kind.DOOR, missed=True) else Refusal.MISSED

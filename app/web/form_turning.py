"""How the pages of a form follow one another, whatever door it was opened by.

A door says what is asked and about whom (`Asking`), and stores the form once it is whole. Between
that all doors do the same: a page that is sent is followed by another one, or shown again with
what is to be mended.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.protection import Protection
from app.services.responding import Traits
from app.web import cookies, headers, replies
from app.web.cookies import RECEIPT
from app.web.filling import SO_FAR, Filled, Form, Shown, to_mend, turned
from app.web.question_page import STARTED, entered, first, language_of, rendered, returned
from surveys.errors import Fault
from surveys.links import is_well_formed, new_token
from surveys.questionnaire import Questionnaire

REFUSED = 422


@dataclass(frozen=True)
class Asking:
    """What the pages of a form have in common.

    Attributes
    ----------
    version : str
        What its carried answers are sealed for, as a rule the hash of the questionnaire: they
        open in no other form.
    """

    asked: Questionnaire
    version: str
    protection: Protection
    unit_name: str
    dry_run: bool

    @property
    def language(self) -> str:
        """The language to ask this visitor in."""
        return language_of(self.asked, replies.wanted())


@dataclass(frozen=True)
class Sent:
    """A page that came back, and what it tells about the answering."""

    form: dict[str, list[str]]
    nonce: str
    traits: Traits

    @property
    def started(self) -> str:
        """The first start, to go on with; where it is missing, a new one would quicken the slow."""
        return first(self.form, STARTED) if self.traits.duration else ""


@dataclass(frozen=True)
class Page:
    """A page of questions that is to be shown.

    Attributes
    ----------
    unsent : bool
        The form came without its number, and has to be sent once more.
    refused : bool
        It is what was sent, for something is to be mended.
    """

    shown: Shown
    nonce: str
    started: str
    unsent: bool = False
    refused: bool = False


def sent(form: dict[str, list[str]]) -> Sent:
    """Read what goes with every page."""
    return Sent(form, *returned(form, request.user_agent.string))


def turn(asking: Asking, came: Sent) -> Page | Filled:
    """Say what follows a page of a form that has several; any other form is filled."""
    if SO_FAR not in came.form or not is_well_formed(came.nonce):
        return Filled(came.form)
    step = turned(asking.asked, asking.version, came.form, came.nonce)
    if isinstance(step, Filled):
        return step
    return Page(step, came.nonce, came.started, refused=bool(step.faults))


def mending(
    asking: Asking,
    came: Sent,
    filled: Form,
    faults: Mapping[str, Fault],
) -> Page:
    """Go back to what is to be mended in a form that was not taken, or came without its number."""
    fresh = came.nonce if is_well_formed(came.nonce) else new_token()
    unsent = fresh != came.nonce and entered(asking.asked, came.form)
    shown = to_mend(asking.asked, fresh, filled, faults)
    return Page(shown, fresh, came.started, unsent, refused=True)


def show(asking: Asking, page: Page, **place: Any) -> Response:
    """Render a page.

    Parameters
    ----------
    place
        Where the door wants something else than the pages of `/q`: `links` of the languages,
        the `action` of the form, and what its templates need.
    """
    text = rendered(
        asking.asked,
        asking.language,
        asking.protection,
        dry_run=asking.dry_run,
        nonce=page.nonce,
        started=page.started,
        unit_name=asking.unit_name,
        shown=page.shown,
        version=asking.version,
        unsent=page.unsent,
        **place,
    )
    return make_response(text, REFUSED if page.refused else 200)


def received(to: str, receipt: str) -> AnyResponse:
    """Lead to the thanks, with the receipt code in a cookie that is soon forgotten."""
    reply = redirect(to, 303)
    reply.headers.update(headers.BARE)
    return cookies.remember(reply, RECEIPT, receipt, cookies.RECEIPT_SECONDS)

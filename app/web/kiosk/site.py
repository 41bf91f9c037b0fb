"""The blueprint of the kiosk, and what its pages have in common: a device, a time, no traces."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.queries import counters
from app.queries.counters import CounterView
from app.services import kiosks
from app.web import cookies, guessing, replies
from app.web.kiosk import turns
from app.web.question_page import language_links

blueprint = Blueprint("kiosk", __name__, url_prefix="/k")
# The cookies are SameSite=Lax and the origin is checked, as for the pages of questions.
csrf.exempt(blueprint)

DEVICE = "khaosat_kiosk"
YEAR = 365 * 24 * 3600
MISSED = 422


@dataclass(frozen=True)
class Limit:
    """How long a page stays when nobody presses anything; it says so before, and gives more.

    Attributes
    ----------
    more : str
        Address that gives the page more time; "" where a button of its form does.
    """

    seconds: int
    more: str = ""


# Choosing takes a moment; reading and writing take longer, and no script sees somebody type.
SHORT, LONG = 60, 180


def the_counter() -> CounterView | None:
    """Find the counter at which this device stands; None if it is no kiosk, or switched off.

    Pages that are sent note the day; a GET changes nothing.
    """
    if "kiosk_counter" not in g:
        found = kiosks.known(cookies.read(DEVICE))
        if found and request.method == "POST":
            kiosks.used(found)
        counter = counters.one(found.counter_id) if found else None
        g.kiosk_counter = counter if counter and counter.active else None
    counter_: CounterView | None = g.kiosk_counter
    return counter_


def page(
    template: str,
    status: int = 200,
    limit: Limit | None = None,
    endpoint: str = "",
    offered: Sequence[str] | None = None,
    **context: Any,
) -> Response:
    """Render a page of the kiosk in the language of the turn.

    Parameters
    ----------
    endpoint : str
        The page itself, where its head offers other languages: those of all pages, or `offered`.
    """
    language, counter = replies.locale(), the_counter()
    words = replies.offered(language) if offered is None else offered
    with force_locale(language):
        text = render_template(
            template,
            locale=language,
            languages=language_links(words, language, endpoint) if endpoint else [],
            office_name=counter.unit_name if counter else "",
            counter=counter,
            kiosk=limit or Limit(0),
            **context,
        )
    return closing_by_itself(make_response(text, status), limit)


def closing_by_itself(reply: Response, limit: Limit | None) -> Response:
    """Let a page give way to the first one when its time is over."""
    if limit is not None:
        over = url_for(".idle", over=1)
        reply.headers["Refresh"] = f"{limit.seconds}; url={over}"
    return reply


def to_idle() -> AnyResponse:
    """Lead to the first page, which forgets everything."""
    return turns.end(redirect(url_for(".idle"), 303))


def message(kind: str, status: int = replies.SHUT) -> Response:
    """Say why there are no questions, for a minute; the turn is over."""
    reply = page("kiosk/message.html", status, Limit(SHORT), kind=kind)
    if status == replies.WAIT:
        reply.headers["Retry-After"] = str(guessing.RETRY_SECONDS)
    turns.end(reply)
    return reply


def asked_language() -> str:
    """Give the language of the turn, to go on in it."""
    return request.args.get("lang") or replies.locale()


@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Tell a person kindly that a form could not be read."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return message("elsewhere", error.code)

"""The blueprint of a counter's pages, which need no sign-in, no session and no script."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.queries import counters
from app.queries.counters import CounterView
from app.web import guessing, replies
from app.web.question_page import language_links
from app.web.templating import RESPONDENT_LANGUAGES

blueprint = Blueprint("door", __name__, url_prefix="/c/<code>")
# The ticket is SameSite=Lax and the origin is checked, as for the pages of questions.
csrf.exempt(blueprint)

MISSED, GONE = 422, 404


@blueprint.url_defaults
def same_counter(_endpoint: str, values: dict[str, Any]) -> None:
    """Let the pages of one counter lead to each other without naming it each time."""
    here = (request.view_args or {}) if request else {}
    if "code" in here:
        values.setdefault("code", here["code"])


def the_counter(code: str) -> CounterView | None:
    """Find the counter of an address, unless it is switched off."""
    found = counters.by_code(code)
    return found if found and found.active else None


def page(
    template: str,
    status: int = 200,
    counter: CounterView | None = None,
    endpoint: str = ".enter",
    **context: Any,
) -> Response:
    """Render a page of a counter in the visitor's language; it repeats nothing that was typed."""
    language = replies.locale()
    with force_locale(language):
        text = render_template(
            template,
            locale=language,
            languages=language_links(replies.offered(language), language, endpoint),
            privacy_url=url_for("receipts.privacy", lang=language),
            counter=counter,
            office_name=counter.unit_name if counter else "",
            lang=asked_language(),
            **context,
        )
    return make_response(text, status)


def asked_language() -> str | None:
    """Give the language that the address names, to go on in it."""
    asked = request.args.get("lang")
    return asked if asked in RESPONDENT_LANGUAGES else None


def unknown() -> Response:
    """Say that an address names no counter in use."""
    return page("door/unknown.html", GONE)


def closed(counter: CounterView) -> Response:
    """Say that no round takes answers now."""
    return page("door/closed.html", replies.SHUT, counter)


def too_many(counter: CounterView) -> Response:
    """Ask to wait; for how long is the same for everybody."""
    reply = page("door/wait.html", replies.WAIT, counter)
    reply.headers["Retry-After"] = str(guessing.RETRY_SECONDS)
    return reply


@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Tell a person kindly that a form could not be read."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return page("door/elsewhere.html", error.code)

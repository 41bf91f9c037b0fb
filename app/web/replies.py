"""A respondent's pages without questions: the same for everybody, rendered once for a language."""

from functools import lru_cache

from flask import Response, current_app, render_template, request, url_for
from flask_babel import force_locale

from app.services.responding import Entry, Standing
from app.web import cookies, guessing, headers
from app.web.guessing import Kind
from app.web.question_page import CSP, language_links
from app.web.splicing import Spliced
from app.web.templating import LANGUAGE, LANGUAGES, RESPONDENT_LANGUAGES

HTML = "text/html; charset=utf-8"
VARY = "Accept-Encoding, Cookie"
LARGEST_FORM = 128 * 1024
MOST_FIELDS = 1000
# One status for every page that has no questions for a code, so that it tells nothing about it.
SHUT, WAIT = 410, 429


def wanted() -> list[str | None]:
    """List the languages a visitor would like, the most recent wish first."""
    settings = current_app.config["KHAOSAT"]
    return [request.args.get("lang"), request.cookies.get(LANGUAGE), settings.locale]


def locale() -> str:
    """Choose the language of a page that no questionnaire has part in."""
    found = (word for word in wanted() if word in RESPONDENT_LANGUAGES)
    return next(found, None) or LANGUAGES[0]


def offered(language: str) -> tuple[str, ...]:
    """List the languages of a page: those of all, and the one in which somebody came."""
    return tuple(dict.fromkeys((*LANGUAGES, language)))


def page(template: str, endpoint: str = "respond.questions", **context: object) -> str:
    """Render a page in the visitor's language.

    Parameters
    ----------
    endpoint : str
        The page that the links of the languages lead to.
    """
    return _rendered(template, locale(), endpoint, **context)


def fixed(template: str, status: int, endpoint: str = "respond.questions") -> Response:
    """Send a page in which nothing but the nonce differs from one visitor to the next."""
    found = _blank(template, locale(), endpoint)
    return Response(found.plain({CSP: headers.nonce()}), status, content_type=HTML)


@lru_cache(maxsize=64)
def _blank(template: str, language: str, endpoint: str) -> Spliced:
    return Spliced(_rendered(template, language, endpoint, csp_nonce=CSP), (CSP,))


def _rendered(template: str, language: str, endpoint: str, **context: object) -> str:
    with force_locale(language):
        return render_template(
            template,
            locale=language,
            languages=language_links(offered(language), language, endpoint),
            privacy_url=url_for("receipts.privacy", lang=language),
            **context,
        )


def shut(entry: Entry) -> Response:
    """Say why there are no questions; unknown, voided, spent and closed look the same.

    Whoever tries one wrong code after the other is told to wait, whatever the last one was.
    """
    ticket = cookies.read(cookies.TICKET)
    if guessing.full(Kind.TOKEN, missed=bool(ticket) and not entry.issued):
        return too_many()
    if not ticket:
        return fixed("respond/no_code.html", SHUT)
    if entry.opens_on:
        dated = page("respond/early.html", opens_on=entry.opens_on)
        return Response(dated, SHUT, content_type=HTML)
    early = entry.standing is Standing.NOT_OPEN
    return fixed("respond/early.html" if early else "respond/shut.html", SHUT)


def too_many() -> Response:
    """Ask to wait; for how long is the same for everybody too."""
    reply = fixed("respond/wait.html", WAIT)
    reply.headers["Retry-After"] = str(guessing.RETRY_SECONDS)
    return reply

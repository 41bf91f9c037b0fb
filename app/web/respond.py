"""The pages of a respondent: no sign-in, no session, no script; only the POST changes anything."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import force_locale
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.services import responding
from app.services.responding import Entry, Standing
from app.web import access, headers
from app.web.question_page import (
    NONCE,
    blank,
    entered,
    filling,
    interface_locale,
    language_links,
    language_of,
    rendered,
)
from app.web.templating import LANGUAGE, LANGUAGES
from surveys.links import is_well_formed, new_token, read_receipt

blueprint = Blueprint("respond", __name__, url_prefix="/q")
# The cookie is SameSite=Lax and the origin is checked below.
csrf.exempt(blueprint)

TICKET, RECEIPT = "khaosat_ticket", "khaosat_receipt"
RECEIPT_SECONDS = 600
LARGEST_FORM = 128 * 1024
MOST_FIELDS = 1000
# One status for every page without questions, so that it tells nothing about a code.
SHUT = 410


@blueprint.get("/<token>")
@access.respondent
def follow(token: str) -> AnyResponse:
    """Take the code out of the address: it goes on in a cookie."""
    reply = redirect(url_for(".questions", lang=request.args.get("lang")), 303)
    return _remember(reply, TICKET, token if is_well_formed(token) else "-")


@blueprint.get("")
@access.respondent
def questions() -> Response:
    """Show all questions on one page."""
    entry = responding.enter(_cookie(TICKET))
    if entry.ballot is None:
        return _shut(entry)
    ballot = entry.ballot
    language = language_of(responding.questionnaire(ballot.questionnaire_hash), _wanted())
    page = blank(ballot.questionnaire_hash, language, ballot.dry_run)
    words = filling(headers.nonce(), new_token(), ballot.unit_name)
    if request.accept_encodings["gzip"] > 0:
        reply = Response(page.gzipped(words), content_type="text/html; charset=utf-8")
        reply.headers["Content-Encoding"] = "gzip"
    else:
        reply = Response(page.plain(words), content_type="text/html; charset=utf-8")
    reply.headers["Vary"] = "Accept-Encoding, Cookie"
    return reply


@blueprint.post("")
@access.respondent
def submit() -> AnyResponse:
    """Seal the answers and spend the ballot, then thank the person."""
    if not _from_our_page():
        return _page("respond/elsewhere.html", 403)
    form = _form()
    nonce = next(iter(form.get(NONCE, ())), "")
    fresh = is_well_formed(nonce)
    outcome = responding.submit(_cookie(TICKET), form, nonce)
    if outcome.receipt:
        reply = redirect(url_for(".thanks", lang=request.args.get("lang")), 303)
        return _remember(reply, RECEIPT, outcome.receipt, RECEIPT_SECONDS)
    if outcome.entry.ballot is None:
        return _shut(outcome.entry)
    ballot = outcome.entry.ballot
    asked = responding.questionnaire(ballot.questionnaire_hash)
    page = rendered(
        asked,
        language_of(asked, _wanted()),
        dry_run=ballot.dry_run,
        nonce=nonce if fresh else new_token(),
        unit_name=ballot.unit_name,
        form=form,
        faults=outcome.faults,
        unsent=not fresh and entered(asked, form),
    )
    return make_response(page, 422)


@blueprint.get("/thanks")
@access.respondent
def thanks() -> AnyResponse:
    """Show the receipt code of the answer just given."""
    code = read_receipt(_cookie(RECEIPT))
    if code is None:
        return redirect(url_for(".questions", lang=request.args.get("lang")), 303)
    ballot = responding.ballot_of(_cookie(TICKET))
    if ballot is None:
        return _page("respond/thanks.html", 200, code=code, words="", endpoint=".thanks")
    asked = responding.questionnaire(ballot.questionnaire_hash)
    return _page(
        "respond/thanks.html",
        200,
        code=code,
        words=asked.thanks.in_language(language_of(asked, _wanted())),
        dry_run=ballot.dry_run,
        endpoint=".thanks",
    )


@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Tell a person kindly that a form could not be read."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return _page("respond/elsewhere.html", error.code)


def _shut(entry: Entry) -> Response:
    """Say why there are no questions; unknown, void, spent and closed look the same."""
    return _page("respond/shut.html", SHUT, early=entry.standing is Standing.NOT_OPEN)


def _page(
    template: str, status: int, *, endpoint: str = ".questions", **context: object
) -> Response:
    language = next((word for word in _wanted() if word in LANGUAGES), LANGUAGES[0])
    locale = interface_locale(str(language))
    with force_locale(locale):
        page = render_template(
            template,
            locale=locale,
            languages=language_links(LANGUAGES, locale, endpoint),
            **context,
        )
    return make_response(page, status)


def _wanted() -> list[str | None]:
    """List the languages a visitor would like, the most recent wish first."""
    settings = current_app.config["KHAOSAT"]
    return [request.args.get("lang"), request.cookies.get(LANGUAGE), settings.locale]


def _form() -> dict[str, list[str]]:
    request.max_content_length = LARGEST_FORM
    request.max_form_memory_size = LARGEST_FORM
    request.max_form_parts = MOST_FIELDS
    return request.form.to_dict(flat=False)


def _from_our_page() -> bool:
    """Tell whether a form comes from our own page.

    With ``Referrer-Policy: no-referrer`` a browser sends ``Origin: null`` even to the site
    itself, so that only a named foreign origin counts against a form.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    ours = {request.host, urlsplit(current_app.config["KHAOSAT"].address).netloc}
    return origin == "null" or origin.partition("://")[2] in ours


def _name(name: str) -> str:
    return f"__Host-{name}" if current_app.config["KHAOSAT"].secure else name


def _cookie(name: str) -> str:
    return request.cookies.get(_name(name), "")


def _remember(reply: AnyResponse, name: str, value: str, seconds: int | None = None) -> AnyResponse:
    reply.set_cookie(
        _name(name),
        value,
        max_age=seconds,
        secure=current_app.config["KHAOSAT"].secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )
    return reply

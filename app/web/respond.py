"""The pages of a respondent: no sign-in, no session, no script; only the POST changes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.queries.ballots import BallotView
from app.services import responding
from app.services.responding import Traits
from app.web import access, cookies, errors, guessing, headers, quick, replies
from app.web.cookies import RECEIPT, TICKET
from app.web.filling import SO_FAR, Filled, Shown, to_mend, turned
from app.web.guessing import Kind
from app.web.question_page import (
    STARTED,
    asking,
    entered,
    first,
    language_of,
    protection_of,
    rendered,
    returned,
)
from app.web.sent_forms import form_of_page, from_our_page
from surveys.links import is_well_formed, new_token, read_receipt

blueprint = Blueprint("respond", __name__, url_prefix="/q")
# The cookie is SameSite=Lax and the origin is checked below.
csrf.exempt(blueprint)

# What a messenger may take for a part of the address that it follows.
AROUND = ".,;:!?)]}>'\"/…”’»"
NO_TOKEN = "-"  # noqa: S105  (it stands for none)


@blueprint.before_request
def tell_fault() -> None:
    """Make a page of what happened before Flask was asked.

    Raises
    ------
    Exception
        The fault that `quick` found.
    """
    fault: Exception | None = request.environ.get(quick.FAULT)
    if fault is not None:
        raise fault


@blueprint.get("/<token>", strict_slashes=False)
@access.respondent
def follow(token: str) -> AnyResponse:
    """Take the code out of the address: it goes on in a cookie."""
    token = token.rstrip(AROUND)
    token = token if is_well_formed(token) else NO_TOKEN
    # Whether it opens anything is looked up on the next page, but for those who guess.
    if guessing.full(Kind.TOKEN) and responding.enter(token).ballot is None:
        return replies.too_many()
    reply = redirect(url_for(".questions", lang=request.args.get("lang")), 303)
    return cookies.remember(reply, TICKET, token)


@blueprint.get("", strict_slashes=False)
@access.respondent
def questions() -> Response:
    """Show all questions on one page."""
    entry = request.environ.get(quick.FOUND) or responding.enter(cookies.read(TICKET))
    if entry.ballot is None:
        return replies.shut(entry)
    packed = request.accept_encodings["gzip"] > 0
    page = asking(entry.ballot, replies.wanted(), headers.nonce(), new_token(), packed=packed)
    reply = Response(page, content_type=replies.HTML)
    if packed:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = replies.VARY
    return reply


@blueprint.post("")
@access.respondent
def submit() -> AnyResponse:
    """Seal the answers and spend the ballot, then thank the person."""
    if not from_our_page():
        return replies.fixed("respond/elsewhere.html", 403)
    form = form_of_page()
    nonce, traits = returned(form, request.user_agent.string)
    outcome = request.environ.get(quick.FOUND)
    filled: Mapping[str, Sequence[str]] = form
    if outcome is None:
        step = _turned(form, nonce)
        if isinstance(step, Asked):
            return _page(step.ballot, step.shown, form, nonce, traits)
        filled = step.form
        outcome = responding.submit(cookies.read(TICKET), filled, nonce, traits)
    if outcome.receipt:
        reply = redirect(url_for(".thanks", lang=request.args.get("lang")), 303)
        reply.headers.update(headers.BARE)
        return cookies.remember(reply, RECEIPT, outcome.receipt, cookies.RECEIPT_SECONDS)
    ballot = outcome.entry.ballot
    if ballot is None:
        return replies.shut(outcome.entry)
    asked = responding.questionnaire(ballot.questionnaire_hash)
    fresh = nonce if is_well_formed(nonce) else new_token()
    unsent = fresh != nonce and entered(asked, form)
    shown = to_mend(asked, fresh, filled, outcome.faults)
    return _page(ballot, shown, form, fresh, traits, status=422, unsent=unsent)


@dataclass(frozen=True)
class Asked:
    """A page that the holder of a ballot is to see."""

    ballot: BallotView
    shown: Shown


def _turned(form: Mapping[str, Sequence[str]], nonce: str) -> Asked | Filled:
    """Say what follows a page of a form that has several; any other form is filled."""
    ballot = responding.enter(cookies.read(TICKET)).ballot if SO_FAR in form else None
    if ballot is None or not is_well_formed(nonce):
        return Filled(form)
    version = ballot.questionnaire_hash
    step = turned(responding.questionnaire(version), version, form, nonce)
    return Asked(ballot, step) if isinstance(step, Shown) else step


def _page(
    ballot: BallotView,
    shown: Shown,
    form: Mapping[str, Sequence[str]],
    nonce: str,
    traits: Traits,
    *,
    status: int | None = None,
    unsent: bool = False,
) -> Response:
    """Show a page of the form that was sent: another one, or again what is to be mended."""
    asked = responding.questionnaire(ballot.questionnaire_hash)
    page = rendered(
        asked,
        language_of(asked, replies.wanted()),
        protection_of(ballot.door),
        dry_run=ballot.dry_run,
        nonce=nonce,
        # The first start goes on; where it is missing, a new one would make slow people quick.
        started=first(form, STARTED) if traits.duration else "",
        unit_name=ballot.unit_name,
        shown=shown,
        version=ballot.questionnaire_hash,
        unsent=unsent,
    )
    return make_response(page, status or (422 if shown.faults else 200))


@blueprint.get("/thanks")
@access.respondent
def thanks() -> AnyResponse:
    """Show the receipt code of the answer just given."""
    code = read_receipt(cookies.read(RECEIPT))
    if code is None:
        return redirect(url_for(".questions", lang=request.args.get("lang")), 303)
    ballot = responding.ballot_of(cookies.read(TICKET))
    words, dry_run = "", False
    if ballot is not None:
        asked = responding.questionnaire(ballot.questionnaire_hash)
        words = asked.thanks.in_language(language_of(asked, replies.wanted()))
        dry_run = ballot.dry_run
    page = replies.page("respond/thanks.html", ".thanks", code=code, words=words, dry_run=dry_run)
    return make_response(page)


@blueprint.errorhandler(HTTPException)
def refused(error: HTTPException) -> AnyResponse:
    """Tell a person kindly that a form could not be read."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return replies.fixed("respond/elsewhere.html", error.code)


@blueprint.app_errorhandler(MethodNotAllowed)
def wrong_method(error: MethodNotAllowed) -> AnyResponse:
    """Say which methods there are; to respondents on a page of theirs."""
    if request.path.split("/")[1] in {"q", "c"}:
        reply = replies.fixed("respond/elsewhere.html", 405)
    else:
        reply = make_response(errors.page(405))
    reply.allow.update(error.valid_methods or ())
    return reply

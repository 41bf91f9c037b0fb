"""The pages of a respondent: no sign-in, no session, no script; only the POST changes anything."""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from app.extensions import csrf
from app.queries.ballots import BallotView
from app.services import responding
from app.web import access, cookies, errors, guessing, headers, quick, replies
from app.web.cookies import RECEIPT, TICKET
from app.web.filling import SO_FAR, Filled
from app.web.form_turning import Asking, Page, mending, received, sent, show, turn
from app.web.guessing import Kind
from app.web.question_page import asking, language_of, protection_of
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
    came = sent(form_of_page())
    outcome, filled = request.environ.get(quick.FOUND), Filled(came.form)
    if outcome is None:
        # Whose ballot it is is looked up beforehand only where there are several pages.
        turning = responding.enter(cookies.read(TICKET)).ballot if SO_FAR in came.form else None
        if turning is not None:
            step = turn(_about(turning), came)
            if isinstance(step, Page):
                return show(_about(turning), step)
            filled = step
        outcome = responding.submit(cookies.read(TICKET), filled.form, came.nonce, came.traits)
    if outcome.receipt:
        return received(url_for(".thanks", lang=request.args.get("lang")), outcome.receipt)
    ballot = outcome.entry.ballot
    if ballot is None:
        return replies.shut(outcome.entry)
    return show(_about(ballot), mending(_about(ballot), came, filled.form, outcome.faults))


def _about(ballot: BallotView) -> Asking:
    return Asking(
        responding.questionnaire(ballot.questionnaire_hash),
        ballot.questionnaire_hash,
        protection_of(ballot.door),
        ballot.unit_name,
        ballot.dry_run,
    )


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
    if request.path.split("/")[1] in {"q", "c", "k"}:
        reply = replies.fixed("respond/elsewhere.html", 405)
    else:
        reply = make_response(errors.page(405))
    reply.allow.update(error.valid_methods or ())
    return reply

"""The form of people without a dossier: the same questions, shown apart and never in the index."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.protection import OF_DOORS
from app.queries.counters import CounterView
from app.queries.door_lists import OpenRound
from app.services import durations, open_forms, poster_door, responding
from app.services.responding import Standing
from app.vocabulary import Door
from app.web import access, cookies, replies
from app.web.cookies import RECEIPT
from app.web.door import site
from app.web.door.site import blueprint
from app.web.filling import beginning
from app.web.form_turning import Asking, Page, mending, received, sent, show, turn
from app.web.question_page import language_links, language_of
from app.web.sent_forms import form_of_page, from_our_page
from surveys.links import is_well_formed, new_token, read_receipt

ROUND = "round"


@blueprint.get("/open", strict_slashes=False)
@access.respondent
def open_form(code: str) -> AnyResponse:
    """Show the questions of the round that is open for the counter's unit."""
    counter = site.the_counter(code)
    if counter is None:
        return site.unknown()
    found = the_round(counter)
    if found is None:
        return site.closed(counter)
    about, nonce = _about(counter, found), new_token()
    first = Page(beginning(about.asked, nonce), nonce, durations.started(nonce))
    return questions(about, found, first)


@blueprint.post("/open", strict_slashes=False)
@access.respondent
def submit(code: str) -> AnyResponse:
    """Seal the answers apart from those about dossiers, then thank the person."""
    if not from_our_page():
        return site.page("door/elsewhere.html", 403)
    form, counter = form_of_page(), site.the_counter(code)
    if counter is None:
        return site.unknown()
    found = the_round(counter, request.args.get(ROUND, ""))
    if found is None:
        return site.closed(counter)
    return taken(counter, found, form)


def taken(counter: CounterView, found: OpenRound, form: dict[str, list[str]]) -> AnyResponse:
    """Take a page: another one follows, or the form is whole and is stored."""
    about, came = _about(counter, found), sent(form)
    step = turn(about, came)
    if isinstance(step, Page):
        return questions(about, found, step)
    outcome = open_forms.submit(
        found.id, counter.id, counter.unit_id, step.form, came.nonce, came.traits
    )
    if outcome.receipt:
        to = url_for(".thanks", lang=request.args.get("lang"), round=found.id)
        return received(to, outcome.receipt)
    if outcome.faults or not is_well_formed(came.nonce):
        return questions(about, found, mending(about, came, step.form, outcome.faults))
    early = outcome.entry.standing is Standing.NOT_OPEN
    return site.page("door/early.html", replies.SHUT, counter) if early else site.closed(counter)


@blueprint.get("/thanks")
@access.respondent
def thanks(code: str) -> AnyResponse:
    """Show the receipt code of the form just sent."""
    counter, receipt = site.the_counter(code), read_receipt(cookies.read(RECEIPT))
    if counter is None:
        return site.unknown()
    if receipt is None:
        return redirect(url_for(".enter", lang=request.args.get("lang")), 303)
    found = the_round(counter, request.args.get(ROUND, ""))
    words = ""
    if found is not None:
        asked = responding.questionnaire(found.questionnaire_hash)
        words = asked.thanks.in_language(language_of(asked, replies.wanted()))
    return site.page(
        "door/thanks.html",
        counter=counter,
        endpoint=".thanks",
        code=receipt,
        words=words,
        dry_run=found is not None and found.dry_run,
    )


def the_round(counter: CounterView, wanted: str = "") -> OpenRound | None:
    """Find the round of the form: that of the page which comes back, else the first of the unit."""
    rounds = poster_door.rounds_for(counter)
    named = [found for found in rounds if str(found.id) == wanted]
    return next(iter(named or ([] if wanted else rounds)), None)


def _about(counter: CounterView, found: OpenRound) -> Asking:
    return Asking(
        responding.questionnaire(found.questionnaire_hash),
        found.questionnaire_hash,
        OF_DOORS[Door.OPEN],
        counter.unit_name,
        found.dry_run,
    )


def questions(about: Asking, found: OpenRound, page: Page) -> Response:
    """Render a page of questions; everything that is asked of the pages of `/q` is asked here."""
    return show(
        about,
        page,
        links=language_links(about.asked.languages, about.language, ".open_form"),
        apart=True,
        action=url_for(".submit", lang=about.language, round=found.id),
    )

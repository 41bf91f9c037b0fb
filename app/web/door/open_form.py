"""The form of people without a dossier: the same questions, shown apart and never in the index."""

from collections.abc import Mapping, Sequence

from flask import Response, make_response, redirect, request, url_for
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
from app.web.door.site import MISSED, blueprint
from app.web.filling import SO_FAR, Shown, beginning, to_mend, turned
from app.web.question_page import (
    STARTED,
    entered,
    first,
    language_links,
    language_of,
    rendered,
    returned,
)
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
    nonce = new_token()
    asked = responding.questionnaire(found.questionnaire_hash)
    return questions(counter, found, nonce, durations.started(nonce), beginning(asked, nonce))


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
    nonce, traits = returned(form, request.user_agent.string)
    # The first start goes on; where it is missing, a new one would make slow people quick.
    started = first(form, STARTED) if traits.duration else ""
    asked = responding.questionnaire(found.questionnaire_hash)
    filled: Mapping[str, Sequence[str]] = form
    if SO_FAR in form and is_well_formed(nonce):
        step = turned(asked, found.questionnaire_hash, form, nonce)
        if isinstance(step, Shown):
            return questions(counter, found, nonce, started, step)
        filled = step.form
    outcome = open_forms.submit(found.id, counter.id, counter.unit_id, filled, nonce, traits)
    if outcome.receipt:
        to = url_for(".thanks", lang=request.args.get("lang"), round=found.id)
        reply = redirect(to, 303)
        return cookies.remember(reply, RECEIPT, outcome.receipt, cookies.RECEIPT_SECONDS)
    fresh = nonce if is_well_formed(nonce) else new_token()
    if outcome.faults or fresh != nonce:
        shown = to_mend(asked, fresh, filled, outcome.faults)
        unsent = fresh != nonce and entered(asked, form)
        return questions(counter, found, fresh, started, shown, status=MISSED, unsent=unsent)
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
        receipt_code=receipt,
        words=words,
        dry_run=found is not None and found.dry_run,
    )


def the_round(counter: CounterView, wanted: str = "") -> OpenRound | None:
    """Find the round of the form: that of the page which comes back, else the first of the unit."""
    rounds = poster_door.rounds_for(counter)
    named = [found for found in rounds if str(found.id) == wanted]
    return next(iter(named or ([] if wanted else rounds)), None)


def questions(
    counter: CounterView,
    found: OpenRound,
    nonce: str,
    started: str,
    shown: Shown,
    *,
    status: int | None = None,
    unsent: bool = False,
) -> Response:
    """Render a page of questions; everything that is asked of the pages of `/q` is asked here."""
    asked = responding.questionnaire(found.questionnaire_hash)
    language = language_of(asked, replies.wanted())
    page = rendered(
        asked,
        language,
        OF_DOORS[Door.OPEN],
        dry_run=found.dry_run,
        nonce=nonce,
        started=started,
        unit_name=counter.unit_name,
        shown=shown,
        version=found.questionnaire_hash,
        links=language_links(asked.languages, language, ".open_form"),
        unsent=unsent,
        apart=True,
        action=url_for(".submit", lang=language, round=found.id),
    )
    return make_response(page, status or (MISSED if shown.faults else 200))

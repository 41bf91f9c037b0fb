"""A turn's questions, one on a page, and the thanks after them.

Nothing is written before the last page is sent. What was answered travels in the pages, which
nobody keeps; only the form of the present turn is taken.
"""

from dataclasses import dataclass, replace

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.protection import NAMES as PROTECTIONS, OF_DOORS, PROMISES
from app.queries import rounds
from app.queries.counters import CounterView
from app.services import durations, kiosk_turns, open_forms, responding
from app.services.kiosk_turns import Begun
from app.services.responding import Outcome, Standing
from app.vocabulary import Door, RoundState
from app.web import access, form_state, headers
from app.web.filling import BACK, SO_FAR, Form, Shown, asked_again, beginning
from app.web.form_turning import Asking, Page, Sent, mending, sent, show, turn
from app.web.kiosk import site, turns
from app.web.kiosk.one_by_one import one_by_one
from app.web.kiosk.site import LONG, SHORT, Limit, blueprint
from app.web.kiosk.turns import Turn, Way
from app.web.question_page import first, language_links
from app.web.question_views import page_codes
from app.web.sent_forms import form_of_page, from_our_page
from surveys.ordering import ORDER_COLUMN

# Kinds that are answered by a touch; all others take reading or writing.
TOUCHED = frozenset({"scale", "single_choice", "yes_no"})


@dataclass(frozen=True)
class Present:
    """The turn of this request, where, and what it asks."""

    turn: Turn
    counter: CounterView
    about: Asking


@blueprint.get("/intro")
@access.respondent
def intro() -> AnyResponse:
    """Say what is asked and how answers are protected."""
    now = the_turn()
    if not isinstance(now, Present):
        return now
    here = url_for(".intro", lang=now.about.language)
    return site.page(
        "kiosk/intro.html",
        200,
        Limit(LONG, here),
        ".intro",
        now.about.asked.languages,
        about=now.about,
        apart=now.turn.apart,
        label=PROTECTIONS[now.about.protection],
        promise=PROMISES[now.about.protection],
        dry_run=now.about.dry_run,
    )


@blueprint.get("/questions")
@access.respondent
def questions() -> AnyResponse:
    """Show the first question of the turn's form."""
    now = the_turn()
    if not isinstance(now, Present):
        return now
    nonce = now.turn.nonce
    shown = beginning(now.about.asked, nonce)
    # The introduction was a page of its own: this one has begun. The order goes with answers.
    begun = replace(shown, answers={ORDER_COLUMN: str(shown.order)})
    return question(now, Page(begun, nonce, durations.started(nonce)))


@blueprint.post("/questions")
@access.respondent
def submit() -> AnyResponse:
    """Take a page of the present turn: another one follows, or the form is whole and is stored."""
    if not from_our_page():
        return site.message("elsewhere", 403)
    came, now = sent(form_of_page()), the_turn()
    if not isinstance(now, Present):
        return now
    if came.nonce != now.turn.nonce:
        return site.to_idle()
    if BACK in came.form and at_first_page(now, came):
        return redirect(url_for(".intro", lang=now.about.language), 303)
    if asked_again(came.form) and SO_FAR not in came.form:  # there is only one page
        return question(now, Page(Shown(form=came.form), came.nonce, came.started))
    step = turn(now.about, came)
    if isinstance(step, Page):
        return question(now, step)
    outcome, apart = stored(now, step.form, came)
    if outcome.receipt:
        done = Turn(Way.DONE, round_id=now.turn.round_id, receipt=outcome.receipt, apart=apart)
        reply = redirect(url_for(".thanks", lang=now.about.language), 303)
        reply.headers.update(headers.BARE)
        return turns.keep(reply, done)
    if outcome.faults:
        return question(now, mending(now.about, came, step.form, outcome.faults))
    early = outcome.entry.standing is Standing.NOT_OPEN
    return site.message("early" if early else "shut")


def stored(now: Present, filled: Form, came: Sent) -> tuple[Outcome, bool]:
    """Store a whole form the way that its turn came; whether it is one without a dossier."""
    present, counter = now.turn, now.counter
    with_form = filled, came.nonce, came.traits
    if present.way is Way.DOSSIER:
        return responding.submit(present.token, *with_form), False
    if present.way is Way.SESSION:
        begun = Begun(counter, present.session_id, present.round_id)
        return kiosk_turns.finish(begun, *with_form)
    place = present.round_id, counter.id, counter.unit_id
    return open_forms.submit(*place, *with_form, Door.KIOSK), True


@blueprint.get("/thanks")
@access.respondent
def thanks() -> AnyResponse:
    """Show the receipt code for a minute, or until somebody presses the button."""
    present = turns.present()
    if site.the_counter() is None or present is None or present.way is not Way.DONE:
        return site.to_idle()
    here = url_for(".thanks", lang=site.asked_language())
    return site.page(
        "kiosk/thanks.html",
        200,
        Limit(SHORT, here),
        ".thanks",
        code=present.receipt,
        apart=present.apart,
        check=url_for("receipts.form", _external=True).split("://")[1],
    )


def the_turn() -> Present | AnyResponse:
    """Find the turn of this request; else the page that ends it."""
    present, counter = turns.present(), site.the_counter()
    if present is None or counter is None or present.way is Way.DONE:
        return site.to_idle()
    about = of_dossier(present) if present.way is Way.DOSSIER else of_round(present, counter)
    return about if isinstance(about, Response) else Present(present, counter, about)


def of_dossier(present: Turn) -> Asking | Response:
    """Say what the ballot of a dossier asks, while it may be answered."""
    entry = responding.enter(present.token)
    ballot = entry.ballot
    if ballot is None:
        return site.message("early" if entry.standing is Standing.NOT_OPEN else "shut")
    return asking(ballot.questionnaire_hash, ballot.unit_name, dry_run=ballot.dry_run)


def of_round(present: Turn, counter: CounterView) -> Asking | Response:
    """Say what a round asks about the counter's unit, while it is open."""
    found = rounds.one(present.round_id)
    if found is None or found.state is not RoundState.OPEN:
        return site.message("closed")
    return asking(found.questionnaire_hash, counter.unit_name, dry_run=found.dry_run)


def asking(version: str, unit_name: str, *, dry_run: bool) -> Asking:
    """Ask a version one question at a time; carried answers open in no form of other pages."""
    asked = one_by_one(responding.questionnaire(version))
    protection = OF_DOORS[Door.KIOSK]
    return Asking(asked, f"kiosk:{version}", protection, unit_name, dry_run)


def at_first_page(now: Present, came: Sent) -> bool:
    """Whether somebody goes back from the first question."""
    carried = form_state.opened(first(came.form, SO_FAR), now.about.version, came.nonce)
    return carried is None or carried.page == beginning(now.about.asked, came.nonce).number


def question(now: Present, page: Page) -> Response:
    """Render a page of the form; its turn goes on."""
    about = now.about
    action = url_for(".submit", lang=about.language)
    others = [
        (label, url_for(".submit", lang=code), code, False)
        for label, _, code, active in language_links(about.asked.languages, about.language)
        if not active
    ]
    limit = Limit(LONG if slow(about, page.shown) else SHORT)
    reply = show(
        about,
        page,
        action=action,
        links=others,
        apart=now.turn.apart,
        office_name=now.counter.unit_name,
        kiosk=limit,
    )
    return turns.keep(site.closing_by_itself(reply, limit), now.turn)


def slow(about: Asking, shown: Shown) -> bool:
    """Whether a page takes more than a touch."""
    here = page_codes(about.asked, shown)
    kinds = {asked.kind for asked in about.asked.questions if asked.code in here}
    return not kinds <= TOUCHED

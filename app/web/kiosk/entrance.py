"""The first page of a kiosk, and the ways from it to the questions.

A GET changes nothing.
"""

from collections.abc import Sequence

from flask import Response, redirect, request, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.queries import counter_sessions, rounds
from app.queries.counter_sessions import RunningSession
from app.queries.counters import CounterView
from app.services import poster_door, responding
from app.vocabulary import Door
from app.web import access, replies
from app.web.door.knocking import Refusal, admitted
from app.web.filling import MORE
from app.web.kiosk import setting_up, site, turns
from app.web.kiosk.site import LONG, Limit, blueprint
from app.web.kiosk.turns import Turn, Way
from app.web.question_page import first
from app.web.sent_forms import form_of_page, from_our_page
from app.web.templating import LANGUAGES, RESPONDENT_LANGUAGES
from surveys.links import new_token

# It looks for news now and then: a session that begins, a round that ends.
IDLE_SECONDS = 900


@blueprint.get("", strict_slashes=False)
@access.respondent
def idle() -> Response:
    """Wait for the next person, and forget the one before."""
    counter = site.the_counter()
    if counter is None:
        reply = setting_up.asking()
    else:
        reply = site.page(
            "kiosk/idle.html",
            starts=starts(languages(counter)) if answerable(counter) else [],
            over="over" in request.args,
        )
        reply.headers["Refresh"] = f"{IDLE_SECONDS}; url={url_for('.idle')}"
    turns.end(reply)
    return reply


@blueprint.get("/begin")
@access.respondent
def begin() -> AnyResponse:
    """Begin a turn: of the session that runs here now, else by a dossier code."""
    counter = site.the_counter()
    if counter is None or not answerable(counter):
        return site.to_idle()
    session = the_session(counter)
    if session is None:
        return redirect(url_for(".enter", lang=site.asked_language()), 303)
    return started(Turn(Way.SESSION, round_id=session.round_id, session_id=session.id))


@blueprint.get("/enter")
@access.respondent
def enter() -> AnyResponse:
    """Ask for dossier code and digits."""
    counter = site.the_counter()
    return entrance(counter) if counter else site.to_idle()


@blueprint.post("/enter")
@access.respondent
def knock() -> AnyResponse:
    """Let in whoever knows a dossier's digits, by the rules of the poster."""
    if not from_our_page():
        return site.message("elsewhere", 403)
    form, counter = form_of_page(), site.the_counter()
    if counter is None:
        return site.to_idle()
    if MORE in form:
        return entrance(counter, typed=(first(form, "dossier"), first(form, "digits")))
    token = admitted(counter, form, Door.KIOSK)
    if token is Refusal.WAIT:
        return site.message("wait", replies.WAIT)
    if token is Refusal.MISSED:
        return entrance(counter, site.MISSED)
    return started(Turn(Way.DOSSIER, token=token))


@blueprint.get("/open")
@access.respondent
def without_dossier() -> AnyResponse:
    """Begin the form of people who have no dossier code."""
    counter = site.the_counter()
    found = poster_door.rounds_for(counter) if counter else []
    if not found:
        return site.to_idle()
    return started(Turn(Way.OPEN, round_id=found[0].id, apart=True))


def started(turn: Turn) -> AnyResponse:
    """Lead to what is asked, with a form that belongs to this turn alone."""
    reply = redirect(url_for(".intro", lang=site.asked_language()), 303)
    nonce = new_token()
    whole = Turn(turn.way, nonce, turn.round_id, turn.session_id, turn.token, apart=turn.apart)
    return turns.keep(reply, whole)


def entrance(
    counter: CounterView, status: int = 200, typed: tuple[str, str] = ("", "")
) -> Response:
    """Show the form of code and digits; what was typed comes back only to give more time."""
    return site.page(
        "kiosk/enter.html",
        status,
        Limit(LONG),
        ".enter",
        missed=status == site.MISSED,
        may_go_on=bool(poster_door.rounds_for(counter)),
        lang=site.asked_language(),
        typed=typed,
    )


def the_session(counter: CounterView) -> RunningSession | None:
    """Find the session that runs at the counter now and has a turn left."""
    found = counter_sessions.running(counter.id, clock.now())
    return found if found and found.turns_left > 0 else None


def answerable(counter: CounterView) -> bool:
    """Whether anything is asked at this counter now."""
    return the_session(counter) is not None or poster_door.is_open()


def languages(counter: CounterView) -> Sequence[str]:
    """List the languages of what would be asked, as far as our pages speak them."""
    session = the_session(counter)
    version = ""
    if session is not None:
        found = rounds.one(session.round_id)
        version = found.questionnaire_hash if found else ""
    else:
        own = poster_door.rounds_for(counter)
        version = own[0].questionnaire_hash if own else ""
    asked = responding.questionnaire(version).languages if version else LANGUAGES
    return [word for word in asked if word in RESPONDENT_LANGUAGES]


def starts(offered: Sequence[str]) -> list[tuple[str, str]]:
    """Give each language with its own word for the button."""
    found = []
    for language in offered:
        with force_locale(language):
            found.append((language, gettext("Start")))
    return found

"""What coordinators do about a session: print cards, set its limit, enter its minutes."""

from flask import current_app, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.queries import counter_sessions as rows
from app.services import counter_sessions, jobs
from app.services.errors import InvalidInputError, WrongStateError
from app.vocabulary import JobKind
from app.web import access
from app.web.counter_sessions.forms import CapForm, CardsForm, MinutesForm
from app.web.counter_sessions.one import ONE, page
from app.web.counter_sessions.site import KEEPERS, blueprint, the_session
from app.web.sign_in import actor


@blueprint.post(f"{ONE}/cards")
@access.scoped(*KEEPERS)
def print_cards(round_id: int, session_id: int) -> Response | tuple[str, int]:
    """Let the worker print cards."""
    session, form = the_session(round_id, session_id), CardsForm()
    room = session.cap - session.cards - session.turns
    if session.closed:
        raise WrongStateError()
    if form.validate_on_submit() and (form.count.data or 0) <= room:
        arguments = {
            "session_id": session_id,
            "count": form.count.data,
            "address": current_app.config["KHAOSAT"].address,
        }
        subject = f"round:{round_id}/unit:{session.unit_id}"
        job_id = jobs.ask(actor(), JobKind.PRINT_SLIPS, arguments, subject=subject)
        return redirect(url_for("jobs.one_job", job_id=job_id))
    if not form.errors:
        text = gettext("At most %(count)s more: raise the limit first.", count=max(0, room))
        form.count.errors = [text]
    return page(session, cards_form=form), 422


@blueprint.post(f"{ONE}/cap")
@access.scoped(*KEEPERS)
def set_cap(round_id: int, session_id: int) -> Response | tuple[str, int]:
    """Change how many cards and turns a session may have."""
    session, form = the_session(round_id, session_id), CapForm()
    if form.validate_on_submit():
        try:
            counter_sessions.set_cap(actor(), session_id, form.cap.data or 0)
        except InvalidInputError as error:
            fault = error.faults[0]
            form.cap.errors = [gettext(fault.text, **dict(fault.params))]
        else:
            flash(gettext("The limit is set."), "success")
            return back(round_id, session_id)
    return page(session, cap_form=form), 422


@blueprint.post(f"{ONE}/close")
@access.scoped(*KEEPERS)
def close(round_id: int, session_id: int) -> Response | tuple[str, int]:
    """Take the minutes, or correct them."""
    session, form = the_session(round_id, session_id), MinutesForm()
    if form.validate_counts():
        minutes = form.minutes(rows.valid_cards(session_id))
        if minutes is not None:
            try:
                counter_sessions.close(actor(), session_id, minutes)
            except InvalidInputError as error:
                form.blame(error)
            else:
                flash(gettext("The minutes are entered; cards that are back are void."), "success")
                return back(round_id, session_id)
    else:
        # Whatever else is wrong, a scanned address is not sent back.
        form.minutes(rows.valid_cards(session_id))
    return page(session, minutes_form=form), 422


def back(round_id: int, session_id: int) -> Response:
    """Go on with the session's page."""
    return redirect(
        url_for("counter_sessions.one_session", round_id=round_id, session_id=session_id)
    )

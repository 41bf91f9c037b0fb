"""One drawn session: its cards, and its minutes as a page and on paper."""

from dataclasses import replace

from flask import Response, render_template

from app import clock
from app.queries import counter_sessions as rows
from app.queries.counter_sessions import SessionView
from app.services import session_minutes
from app.services.slip_orders import PRINTABLE
from app.web import access
from app.web.counter_sessions.forms import HELD, NOT_HELD, CapForm, CardsForm, MinutesForm
from app.web.counter_sessions.site import (
    KEEPERS,
    blueprint,
    crumbs,
    half_name,
    the_session,
)
from app.web.given_round import the_round
from app.web.slips.lists import attachment

ONE = "/<int:session_id>"
USUAL_CARDS = 24


@blueprint.get(ONE)
@access.scoped(*KEEPERS)
def one_session(round_id: int, session_id: int) -> str:
    """Show a session, and the form that is next."""
    return page(the_session(round_id, session_id))


@blueprint.get(f"{ONE}/minutes.pdf")
@access.scoped(*KEEPERS)
def minutes(round_id: int, session_id: int) -> Response:
    """Print the minutes of a session."""
    content = session_minutes.minutes(the_session(round_id, session_id))
    return attachment(content, "application/pdf", f"bien-ban-ca-khao-sat-{session_id}.pdf")


def page(
    session: SessionView,
    cards_form: CardsForm | None = None,
    cap_form: CapForm | None = None,
    minutes_form: MinutesForm | None = None,
) -> str:
    """Render a session."""
    found, today = the_round(session.round_id), clock.today()
    room = max(0, session.cap - session.cards - session.turns)
    printing = found.state in PRINTABLE and not session.closed
    if minutes_form is None and session.day <= today:
        minutes_form = corrected(session) if session.closed else MinutesForm(None)
    return render_template(
        "counter_sessions/one.html",
        round=found,
        field=(found.plan or {}).get("sessions", {}).get("field", ""),
        session=session,
        half=half_name(session.half),
        valid=len(rows.valid_cards(session.id)),
        room=room,
        late=session.late(today),
        cards_form=cards_form or CardsForm(None, count=min(USUAL_CARDS, room))
        if printing and (room or cards_form)
        else None,
        cap_form=None if session.closed else cap_form or CapForm(None, cap=session.cap),
        minutes_form=minutes_form,
        crumbs=crumbs(found, below=True),
    )


def corrected(session: SessionView) -> MinutesForm:
    """Fill the form of minutes that are entered.

    Which of the void cards were spoiled is not kept: they are shared out so that the sums are
    those of before.
    """
    valid = rows.valid_cards(session.id)
    back = [card for card in range(1, session.cards + 1) if card not in valid]
    told = replace(session, note="")
    return MinutesForm(
        None,
        held=HELD if session.held else NOT_HELD,
        served=told.served,
        handed=told.handed,
        returned=in_ranges(back[: session.returned or 0]) if session.held else "",
        spoiled=in_ranges(back[session.returned or 0 :]) if session.held else "",
        witness=told.witness,
    )


def in_ranges(numbers: list[int]) -> str:
    """Write numbers in ranges.

    Examples
    --------
    >>> in_ranges([3, 4, 5, 9])
    '3-5, 9'
    """
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs)

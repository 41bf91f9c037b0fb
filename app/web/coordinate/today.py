"""What a coordinator does in an open round today."""

from flask import render_template

from app import clock
from app.services import daily
from app.vocabulary import RoundState
from app.web import access
from app.web.coordinate import case_words, wave_words
from app.web.coordinate.field import WATCHERS, crumbs
from app.web.coordinate.site import blueprint
from app.web.counter_sessions.site import half_name
from app.web.given_round import leads, the_round

# Longer lists stand on the pages that the list leads to.
SHOWN = 50


@blueprint.get("/<int:round_id>/today")
@access.roles(*WATCHERS)
def today(round_id: int) -> str:
    """Show the list of the day; before and after the fieldwork there is none."""
    found, day = the_round(round_id), clock.today()
    is_open = found.state is RoundState.OPEN
    return render_template(
        "rounds/today.html",
        round=found,
        today=daily.of_round(found, day) if is_open else None,
        leads=leads(),
        shown=SHOWN,
        half_name=half_name,
        case_words=case_words,
        words=wave_words,
        crumbs=crumbs(found),
    )

"""The blueprint of counter sessions, and whose sessions somebody may see.

Coordinators look after them, everywhere or for the units of their grants. Agencies do not: those
who are rated neither learn early which half-days were drawn nor enter their minutes.
"""

from flask import Blueprint, url_for
from flask_babel import gettext

from app.queries import counter_sessions
from app.queries.counter_sessions import SessionView
from app.queries.rounds import RoundView
from app.vocabulary import Half, Role
from app.web import day_papers
from app.web.given_round import leads, way_to

KEEPERS = (Role.COORDINATOR,)
blueprint = Blueprint("counter_sessions", __name__, url_prefix="/rounds/<int:round_id>/sessions")


def the_session(round_id: int, session_id: int) -> SessionView:
    """Find a drawn session that the reader may see, or refuse as `day_papers.allowed`."""
    return day_papers.allowed(counter_sessions.one(session_id), round_id, KEEPERS)


def own_units() -> frozenset[int] | None:
    """Give the units whose sessions the reader may see; None for all."""
    return day_papers.units_with(KEEPERS)


def half_name(half: Half) -> str:
    """Name a half of a day."""
    return str(gettext("morning") if half is Half.MORNING else gettext("afternoon"))


def crumbs(found: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back: those who lead rounds by the round; others see no page above the sessions."""
    here = (
        gettext("Counter sessions"),
        url_for("counter_sessions.all_sessions", round_id=found.id),
    )
    return [*(way_to(found) if leads() else ()), *([here] if below else ())]

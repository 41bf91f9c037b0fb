"""The blueprint of counter sessions, and whose sessions somebody may see.

Coordinators look after them, everywhere or for the units of their grants. Agencies do not: those
who are rated neither learn early which half-days were drawn nor enter their minutes.
"""

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.queries import counter_sessions, rounds
from app.queries.counter_sessions import SessionView
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError
from app.vocabulary import Half, Role

KEEPERS = (Role.COORDINATOR,)
blueprint = Blueprint("counter_sessions", __name__, url_prefix="/rounds/<int:round_id>/sessions")


def the_round(round_id: int) -> RoundView:
    """Find a round.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    found = rounds.one(round_id)
    if found is None:
        raise NotFoundError()
    return found


def the_session(round_id: int, session_id: int) -> SessionView:
    """Find a drawn session of a round that the reader may see.

    Raises
    ------
    Forbidden
        If it is of a unit that the reader has nothing to do with.
    NotFoundError
        If there is none.
    """
    found = counter_sessions.one(session_id)
    if found is None or found.round_id != round_id:
        raise NotFoundError()
    if not current_user.person.may_for(frozenset(KEEPERS), found.unit_id):
        raise Forbidden()
    return found


def own_units() -> frozenset[int] | None:
    """Give the units whose sessions the reader may see; None for all."""
    units: frozenset[int] | None = current_user.person.units_with(KEEPERS)
    return units


def half_name(half: Half) -> str:
    """Name a half of a day."""
    return str(gettext("morning") if half is Half.MORNING else gettext("afternoon"))


def crumbs(found: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back: those who lead rounds by the round; others see no page above the sessions."""
    leads = current_user.person.may(frozenset(KEEPERS))
    above = [
        (gettext("Survey rounds"), url_for("rounds.all_rounds")),
        (found.name, url_for("rounds.one_round", round_id=found.id)),
    ]
    here = (
        gettext("Counter sessions"),
        url_for("counter_sessions.all_sessions", round_id=found.id),
    )
    return [*(above if leads else ()), *([here] if below else ())]

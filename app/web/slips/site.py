"""The blueprint of slip pages, and whose slips somebody may see.

Coordinators print and reconcile everywhere, agencies for their own units. Both roles may be held
for single units, so that every view narrows to `own_units`.
"""

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.queries import rounds, slip_runs
from app.queries.rounds import RoundView
from app.queries.slip_runs import RunView
from app.services.errors import NotFoundError
from app.vocabulary import Role

HANDLERS = (Role.COORDINATOR, Role.AGENCY)
blueprint = Blueprint("slips", __name__)


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


def the_run(round_id: int, run_id: int) -> RunView:
    """Find a run of a round that the reader may see.

    Raises
    ------
    Forbidden
        If it is of a unit that the reader has nothing to do with.
    NotFoundError
        If there is none.
    """
    found = slip_runs.one(run_id)
    if found is None or found.round_id != round_id:
        raise NotFoundError()
    if not current_user.person.may_for(HANDLERS, found.unit_id):
        raise Forbidden()
    return found


def own_units() -> frozenset[int] | None:
    """Give the units whose slips the reader may see; None for all."""
    units: frozenset[int] | None = current_user.person.units_with(HANDLERS)
    return units


def leads() -> bool:
    """Whether the reader leads rounds, and may print for all units at once."""
    return bool(current_user.person.may(frozenset({Role.COORDINATOR})))


def crumbs(round_: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back: those who lead by the round, others by their list of rounds.

    Parameters
    ----------
    below : bool
        Whether the page lies below that of the runs.
    """
    runs = (gettext("Slips by day"), url_for("slips.all_runs", round_id=round_.id))
    if leads():
        above = [
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (round_.name, url_for("rounds.one_round", round_id=round_.id)),
        ]
    else:
        above = [(gettext("Invitation slips"), url_for("slips.all_rounds"))]
    return [*above, runs] if below else above

"""The blueprint of slip pages, and whose slips somebody may see.

Coordinators print and reconcile everywhere, agencies for their own units. Both roles may be held
for single units, so that every view narrows to `own_units`.
"""

from flask import Blueprint, url_for
from flask_babel import gettext

from app.queries import slip_runs
from app.queries.rounds import RoundView
from app.queries.slip_runs import RunView
from app.vocabulary import Role
from app.web import day_papers
from app.web.given_round import leads, way_to

HANDLERS = (Role.COORDINATOR, Role.AGENCY)
blueprint = Blueprint("slips", __name__)


def the_run(round_id: int, run_id: int) -> RunView:
    """Find a run of a round that the reader may see, or refuse as `day_papers.allowed`."""
    return day_papers.allowed(slip_runs.one(run_id), round_id, HANDLERS)


def own_units() -> frozenset[int] | None:
    """Give the units whose slips the reader may see; None for all."""
    return day_papers.units_with(HANDLERS)


def crumbs(round_: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back: those who lead by the round, others by their list of rounds.

    Parameters
    ----------
    below : bool
        Whether the page lies below that of the runs.
    """
    runs = (gettext("Slips by day"), url_for("slips.all_runs", round_id=round_.id))
    if leads():
        above = way_to(round_)
    else:
        above = [(gettext("Invitation slips"), url_for("slips.all_rounds"))]
    return [*above, runs] if below else above

"""What a round found: the figures of units, groups and the whole round."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.queries import estimations, rounds
from app.queries.estimation_results import PartLevel
from app.queries.rounds import RoundView
from app.services import jobs
from app.services.errors import NotFoundError, WrongStateError
from app.vocabulary import JobKind, Role, RoundState
from app.web import access
from app.web.sign_in import actor

blueprint = Blueprint("estimates", __name__, url_prefix="/rounds/<int:round_id>/estimates")
READY = frozenset({RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED})


@blueprint.get("")
@access.roles(Role.COORDINATOR, Role.HOME_AFFAIRS, Role.ADMINISTRATOR)
def one_round(round_id: int) -> str:
    """Show the newest run of the estimates of a round."""
    found = the_round(round_id)
    return render_template(
        "estimates/one_round.html",
        round=found,
        run=estimations.newest(round_id),
        ready=found.state in READY,
        levels=PartLevel,
    )


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def estimate(round_id: int) -> Response:
    """Ask the worker for a run; earlier runs stay as they are."""
    if the_round(round_id).state not in READY:
        raise WrongStateError()
    job_id = jobs.ask(actor(), JobKind.ESTIMATE, {"round_id": round_id})
    return redirect(url_for("jobs.one_job", job_id=job_id))


def the_round(round_id: int) -> RoundView:
    """Find the round of the address."""
    found = rounds.one(round_id)
    if found is None:
        raise NotFoundError()
    return found

"""What a round found: the figures of units, groups and the whole round."""

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.documents.media import XLSX
from app.queries import estimations
from app.queries.estimation_results import PartLevel
from app.services import jobs, result_workbooks
from app.services.errors import NotFoundError, WrongStateError
from app.vocabulary import JobKind, Role, RoundState
from app.web import access
from app.web.given_round import the_round
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


@blueprint.get("/results.xlsx")
@access.roles(Role.COORDINATOR, Role.HOME_AFFAIRS, Role.ADMINISTRATOR)
def as_workbook(round_id: int) -> Response:
    """Give the newest run of estimates as a workbook; not for publication."""
    found = the_round(round_id)
    run = estimations.newest(round_id)
    if run is None:
        raise NotFoundError()
    mark = "THU-NGHIEM-" if found.dry_run or run.results.dry_run else ""
    reply = Response(result_workbooks.estimates(found, run), content_type=XLSX)
    name = f"{mark}uoc-luong-{round_id}-{run.id}.xlsx"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def estimate(round_id: int) -> AnyResponse:
    """Ask the worker for a run; earlier runs stay as they are."""
    if the_round(round_id).state not in READY:
        raise WrongStateError()
    subject = f"round:{round_id}"
    job_id = jobs.ask(actor(), JobKind.ESTIMATE, {"round_id": round_id}, subject=subject)
    return redirect(url_for("jobs.one_job", job_id=job_id))

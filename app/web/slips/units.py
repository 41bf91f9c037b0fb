"""Slips for all drawn dossiers of a unit at once: for lists whose results are long handed out."""

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.queries import ballots
from app.services import jobs
from app.services.errors import NotFoundError, WrongStateError
from app.services.slip_orders import PRINTABLE
from app.vocabulary import JobKind, Role, RoundState
from app.web import access
from app.web.given_round import the_round
from app.web.sign_in import actor
from app.web.slips.site import blueprint

EVERY_UNIT = "all"


@blueprint.get("/rounds/<int:round_id>/slips")
@access.roles(Role.COORDINATOR)
def all_units(round_id: int) -> str:
    """List the units of a round with the number of their drawn dossiers."""
    found = the_round(round_id)
    return render_template(
        "slips/all_units.html",
        round=found,
        units=ballots.by_unit(round_id),
        printable=found.state in PRINTABLE,
        ended=found.state not in {RoundState.PLANNED, RoundState.FRAMED, *PRINTABLE},
        every_unit=EVERY_UNIT,
    )


@blueprint.post("/rounds/<int:round_id>/slips")
@access.roles(Role.COORDINATOR)
def print_slips(round_id: int) -> Response:
    """Let the worker issue new codes for a unit, or for all, and make the sheets."""
    found = the_round(round_id)
    units = {str(unit.unit_id): unit.unit_id for unit in ballots.by_unit(round_id)}
    wanted = request.form.get("unit_id", "")
    if not units or wanted not in {*units, EVERY_UNIT}:
        raise NotFoundError()
    if found.state not in PRINTABLE:
        raise WrongStateError()
    asked = {
        "round_id": round_id,
        "unit_id": units.get(wanted),
        "address": current_app.config["KHAOSAT"].address,
    }
    subject = f"round:{round_id}/unit:{wanted}"
    job_id = jobs.ask(actor(), JobKind.PRINT_SLIPS, asked, subject=subject)
    return redirect(url_for("jobs.one_job", job_id=job_id))

"""Invitation slips: how many a unit needs, and the work of printing them."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.queries import ballots, rounds
from app.services import inviting, jobs
from app.services.errors import NotFoundError, WrongStateError
from app.vocabulary import JobKind, Role, RoundState
from app.web import access
from app.web.sign_in import actor

blueprint = Blueprint("slips", __name__, url_prefix="/rounds/<int:round_id>/slips")

EVERY_UNIT = "all"


@blueprint.get("")
@access.roles(Role.COORDINATOR)
def all_units(round_id: int) -> str:
    """List the units of a round with the number of their slips."""
    found = rounds.one(round_id)
    if found is None:
        raise NotFoundError()
    return render_template(
        "slips/all_units.html",
        round=found,
        units=ballots.by_unit(round_id),
        printable=found.state in inviting.PRINTABLE,
        ended=found.state not in {RoundState.PLANNED, RoundState.FRAMED, *inviting.PRINTABLE},
        every_unit=EVERY_UNIT,
    )


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def print_slips(round_id: int) -> Response:
    """Let the worker issue new codes for a unit, or for all, and make the sheets."""
    found = rounds.one(round_id)
    units = {str(unit.unit_id): unit.unit_id for unit in ballots.by_unit(round_id)}
    wanted = request.form.get("unit_id", "")
    if found is None or not units or wanted not in {*units, EVERY_UNIT}:
        raise NotFoundError()
    if found.state not in inviting.PRINTABLE:
        raise WrongStateError()
    asked = {
        "round_id": round_id,
        "unit_id": units.get(wanted),
        "address": current_app.config["KHAOSAT"].address,
    }
    subject = f"round:{round_id}/unit:{wanted}"
    job_id = jobs.ask(actor(), JobKind.PRINT_SLIPS, asked, subject=subject)
    return redirect(url_for("jobs.one_job", job_id=job_id))

"""Invitation slips: how many a unit needs, and the sheet to print."""

from flask import Blueprint, Response, current_app, render_template, request

from app.queries import ballots, rounds
from app.services import inviting
from app.services.errors import NotFoundError
from app.vocabulary import Role, RoundState
from app.web import access
from app.web.sign_in import actor

blueprint = Blueprint("slips", __name__, url_prefix="/rounds/<int:round_id>/slips")


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
    )


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def print_slips(round_id: int) -> Response:
    """Issue new codes for a unit and send the sheet; earlier slips of it no longer work."""
    unit_id = request.form.get("unit_id", type=int)
    if unit_id is None:
        raise NotFoundError()
    address = current_app.config["KHAOSAT"].address
    pdf = inviting.slip_sheet(actor(), round_id, unit_id, address)
    reply = Response(pdf, content_type="application/pdf")
    name = f"phieu-moi-{round_id}-{unit_id}.pdf"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply

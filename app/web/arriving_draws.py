"""The public page of a draw of arriving dossiers: its promise, and at the end its seed."""

from flask import Blueprint, Response, render_template

from app.queries import arriving, draws, frames, rounds
from app.queries.arriving import PeriodView
from app.services import arriving_reveal, records
from app.services.errors import NotFoundError
from app.web import access, respondent_kinds
from app.web.draws import PROGRAM

blueprint = Blueprint("arriving_draws", __name__, url_prefix="/public/arriving")


@blueprint.get("/<int:round_id>")
@access.anyone
def one(round_id: int) -> str:
    """Show the rates and the commitment, and the seed once nobody can answer any more."""
    period, found = the_period(round_id), rounds.one(round_id)
    plan = (found.plan if found else None) or {}
    revealed = period.revealed_at is not None
    return render_template(
        "draws/arriving.html",
        round=found,
        draw=draws.of_round(round_id),
        frame=frames.of_round(round_id),
        strata=arriving.strata(round_id, plan["rates"], revealed=revealed),
        kinds=respondent_kinds.in_words(plan["population"]["respondents"]),
        revealed=revealed,
    )


@blueprint.get("/<int:round_id>/<name>")
@access.anyone
def paper(round_id: int, name: str) -> Response:
    """Give a paper of the draw, byte for byte.

    Raises
    ------
    NotFoundError
        If there is no such paper, or not yet.
    """
    period, draw = the_period(round_id), draws.of_round(round_id)
    content = {
        "commitment.json": period.promise,
        "record.json": period.record,
        "leaves.txt": period.leaves,
        PROGRAM: records.verifier().encode(),
        "revealed.json": arriving_reveal.revealed(draw.seed) if draw and draw.done else b"",
    }.get(name, b"")
    if not content:
        raise NotFoundError()
    kind = "application/json" if name.endswith(".json") else "text/plain"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=headers)


def the_period(round_id: int) -> PeriodView:
    """Find the period of a round.

    Raises
    ------
    NotFoundError
        If its dossiers do not arrive.
    """
    found = arriving.period(round_id) if rounds.one(round_id) else None
    if found is None:
        raise NotFoundError()
    return found

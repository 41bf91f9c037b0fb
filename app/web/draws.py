"""The public page of a draw: what was promised, what came out, how to check it."""

from flask import Blueprint, render_template

from app.queries import draws, frames, rounds
from app.queries.draws import StratumSize
from app.queries.rounds import RoundView
from app.services import planning, receipt_lists, session_frames
from app.services.errors import NotFoundError
from app.services.plans import Plan, canonical, plan_hash
from app.services.populations import KEY
from app.web import access, carried_words, respondent_kinds

blueprint = Blueprint("draws", __name__, url_prefix="/public/draws")


@blueprint.get("/<int:round_id>")
@access.anyone
def one_draw(round_id: int) -> str:
    """Show the draw of a round, from the commitment on.

    Raises
    ------
    NotFoundError
        Before the commitment; whether such a round is planned is nobody's business yet.
    """
    found = rounds.one(round_id)
    draw = draws.of_round(round_id) if found else None
    frame = frames.of_round(round_id) if found else None
    if found is None or draw is None or frame is None or found.plan is None:
        raise NotFoundError()
    strata = sizes(found)
    carry = Plan.of_document(found.plan).carry
    return render_template(
        "draws/one.html",
        round=found,
        draw=draw,
        frame=frame,
        strata=strata,
        plan_hash=plan_hash(found.plan),
        plan_text=canonical(found.plan),
        population=found.plan[KEY],
        population_kinds=respondent_kinds.in_words(found.plan[KEY]["respondents"]),
        carried=carried_words.variables_in_words(carry),
        cell_parts="/".join(variable.value for variable in carry),
        drawn=sum(stratum.drawn for stratum in strata),
        session_frame=found.plan.get(session_frames.KEY),
        receipts=receipt_lists.published(round_id),
    )


def sizes(found: RoundView) -> list[StratumSize]:
    """List the strata of a committed round; before the draw they follow from the plan."""
    stored = draws.strata(found.id)
    if stored or found.plan is None:
        return stored
    preview = planning.preview(found.id, Plan.of_document(found.plan))
    return [
        StratumSize(stratum.label, stratum.population, stratum.drawn) for stratum in preview.strata
    ]

"""The public page of a draw: what was promised, what came out, how to check it."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from app.queries import ceremonies, draw_records, draws, frames, rounds
from app.queries.draws import StratumSize
from app.queries.rounds import RoundView
from app.services import planning, receipt_lists, records, session_frames
from app.services.arriving_plans import is_arriving
from app.services.errors import NotFoundError
from app.services.plans import Plan, canonical, plan_hash
from app.services.populations import KEY
from app.web import access, carried_words, respondent_kinds

blueprint = Blueprint("draws", __name__, url_prefix="/public/draws")

JSON, TEXT = "application/json", "text/plain; charset=utf-8"
# None is a paper that is not out yet.
PAPERS: Mapping[str, tuple[Callable[[int], str | None], str]] = MappingProxyType(
    {
        "commitment.json": (draw_records.promise, JSON),
        "leaves.txt": (draw_records.leaves, TEXT),
        "record.json": (draw_records.record, JSON),
        "revealed.json": (records.revealed, JSON),
    }
)
PROGRAM = "verify_sample.py"


@blueprint.get("/<int:round_id>")
@access.anyone
def one_draw(round_id: int) -> str | Redirect:
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
    if is_arriving(found.plan):
        return redirect(url_for("arriving_draws.one", round_id=round_id))
    strata = sizes(found)
    told = records.promise_view(round_id)
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
        promise=told,
        asked_on=date.fromisoformat(told.asked.on) if told and told.asked else None,
        ceremonies=ceremonies.all_of_round(round_id),
    )


@blueprint.get("/<int:round_id>/files/<name>")
@access.anyone
def paper(round_id: int, name: str) -> Response:
    """Give a paper of a draw, or the program that checks it, as a file.

    Raises
    ------
    NotFoundError
        If there is no such paper, or not yet.
    """
    found = rounds.one(round_id)
    of_paper, media_type = PAPERS.get(name, (partial(earlier_promise, name=name), JSON))
    program = found is not None and name == PROGRAM
    media_type = TEXT if program else media_type
    text = records.verifier() if program else of_paper(found.id) if found else None
    if text is None:
        raise NotFoundError()
    reply = Response(text, content_type=media_type)
    reply.headers["Content-Disposition"] = f"attachment; filename={name}"
    # Releases of reserves are added to the record.
    reply.headers["Cache-Control"] = "public, no-cache"
    reply.set_etag(records.sha256(text))
    reply.make_conditional(request)
    return reply


def earlier_promise(round_id: int, name: str) -> str | None:
    """Find the promise of a ceremony that was stopped, such as commitment-1.json."""
    held = ceremonies.all_of_round(round_id)[1:]
    return next((one.promise for one in held if name == f"commitment-{one.attempt}.json"), None)


def sizes(found: RoundView) -> list[StratumSize]:
    """List the strata of a committed round; before the draw they follow from the plan."""
    stored = draws.strata(found.id)
    if stored or found.plan is None:
        return stored
    preview = planning.preview(found.id, Plan.of_document(found.plan))
    return [
        StratumSize(stratum.label, stratum.population, stratum.drawn) for stratum in preview.strata
    ]

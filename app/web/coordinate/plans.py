"""The sample plan of a round: tried out by address, committed once by post."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app import thresholds
from app.queries import draws, frames
from app.queries.frames import FrameView
from app.services import audiences, planning, populations, previewing
from app.services.apart import Cost
from app.services.arriving_plans import is_arriving
from app.services.errors import InvalidInputError, WrongStateError
from app.services.plans import RESERVE_SHARE, Plan
from app.services.populations import KindCount
from app.services.previewing import Preview
from app.services.session_outlook import SessionOutlook
from app.texts import N_
from app.vocabulary import Role, RoundState
from app.web import access, respondent_kinds
from app.web.coordinate import outlook_words
from app.web.coordinate.plan_forms import PLAN_PARTS, RULE_PARTS, CommitForm, PlanForm
from app.web.coordinate.session_parts import SESSION_PARTS, USUAL
from app.web.coordinate.site import READERS, blueprint
from app.web.given_round import leads, the_round
from app.web.sign_in import actor

USUAL_RESPONSE = 0.3


@blueprint.get("/<int:round_id>/plan")
@access.roles(*READERS)
def plan(round_id: int) -> str | tuple[str, int] | Response:
    """Show a plan: the committed one, or the one that the address holds; nothing is stored."""
    found = the_round(round_id)
    if is_arriving(found.plan):
        return redirect(url_for("rounds.arriving_lists", round_id=round_id))
    frame = the_frame(round_id)
    kinds = populations.kind_counts(frame.id, found.questionnaire_code)
    if found.plan is not None:
        fixed = laid_over(round_id, Plan.of_document(found.plan))
        return page(round_id, frame, None, fixed)
    before = {name: [value] for name, value in proposed(drawable(kinds)).items()}
    if "session_field" not in request.args:
        before |= USUAL
    entered: MultiDict[str, str] = MultiDict(before | request.args.to_dict(flat=False))
    form = PlanForm(entered, meta={"csrf": False})
    preview = previewed(round_id, form) if form.validate() else None
    commit_form = CommitForm(formdata=entered)
    reply = page(round_id, frame, form, preview, commit_form)
    return reply if preview else (reply, 422)


@blueprint.post("/<int:round_id>/plan")
@access.roles(Role.COORDINATOR)
def commit(round_id: int) -> Response | tuple[str, int]:
    """Have the worker commit to the plan and to a secret; what is wrong with them is told here."""
    form = CommitForm()
    frame = the_frame(the_round(round_id).id)
    chosen = form.plan() if form.validate_on_submit() else None
    if chosen is not None:
        try:
            source = form.public_source.data or ""
            job_id = planning.ask_to_commit(actor(), round_id, chosen, source, form.ceremony())
        except InvalidInputError as error:
            form.blame(error)
        else:
            return redirect(url_for("jobs.one_job", job_id=job_id))
    tried = PlanForm(request.form, meta={"csrf": False})
    preview = previewed(round_id, tried) if tried.validate() else None
    return page(round_id, frame, tried, preview, form), 422


def the_frame(round_id: int) -> FrameView:
    """Find the list of a round that is to be planned.

    Raises
    ------
    WrongStateError
        If it has none yet.
    """
    frame = frames.of_round(round_id)
    if frame is None:
        raise WrongStateError(N_("The round has no dossier list yet: import it first."))
    return frame


def drawable(kinds: list[KindCount]) -> int:
    """Count the dossiers of the people whom the round asks."""
    return sum(count.dossiers for count in kinds if count.inside)


def proposed(population: int) -> dict[str, str]:
    """Return what the form holds before anybody chose."""
    size = previewing.propose(population, USUAL_RESPONSE)
    return {
        "stratify_by": "unit",
        "allocation": "proportional",
        "size": str(size.dossiers),
        "minimum": "0",
        "expected_response": str(round(USUAL_RESPONSE * 100)),
        "k": str(thresholds.present.mixing_k),
        "deviations": "",
    }


@dataclass(frozen=True)
class LaidOver:
    """What a plan gives on the list, and at the counters where it draws sessions."""

    preview: Preview
    sessions: SessionOutlook | None
    cost: Cost | None


def laid_over(round_id: int, chosen: Plan) -> LaidOver:
    """Lay a plan over the list and the counters; nothing is stored.

    Raises
    ------
    InvalidInputError
        If it does not fit.
    """
    preview = planning.preview(round_id, chosen)
    cost = planning.cost(round_id, chosen, preview)
    return LaidOver(preview, planning.sessions(round_id, chosen, preview), cost)


def previewed(round_id: int, form: PlanForm) -> LaidOver | None:
    """Lay the form's plan over the frame, or put its faults beside the fields."""
    chosen = form.plan()
    if chosen is None:
        return None
    try:
        return laid_over(round_id, chosen)
    except InvalidInputError as error:
        form.blame(error)
        return None


def kind_name(count: KindCount) -> str:
    """Name a kind of respondent."""
    return respondent_kinds.in_words([count.kind])


def page(
    round_id: int,
    frame: FrameView,
    form: PlanForm | None,
    laid: LaidOver | None,
    commit_form: CommitForm | None = None,
) -> str:
    """Render the plan page; without a form the plan is committed."""
    found = the_round(round_id)
    kinds = populations.kind_counts(frame.id, found.questionnaire_code)
    counts = frames.origin_counts(frame.id, audiences.respondents(found.questionnaire_code))
    response = (form.expected_response.data or 0) / 100 if form else 0.0
    return render_template(
        "rounds/plan.html",
        round=found,
        frame=frame,
        form=form,
        parts=PLAN_PARTS,
        rule_parts=RULE_PARTS,
        session_parts=SESSION_PARTS,
        preview=laid.preview if laid else None,
        sessions=laid.sessions if laid else None,
        # A committed plan has its list already; its own draw may be on today's.
        cost=laid.cost if laid and form else None,
        commit_form=commit_form if found.state is RoundState.FRAMED and leads() else None,
        draw=draws.of_round(round_id),
        usual_reserves=RESERVE_SHARE,
        population=drawable(kinds),
        inside=[(kind_name(count), count.dossiers) for count in kinds if count.inside],
        left_out=[(kind_name(count), count.dossiers) for count in kinds if not count.inside],
        proposal=previewing.propose(drawable(kinds), response or USUAL_RESPONSE),
        each=previewing.propose_each(counts, response or USUAL_RESPONSE),
        **(outlook_words.told(laid.preview.outlook) if laid else {}),
        crumbs=[
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=round_id)),
        ],
    )

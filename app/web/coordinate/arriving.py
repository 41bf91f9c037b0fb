"""A round whose dossiers arrive: its rates, and the lists that come (decision 0049)."""

from flask import Response as FlaskResponse, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.queries import arriving as rows, draws, frames, units
from app.queries.rounds import RoundView
from app.services import arriving, arriving_reveal
from app.services.arriving_plans import TAKES_LISTS, is_arriving
from app.services.errors import InvalidInputError, WrongStateError
from app.services.incoming import FOLDER
from app.texts import N_
from app.vocabulary import ArrivalState, Role, RoundState
from app.web import access
from app.web.coordinate.arriving_form import ArrivingForm
from app.web.coordinate.frames import FrameForm, crumbs
from app.web.coordinate.site import READERS, blueprint
from app.web.given_round import leads, the_round
from app.web.sign_in import actor

STATES = {
    ArrivalState.WAITING: N_("not finished"),
    ArrivalState.TAKEN: N_("taken"),
    ArrivalState.REFUSED: N_("refused: it has faults"),
    ArrivalState.UNMAPPED: N_("its columns must be explained"),
}
COLUMNS = {"unit": N_("unit"), "field": N_("field of work"), "stratum": N_("stratum")}


@blueprint.get("/<int:round_id>/arriving")
@access.roles(*READERS)
def arriving_lists(round_id: int) -> str:
    """Show the lists that came, or the form of a plan while none is committed."""
    found = the_round(round_id)
    if is_arriving(found.plan):
        return lists_page(found)
    return plan_page(found, ArrivingForm())


@blueprint.post("/<int:round_id>/arriving")
@access.roles(Role.COORDINATOR)
def commit_arriving(round_id: int) -> Response | tuple[str, int]:
    """Commit to the rates and to a seed."""
    found, form = the_round(round_id), ArrivingForm()
    plan = form.plan() if form.validate_on_submit() else None
    if plan is not None:
        try:
            arriving.commit(actor(), found.id, plan)
        except InvalidInputError as error:
            form.blame(error)
        else:
            return redirect(url_for("rounds.arriving_lists", round_id=round_id))
    return plan_page(found, form), 422


@blueprint.post("/<int:round_id>/arriving/frame.csv")
@access.roles(Role.COORDINATOR)
def salted_list(round_id: int) -> FlaskResponse:
    """Give the whole list with its salts, once the seed is out."""
    content = arriving_reveal.salted_frame(actor(), the_round(round_id).id)
    name = "attachment; filename=frame.csv"
    return FlaskResponse(content, mimetype="text/csv", headers={"Content-Disposition": name})


def plan_page(found: RoundView, form: ArrivingForm) -> str:
    """Render the form of a plan.

    Raises
    ------
    WrongStateError
        If the round has a list, and so another kind of plan.
    """
    if found.state is not RoundState.PLANNED:
        raise WrongStateError()
    return render_template(
        "rounds/arriving_plan.html",
        round=found,
        form=form,
        leads=leads(),
        units_known=units.unit_count(),
        crumbs=crumbs(found),
    )


def lists_page(found: RoundView) -> str:
    """Render what came."""
    plan, period = found.plan or {}, rows.period(found.id)
    revealed = period is not None and period.revealed_at is not None
    return render_template(
        "rounds/arriving.html",
        round=found,
        form=FrameForm(formdata=None),
        takes=found.state in TAKES_LISTS,
        leads=leads(),
        draw=draws.of_round(found.id),
        frame=frames.of_round(found.id),
        lists=rows.lists(found.id),
        days=rows.days(found.id),
        strata=rows.strata(found.id, plan["rates"], revealed=revealed),
        revealed=revealed,
        states=STATES,
        columns=COLUMNS,
        folder=(FOLDER / str(found.id)).as_posix(),
        crumbs=crumbs(found),
    )

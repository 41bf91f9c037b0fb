"""One run: what was printed, what became of it, its minutes."""

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as Reply
from wtforms import TextAreaField

from app import clock
from app.queries import slip_runs
from app.queries.slip_runs import RunView
from app.services import slip_codes, slip_minutes, slip_runs as acts
from app.services.errors import InvalidInputError
from app.services.slip_runs import Correction, Tally
from app.vocabulary import Role
from app.web import access
from app.web.given_round import the_round
from app.web.sign_in import actor
from app.web.slips.lists import attachment
from app.web.slips.run_forms import CloseForm, CorrectForm
from app.web.slips.site import HANDLERS, blueprint, crumbs, the_run

RUN = "/rounds/<int:round_id>/slips/runs/<int:run_id>"


@blueprint.get(RUN)
@access.scoped(*HANDLERS)
def one_run(round_id: int, run_id: int) -> str:
    """Show a run, and the form that is next."""
    return page(the_run(round_id, run_id))


@blueprint.post(f"{RUN}/close")
@access.scoped(*HANDLERS)
def close_run(round_id: int, run_id: int) -> Reply | tuple[str, int]:
    """Take the numbers of the evening."""
    run, form = the_run(round_id, run_id), CloseForm()
    if form.validate_on_submit():
        tally = Tally(
            form.handed.data or 0,
            form.returned.data or "",
            form.spoiled.data or "",
            form.replaced.data or 0,
            form.note.data or "",
        )
        try:
            acts.close(actor(), run_id, tally)
        except InvalidInputError as error:
            form.blame(error)
        else:
            flash(gettext("The run is reconciled; returned and spoiled slips are void."), "success")
            return redirect(url_for("slips.one_run", round_id=round_id, run_id=run_id))
    without_tokens(run_id, form.returned, form.spoiled)
    return page(run, close_form=form), 422


@blueprint.post(f"{RUN}/correct")
@access.scoped(Role.COORDINATOR)
def correct_run(round_id: int, run_id: int) -> Reply | tuple[str, int]:
    """Correct a reconciled run, with a reason."""
    run, form = the_run(round_id, run_id), CorrectForm()
    if not corrects(run):
        raise Forbidden()
    if form.validate_on_submit():
        correction = Correction(
            form.handed.data or 0,
            form.returned.data or 0,
            form.spoiled.data or 0,
            form.voided.data or "",
            form.reason.data or "",
        )
        try:
            acts.correct(actor(), run_id, correction)
        except InvalidInputError as error:
            form.blame(error)
        else:
            flash(gettext("The run is corrected."), "success")
            return redirect(url_for("slips.one_run", round_id=round_id, run_id=run_id))
    without_tokens(run_id, form.voided)
    return page(run, correct_form=form), 422


@blueprint.get(f"{RUN}/minutes.pdf")
@access.scoped(*HANDLERS)
def run_minutes(round_id: int, run_id: int) -> Response:
    """Print the minutes of a run."""
    content = slip_minutes.minutes([the_run(round_id, run_id)])
    return attachment(content, "application/pdf", f"bien-ban-phieu-moi-{round_id}-{run_id}.pdf")


def corrects(run: RunView) -> bool:
    """Whether the reader may correct the run."""
    return bool(current_user.person.may_for(frozenset({Role.COORDINATOR}), run.unit_id))


def without_tokens(run_id: int, *fields: TextAreaField) -> None:
    """Show dossier codes in place of scanned addresses: a token is never sent back."""
    slips = slip_runs.valid_slips(run_id)
    for field in fields:
        try:
            field.data = slip_codes.read(field.data or "", slips).lines
        except InvalidInputError:
            field.data = ""


def page(
    run: RunView, close_form: CloseForm | None = None, correct_form: CorrectForm | None = None
) -> str:
    """Render the run."""
    found, valid = the_round(run.round_id), len(slip_runs.valid_slips(run.id))
    if run.closed and correct_form is None and corrects(run):
        numbers = {name: getattr(run, name) for name in ("handed", "returned", "spoiled")}
        correct_form = CorrectForm(None, **numbers)
    return render_template(
        "slips/run.html",
        round=found,
        run=run,
        valid=valid,
        late=run.late(clock.today()),
        close_form=None if run.closed else close_form or CloseForm(None),
        correct_form=correct_form,
        crumbs=crumbs(found, below=True),
    )

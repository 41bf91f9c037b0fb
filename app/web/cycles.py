"""Index years from criteria set to merge."""

from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.queries import cycles as rows, results
from app.queries.cycles import CycleView
from app.services import cycles, jobs, score_previews
from app.services.cycles import NewCycle
from app.services.errors import InvalidInputError, NotFoundError
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.cycle_forms import CriteriaForm, CycleForm, ReasonForm, ScoresForm
from app.web.errors import told
from app.web.result_steps import next_step, reopening_asked
from app.web.sign_in import actor

blueprint = Blueprint("cycles", __name__, url_prefix="/index")

READERS = (Role.HOME_AFFAIRS, Role.COORDINATOR, Role.ADMINISTRATOR, Role.APPROVER)
Page = str | tuple[str, int] | Response


@blueprint.get("")
@access.roles(*READERS)
def all_cycles() -> str:
    """List the index years."""
    return render_template("cycles/all.html", cycles=rows.cycles(), sets=rows.criteria_sets())


@blueprint.get("/new")
@access.roles(Role.HOME_AFFAIRS)
def new_cycle() -> str:
    """Show the form of a new index year."""
    return render_template("cycles/new.html", form=cycle_form())


@blueprint.post("")
@access.roles(Role.HOME_AFFAIRS)
def create() -> Page:
    """Make an index year."""
    form = cycle_form()
    if form.validate_on_submit():
        new = NewCycle(
            form.year.data or 0,
            form.name.data or "",
            form.criteria.data,
            tuple(form.surveys.data or ()),
        )
        try:
            return redirect(url_for(".one_cycle", cycle_id=cycles.create(actor(), new)))
        except InvalidInputError as error:
            form.form_errors.append(told(error))
    return render_template("cycles/new.html", form=form), 422


def cycle_form() -> CycleForm:
    """Make the form with the sets and rounds that there are."""
    form = CycleForm()
    form.offer(rows.criteria_sets(), rows.usable_rounds())
    if form.year.data is None and not form.is_submitted():
        form.year.data = clock.today().year
    return form


@blueprint.get("/<int:cycle_id>")
@access.roles(*READERS)
def one_cycle(cycle_id: int) -> str:
    """Show where an index year stands and what comes next."""
    return cycle_page(the_cycle(cycle_id), ScoresForm(), ReasonForm())


@blueprint.post("/<int:cycle_id>/scores")
@access.roles(Role.HOME_AFFAIRS)
def import_scores(cycle_id: int) -> Page:
    """Hand the table of scores to the worker."""
    cycle, form = the_cycle(cycle_id), ScoresForm()
    if form.validate_on_submit():
        file = form.file.data
        sent = (file.filename or "", file.read())
        job_id = score_previews.ask_read(actor(), cycle, sent)
        return redirect(url_for("jobs.one_job", job_id=job_id))
    return cycle_page(cycle, form, ReasonForm()), 422


@blueprint.post("/<int:cycle_id>/merge")
@access.roles(Role.HOME_AFFAIRS)
def merge(cycle_id: int) -> Page:
    """Ask the worker to merge the index."""
    return asked(JobKind.MERGE, the_cycle(cycle_id))


@blueprint.get("/criteria-sets")
@access.roles(*READERS)
def all_sets() -> str:
    """List the criteria sets and offer to add one."""
    return render_template("cycles/sets.html", sets=rows.criteria_sets(), form=CriteriaForm())


@blueprint.get("/criteria-sets/<int:set_id>")
@access.roles(*READERS)
def one_set(set_id: int) -> str:
    """Show a criteria set as it was hashed."""
    found = rows.criteria_set(set_id)
    if found is None:
        raise NotFoundError()
    return render_template("cycles/set.html", criteria=found)


@blueprint.post("/criteria-sets")
@access.roles(Role.HOME_AFFAIRS)
def add_set() -> Page:
    """Hand a criteria set to the worker, which reads and checks it."""
    form = CriteriaForm()
    if form.validate_on_submit():
        file = form.file.data
        named = (file.filename or "", file.read())
        job_id = jobs.ask(actor(), JobKind.IMPORT_CRITERIA, {}, named, subject="criteria")
        return redirect(url_for("jobs.one_job", job_id=job_id))
    return render_template("cycles/sets.html", sets=rows.criteria_sets(), form=form), 422


@blueprint.post("/criteria-sets/example")
@access.roles(Role.HOME_AFFAIRS)
def add_example() -> Response:
    """Add the example that comes with the program."""
    job_id = jobs.ask(actor(), JobKind.IMPORT_CRITERIA, {"example": True}, subject="criteria")
    return redirect(url_for("jobs.one_job", job_id=job_id))


def the_cycle(cycle_id: int) -> CycleView:
    """Find the index year of the address."""
    cycle = rows.cycle(cycle_id)
    if cycle is None:
        raise NotFoundError()
    return cycle


def asked(kind: JobKind, cycle: CycleView) -> Response:
    """Ask the worker for work on a cycle, and go to where it tells how it fares."""
    job_id = jobs.ask(actor(), kind, {"cycle_id": cycle.id}, subject=f"cycle:{cycle.id}")
    return redirect(url_for("jobs.one_job", job_id=job_id))


def cycle_page(cycle: CycleView, scores: ScoresForm, reason: ReasonForm) -> str:
    """Render the page of an index year."""
    versions = results.versions(cycle.id)
    newest = results.result(versions[0].id) if versions else None
    return render_template(
        "cycles/one.html",
        cycle=cycle,
        count=rows.score_count(cycle.id),
        versions=versions,
        newest=newest,
        scores_form=scores,
        reason_form=reason,
        leads=current_user.person.may(frozenset({Role.HOME_AFFAIRS})),
        next=next_step(newest.head) if newest else None,
        reopening=reopening_asked(newest.head) if newest else None,
    )

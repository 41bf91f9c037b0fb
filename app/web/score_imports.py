"""Scores on their way into an index year: mapped, looked at, confirmed, kept with their history."""

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.documents import score_table
from app.documents.media import CSV, XLSX
from app.queries import cycles as rows, score_imports as imports, sources
from app.queries.cycles import CycleView
from app.queries.score_imports import ChangeSet
from app.services import score_previews
from app.services.errors import InvalidInputError, NotFoundError
from app.services.score_previews import Look
from app.vocabulary import CycleState, Role, SourceKind
from app.web import access, score_mapping_form as mapping_form
from app.web.errors import told
from app.web.score_mapping_form import LAYOUTS, MEANINGS, POLICIES, ROLES, MappingForm, choices
from app.web.sign_in import actor

blueprint = Blueprint("score_imports", __name__, url_prefix="/index/<int:cycle_id>/scores")

READERS = (Role.HOME_AFFAIRS, Role.COORDINATOR, Role.ADMINISTRATOR, Role.APPROVER)
UNITS_A_PAGE = 20
TAKES_SCORES = (CycleState.PLANNED, CycleState.COUNCIL)


@blueprint.get("")
@access.roles(*READERS)
def all_imports(cycle_id: int) -> str:
    """Show what was imported, and where to get the present table."""
    cycle = the_cycle(cycle_id)
    return render_template(
        "cycles/scores.html",
        cycle=cycle,
        count=rows.score_count(cycle_id),
        imports=imports.imports(cycle_id),
        policies=POLICIES,
    )


@blueprint.get("/imports/<int:import_id>")
@access.roles(*READERS)
def one_import(cycle_id: int, import_id: int) -> str:
    """Show an import and everything that it changed."""
    found = imports.one_import(cycle_id, import_id)
    if found is None:
        raise NotFoundError()
    return render_template(
        "cycles/scores_import.html",
        cycle=the_cycle(cycle_id),
        head=found.head,
        changes=found.changes,
        policies=POLICIES,
        **page_of(found.changes),
    )


@blueprint.get("/table.csv")
@access.roles(*READERS)
def table_csv(cycle_id: int) -> Response:
    """Hand out the present table in the format that can be imported again."""
    content = score_table.as_csv(rows.scores(the_cycle(cycle_id).id))
    return attachment(content, CSV, f"diem-{cycle_id}.csv")


@blueprint.get("/table.xlsx")
@access.roles(*READERS)
def table_xlsx(cycle_id: int) -> Response:
    """Hand out the present table as a workbook."""
    content = score_table.as_xlsx(rows.scores(the_cycle(cycle_id).id))
    return attachment(content, XLSX, f"diem-{cycle_id}.xlsx")


def attachment(content: bytes, media_type: str, filename: str) -> Response:
    """Make a download."""
    reply = Response(content, mimetype=media_type)
    reply.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    reply.headers["Cache-Control"] = "no-store"
    return reply


@blueprint.get("/mapping/<int:job_id>")
@access.roles(Role.HOME_AFFAIRS)
def mapping(cycle_id: int, job_id: int) -> str:
    """Show how a file looks and how it would be read."""
    look = score_previews.look_of(the_cycle(cycle_id).id, job_id)
    attempt = request.args.get("attempt", 0, type=int)
    tried = score_previews.attempted(cycle_id, attempt) if attempt else None
    return mapping_page(the_cycle(cycle_id), look, mapping_form.fill(look, tried))


@blueprint.post("/mapping/<int:job_id>")
@access.roles(Role.HOME_AFFAIRS)
def map_columns(cycle_id: int, job_id: int) -> Response | tuple[str, int]:
    """Let the worker read the file as it was mapped, or look again with other header lines."""
    cycle = the_cycle(cycle_id)
    look = score_previews.look_of(cycle_id, job_id)
    headers = mapping_form.moved_headers(look, request.form)
    if headers:
        return to_job(score_previews.ask_headers(actor(), cycle, look, headers))
    chosen = mapping_form.read(look, request.form)
    source = request.form.get("source", "")
    try:
        return to_job(score_previews.ask_mapped(actor(), cycle, look, chosen, source))
    except InvalidInputError as error:
        form = mapping_form.fill(look, chosen, source)
        return mapping_page(cycle, look, form, told(error)), 422


def mapping_page(cycle: CycleView, look: Look, form: MappingForm, fault: str = "") -> str:
    """Render the mapping page."""
    return render_template(
        "cycles/scores_mapping.html",
        cycle=cycle,
        look=look,
        form=form,
        fault=fault,
        roles=choices(ROLES),
        layouts=choices(LAYOUTS),
        meanings=choices(MEANINGS),
        policies=choices(POLICIES),
        names=[source.name for source in sources.of_kind(SourceKind.SCORES)],
    )


@blueprint.get("/preview/<int:job_id>")
@access.roles(*READERS)
def preview(cycle_id: int, job_id: int) -> str:
    """Show what a file would change."""
    seen = score_previews.preview_of(the_cycle(cycle_id).id, job_id)
    leads = current_user.person.may(frozenset({Role.HOME_AFFAIRS}))
    cycle = the_cycle(cycle_id)
    return render_template(
        "cycles/scores_preview.html",
        cycle=cycle,
        seen=seen,
        changes=seen.changes,
        leads=leads and cycle.state in TAKES_SCORES,
        policies=POLICIES,
        **page_of(seen.changes),
    )


@blueprint.post("/preview/<int:job_id>")
@access.roles(Role.HOME_AFFAIRS)
def confirm(cycle_id: int, job_id: int) -> Response:
    """Let the worker store what the page showed."""
    cycle = the_cycle(cycle_id)
    seen = score_previews.preview_of(cycle_id, job_id)
    digest = request.form.get("digest", "")
    return to_job(score_previews.ask_import(actor(), cycle, seen, digest))


@blueprint.post("/preview/<int:job_id>/policy")
@access.roles(Role.HOME_AFFAIRS)
def other_policy(cycle_id: int, job_id: int) -> Response:
    """Let the worker work out the same file with the other policy."""
    cycle = the_cycle(cycle_id)
    seen = score_previews.preview_of(cycle_id, job_id)
    policy = mapping_form.one_of(POLICIES, request.form.get("policy"))
    return to_job(score_previews.ask_policy(actor(), cycle, seen, policy))


def to_job(job_id: int) -> Response:
    """Go to where the worker tells how it fares."""
    return redirect(url_for("jobs.one_job", job_id=job_id))


def page_of(changes: ChangeSet) -> dict[str, object]:
    """Cut the units with changes into pages."""
    units = changes.by_unit()
    last = max(1, -(-len(units) // UNITS_A_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), last)
    shown = units[(page - 1) * UNITS_A_PAGE : page * UNITS_A_PAGE]
    address = {**(request.view_args or {})}

    def href(number: int) -> str:
        return url_for(str(request.endpoint), **address, page=number)

    return {"href": href, "units": shown, "page": page, "last": last, "all_units": len(units)}


def the_cycle(cycle_id: int) -> CycleView:
    """Find the index year of the address."""
    cycle = rows.cycle(cycle_id)
    if cycle is None:
        raise NotFoundError()
    return cycle

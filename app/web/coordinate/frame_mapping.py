"""The page on which a person says what the columns and words of a list mean."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.queries import sources
from app.services import frame_sources
from app.services.frame_sources import Waiting
from app.vocabulary import Role, SourceKind
from app.web import access
from app.web.coordinate.frame_mapping_form import MappingForm, mapping_form
from app.web.coordinate.frame_words import GROUPS
from app.web.coordinate.frames import crumbs
from app.web.coordinate.site import blueprint
from app.web.given_round import the_round
from app.web.sign_in import actor
from sampling.listing.mapping import WORD_TARGETS


@blueprint.get("/<int:round_id>/frame/mapping/<int:job_id>")
@access.roles(Role.COORDINATOR)
def mapping_page(round_id: int, job_id: int) -> str:
    """Show what the list looks like and how it would be read."""
    found = frame_sources.waiting(the_round(round_id).id, job_id)
    return page(round_id, job_id, found, mapping_form(found.sheet, found.mapping, found.name))


@blueprint.post("/<int:round_id>/frame/mapping/<int:job_id>")
@access.roles(Role.COORDINATOR)
def map_columns(round_id: int, job_id: int) -> Response | tuple[str, int]:
    """Take the mapping and ask for the import."""
    found = frame_sources.waiting(the_round(round_id).id, job_id)
    form = mapping_form(found.sheet, found.mapping, found.name, request.form)
    if not form.validate():
        return page(round_id, job_id, found, form), 422
    mapping = form.mapping(found.mapping)
    faults = mapping.faults(found.sheet)
    if faults:
        form.mark(faults)
        return page(round_id, job_id, found, form), 422
    name = form.source_name.data
    wanted = frame_sources.ask_import(actor(), round_id, found, mapping, name)
    return redirect(url_for("jobs.one_job", job_id=wanted))


def page(round_id: int, job_id: int, found: Waiting, form: MappingForm) -> str:
    """Render the mapping page."""
    the = the_round(round_id)
    return render_template(
        "rounds/frame_mapping.html",
        round=the,
        job_id=job_id,
        sheet=found.sheet,
        form=form,
        groups=GROUPS,
        word_targets=WORD_TARGETS,
        names=[source.name for source in sources.of_kind(SourceKind.FRAME)],
        crumbs=crumbs(the),
    )

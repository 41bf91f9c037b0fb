"""Posters: one at once, many as a job."""

from flask import Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.documents.posters import Paper
from app.services import jobs, posters
from app.services.errors import NotFoundError
from app.services.posters import FORMS
from app.vocabulary import JobKind
from app.web import access
from app.web.counters import site
from app.web.counters.forms import EVERY_UNIT, PrintForm
from app.web.counters.pages import list_page
from app.web.counters.site import KEEPERS, READERS, Page, blueprint
from app.web.sign_in import actor

SIZES = {paper.value: paper for paper in Paper}


@blueprint.get("/<int:counter_id>/poster.<form>")
@access.scoped(*READERS)
def poster(counter_id: int, form: str) -> Response:
    """Give the poster of a counter as PDF or SVG.

    Raises
    ------
    NotFoundError
        If it comes in no such form or size.
    """
    counter = site.the_counter(counter_id)
    paper = SIZES.get(request.args.get("paper", Paper.A4.value))
    wanted = next((known for known in FORMS if known == form), None)
    if paper is None or wanted is None:
        raise NotFoundError()
    made = posters.one(counter, current_app.config["KHAOSAT"].address, paper, wanted)
    reply = Response(made.content, content_type=made.media_type)
    reply.headers.set("Content-Disposition", "attachment", filename=made.filename)
    return reply


@blueprint.post("/posters")
@access.roles(*KEEPERS)
def print_posters() -> Page | AnyResponse:
    """Let the worker draw the posters of a unit, or of all."""
    form = PrintForm()
    form.fill()
    if not form.validate_on_submit():
        return list_page(printing=form), 422
    chosen = form.posters_of.data
    asked = {
        "unit_id": None if chosen == EVERY_UNIT else int(chosen),
        "paper": form.paper.data,
        "address": current_app.config["KHAOSAT"].address,
    }
    job_id = jobs.ask(actor(), JobKind.PRINT_POSTERS, asked, subject=f"counters:{chosen}")
    return redirect(url_for("jobs.one_job", job_id=job_id))

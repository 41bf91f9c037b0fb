"""What is done with a batch: return, re-check, its results, settling."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import jobs, post_batches, post_rechecks
from app.services.errors import InvalidInputError
from app.services.post_rules import Found, Returned
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.post.forms import RecheckForm, ResultForm, ReturnForm
from app.web.post.one import page
from app.web.post.site import ONE, READERS, blueprint, the_batch
from app.web.sign_in import actor

Page = Response | tuple[str, int]


@blueprint.post(f"{ONE}/return")
@access.roles(Role.COORDINATOR)
def take_back(round_id: int, batch_id: int) -> Page:
    """Take the numbers of the forms that are back; the worker ends their codes."""
    batch, form = the_batch(round_id, batch_id), ReturnForm()
    if form.validate_on_submit():
        counts = Returned(**{name: form[name].data for name in Returned.__dataclass_fields__})
        try:
            post_batches.take_back(actor(), batch_id, counts)
        except InvalidInputError as error:
            form.blame(error)
        else:
            ask("end_codes", round_id, batch_id)
            flash(gettext("The forms are counted; their codes stop working."), "success")
            return redirect(url_for("post.one_batch", round_id=round_id, batch_id=batch_id))
    return page(batch, form), 422


@blueprint.post(f"{ONE}/recheck")
@access.roles(*READERS)
def draw(round_id: int, batch_id: int) -> Page:
    """Let the worker draw the re-check and print its sheet for whoever asks."""
    batch, form = the_batch(round_id, batch_id), RecheckForm()
    if not form.validate_on_submit():
        return page(batch, form), 422
    checker = (form.checker.data or "").strip()
    if post_rechecks.same_body(checker, batch.carrier):
        form.checker.errors = [gettext(post_rechecks.SAME_BODY)]
        return page(batch, form), 422
    post_rechecks.require_another(actor(), batch, checker)
    job_id = ask("draw", round_id, batch_id, checker=checker)
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.post(f"{ONE}/results")
@access.roles(*READERS)
def enter(round_id: int, batch_id: int) -> Page:
    """Let the worker store what the re-check found, with its interval."""
    batch, form = the_batch(round_id, batch_id), ResultForm()
    if form.validate_on_submit():
        found = {name: form[name].data for name in Found.__dataclass_fields__}
        try:
            post_rechecks.check(actor(), batch_id, Found(**found))
        except InvalidInputError as error:
            form.blame(error)
        else:
            job_id = ask("enter", round_id, batch_id, found=found)
            return redirect(url_for("jobs.one_job", job_id=job_id))
    return page(batch, form), 422


@blueprint.post(f"{ONE}/settle")
@access.roles(Role.COORDINATOR)
def settle(round_id: int, batch_id: int) -> Response:
    """Settle what is paid for a batch."""
    the_batch(round_id, batch_id)
    post_rechecks.settle(actor(), batch_id)
    flash(gettext("The batch is settled."), "success")
    return redirect(url_for("post.one_batch", round_id=round_id, batch_id=batch_id))


def ask(act: str, round_id: int, batch_id: int, **more: object) -> int:
    """Ask the worker for an act on a batch; its job."""
    asked = {"act": act, "round_id": round_id, "batch_id": batch_id, **more}
    # Two people who ask at once get a job each: the file is for whoever asked.
    subject = f"post:{batch_id}/{act}/{actor().account_id}"
    return jobs.ask(actor(), JobKind.POST_BATCH, asked, subject=subject)

"""The batches of a round: their list, a new one, the payment file."""

from flask import Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as Reply
from wtforms.fields.choices import SelectChoice

from app.queries import ballots, post_batches
from app.queries.rounds import RoundView
from app.services import field_monitor, jobs, post_payments
from app.vocabulary import Door, JobKind, Role, RoundState
from app.web import access
from app.web.coordinate import field_words
from app.web.given_round import leads, the_round
from app.web.post.forms import HandoverForm
from app.web.post.site import ALL, READERS, blueprint, crumbs
from app.web.sign_in import actor
from app.web.slips.lists import XLSX, attachment


@blueprint.get(ALL)
@access.roles(*READERS)
def all_batches(round_id: int) -> str:
    """List the batches of a round."""
    return page(the_round(round_id), HandoverForm(formdata=None))


@blueprint.post(ALL)
@access.roles(Role.COORDINATOR)
def hand_over(round_id: int) -> Reply | tuple[str, int]:
    """Let the worker choose who gets a form, and print the forms."""
    found, form = the_round(round_id), HandoverForm()
    offer(form, found)
    if not form.validate_on_submit():
        return page(found, form), 422
    unit_id = form.unit.data
    order = {
        "unit_id": unit_id,
        "carrier": (form.carrier.data or "").strip(),
        "most": form.most.data,
        "price": form.price.data,
        "share": form.share.data,
    }
    asked = {
        "act": "hand_over",
        "round_id": round_id,
        "order": order,
        "address": current_app.config["KHAOSAT"].address,
    }
    subject = f"round:{round_id}/post:{unit_id}"
    job_id = jobs.ask(actor(), JobKind.POST_BATCH, asked, subject=subject)
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.get(f"{ALL}/payment.xlsx")
@access.roles(Role.COORDINATOR)
def payment(round_id: int) -> Response:
    """Give what is paid for the batches that were re-checked."""
    found = the_round(round_id)
    batches = post_batches.of_round(round_id)
    content = post_payments.as_workbook(found.name, found.dry_run, batches)
    return attachment(content, XLSX, f"thanh-toan-buu-chinh-{round_id}.xlsx")


def page(found: RoundView, form: HandoverForm) -> str:
    """Render the list."""
    offer(form, found)
    batches = post_batches.of_round(found.id)
    making = leads() and found.state is RoundState.OPEN
    monitor = field_monitor.of_round(found) if batches and leads() else None
    arrived = monitor.doors.get(Door.POST.value) if monitor else None
    return render_template(
        "post/all.html",
        round=found,
        batches=batches,
        form=form if making and form.unit.choices else None,
        arrived=field_words.told(arrived) if arrived else None,
        payable=leads() and any(each.state in post_payments.PAYABLE for each in batches),
        paid=post_payments.paid,
        crumbs=crumbs(found),
    )


def offer(form: HandoverForm, found: RoundView) -> None:
    """Offer the units that have drawn dossiers."""
    form.unit.choices = [
        SelectChoice(each.unit_id, f"{each.name} ({each.code})")
        for each in ballots.by_unit(found.id)
    ]

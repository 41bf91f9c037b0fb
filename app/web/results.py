"""Versions of an index: checked, approved and published by different persons, or reopened."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.queries import results
from app.queries.results import ResultView
from app.services import publishing, reopening
from app.services.errors import NotFoundError
from app.vocabulary import Role
from app.web import access
from app.web.cycle_forms import ReasonForm, ScoresForm
from app.web.cycles import READERS, Page, cycle_page, the_cycle
from app.web.result_steps import next_step, reopening_asked
from app.web.sign_in import actor

blueprint = Blueprint("results", __name__, url_prefix="/index")


@blueprint.get("/<int:cycle_id>/results/<int:result_id>")
@access.roles(*READERS)
def one_result(cycle_id: int, result_id: int) -> str:
    """Show a version of the index with where every number comes from."""
    view = the_result(cycle_id, result_id)
    return render_template(
        "cycles/result.html",
        cycle=the_cycle(cycle_id),
        head=view.head,
        document=view.document,
        findings=publishing.verify(view),
        next=next_step(view.head),
    )


@blueprint.post("/<int:cycle_id>/results/<int:result_id>/check")
@access.roles(*publishing.CHECKERS)
def check(cycle_id: int, result_id: int) -> Response:
    """Confirm a version as the second person."""
    publishing.check(actor(), the_result(cycle_id, result_id).head.id)
    flash(gettext("The index is checked: the approver decides now."), "success")
    return redirect(url_for("cycles.one_cycle", cycle_id=cycle_id))


@blueprint.post("/<int:cycle_id>/results/<int:result_id>/approve")
@access.roles(*publishing.APPROVERS)
def approve(cycle_id: int, result_id: int) -> Response:
    """Approve a version."""
    publishing.approve(actor(), the_result(cycle_id, result_id).head.id)
    flash(gettext("The index is approved."), "success")
    return redirect(url_for("cycles.one_cycle", cycle_id=cycle_id))


@blueprint.post("/<int:cycle_id>/results/<int:result_id>/publish")
@access.roles(*publishing.PUBLISHERS)
def publish(cycle_id: int, result_id: int) -> Response:
    """Publish an approved version."""
    publishing.publish(actor(), the_result(cycle_id, result_id).head.id)
    flash(gettext("The index is published: anybody can read it now."), "success")
    return redirect(url_for("cycles.one_cycle", cycle_id=cycle_id))


@blueprint.post("/<int:cycle_id>/reopen")
@access.roles(Role.HOME_AFFAIRS)
def reopen(cycle_id: int) -> Page:
    """Take a merged index back to the council, or ask for it once it was checked."""
    cycle, form = the_cycle(cycle_id), ReasonForm()
    if not form.validate_on_submit():
        return cycle_page(cycle, ScoresForm(), form), 422
    reason = form.reason.data or ""
    newest = results.versions(cycle_id)[0] if results.versions(cycle_id) else None
    asked = reopening_asked(newest) if newest else None
    if newest and newest.checked_by is not None and (asked is None or asked.state == "waiting"):
        reopening.ask_reopening(actor(), cycle_id, reason)
        flash(gettext("Asked: another person decides about it."), "success")
    else:
        reopening.reopen(actor(), cycle_id, reason)
        flash(gettext("The index is before the council again."), "success")
    return redirect(url_for("cycles.one_cycle", cycle_id=cycle_id))


def the_result(cycle_id: int, result_id: int) -> ResultView:
    """Find the version of the address."""
    view = results.result(result_id)
    if view is None or view.head.cycle_id != cycle_id:
        raise NotFoundError()
    return view

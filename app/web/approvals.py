"""What waits for a second person, and what one has asked others for."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import SubmitField, TextAreaField
from wtforms.validators import Length

from app.queries import approvals as rows, results
from app.queries.approvals import ApprovalView
from app.queries.people import Person
from app.queries.results import ResultHead
from app.services import four_eyes
from app.services.errors import InvalidInputError
from app.services.four_eyes import (
    ACTS,
    LEADERS,
    OFFICE_MODE,
    RELEASE_RESERVES,
    REOPEN,
    RESET_SECOND_FACTOR,
)
from app.web import access
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.result_steps import next_step
from app.web.sign_in import actor

blueprint = Blueprint("approvals", __name__, url_prefix="/approvals")
PERSON_PAGE = "people.one_person"
Page = str | tuple[str, int] | Response


class DecisionForm(StaffForm):
    """Yes or no to what another person asked for."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [Length(max=four_eyes.LONGEST_REASON)],
        description=lazy_gettext("Needed for a refusal; whoever asked can read it."),
    )
    approve = SubmitField(lazy_gettext("Approve"))
    refuse = SubmitField(lazy_gettext("Refuse"))


@blueprint.get("")
@access.roles(*LEADERS)
def all_approvals() -> str:
    """List what waits for the reader and what the reader asked for."""
    return page()


def page(failed: tuple[int, DecisionForm] | None = None) -> str:
    """Render the lists; a form that failed keeps what was entered."""
    person = current_user.person
    waiting = decidable(person)
    forms = {view.id: DecisionForm(formdata=None) for view in waiting}
    if failed:
        forms[failed[0]] = failed[1]
    for number, form in forms.items():
        form.reason.id = f"reason-{number}"
    return render_template(
        "approvals/all.html",
        waiting=waiting,
        forms=forms,
        failed=failed[0] if failed else None,
        indexes=indexes_waiting(),
        asked=rows.asked_by(person.id),
        title_of=title,
        place_of=place,
        effect_of=effect,
    )


@blueprint.post("/<int:approval_id>")
@access.roles(*LEADERS)
def decide(approval_id: int) -> Page:
    """Approve or refuse."""
    form = DecisionForm()
    chosen = form.approve.data != form.refuse.data
    if form.validate_on_submit() and chosen:
        try:
            four_eyes.decide(actor(), approval_id, not form.refuse.data, form.reason.data or "")
        except InvalidInputError as error:
            form.reason.errors = [told(error)]
        else:
            done = gettext("Refused.") if form.refuse.data else gettext("Approved.")
            flash(done, "success")
            return redirect(url_for(".all_approvals"))
    return page((approval_id, form)), 422


@blueprint.post("/<int:approval_id>/withdraw")
@access.roles(*LEADERS)
def withdraw(approval_id: int) -> Response:
    """Take back what the reader asked for."""
    four_eyes.withdraw(actor(), approval_id)
    flash(gettext("Withdrawn."), "success")
    return redirect(url_for(".all_approvals"))


def decidable(person: Person) -> list[ApprovalView]:
    """List what others asked for and a person may decide."""
    return [
        view for view in rows.waiting() if four_eyes.may_decide(person, view.act, view.asked_by)
    ]


def waiting_for(person: Person) -> int:
    """Count what waits for the reader."""
    return len(decidable(person)) + len(indexes_waiting())


def indexes_waiting() -> list[ResultHead]:
    """List the versions of indexes that the reader could check or approve now."""
    steps = [(head, next_step(head)) for head in results.awaiting()]
    return [head for head, step in steps if step.checkable or step.approvable]


def title(view: ApprovalView) -> str:
    """Name what was asked for."""
    if view.act == OFFICE_MODE:
        on = view.object.endswith(":on")
        return str(gettext("Small-office mode on") if on else gettext("Small-office mode off"))
    return f"{gettext(ACTS[view.act].title)}: {view.subject}"


def effect(view: ApprovalView) -> str:
    """Say what an approval lets happen, where its name does not say it all."""
    if view.act != RELEASE_RESERVES:
        return ""
    return str(
        gettext(
            "The next ranks of the same draw, counted in the stratum by the numbers above, get the "
            "right to answer and count as drawn. Nobody chooses them: they follow from the seed. "
            "The coordinator then puts them to use; it is refused if the list, the plan or the "
            "rule has changed by then."
        )
    )


def place(view: ApprovalView) -> str | None:
    """Find the page on which what was approved is done."""
    number = view.object.rpartition(":")[2]
    if view.act == OFFICE_MODE:
        return url_for("office.settings")
    if view.act == REOPEN:
        return url_for("cycles.one_cycle", cycle_id=int(number))
    if view.act == RESET_SECOND_FACTOR and PERSON_PAGE in current_app.view_functions:
        return url_for(PERSON_PAGE, account_id=int(number))
    return None

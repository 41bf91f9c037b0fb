"""How this office works: the mode in which one person may hold several roles."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SubmitField

from app.queries import approvals, office as settings_rows
from app.queries.approvals import ApprovalView
from app.services import office
from app.services.four_eyes import LEADERS, OFFICE_MODE
from app.vocabulary import Role
from app.web import access
from app.web.forms import StaffForm, reason_field
from app.web.sign_in import actor

blueprint = Blueprint("office", __name__, url_prefix="/office")
Page = str | tuple[str, int] | Response


class SwitchForm(StaffForm):
    """Why the office changes its mode."""

    reason = reason_field(lazy_gettext("The second person reads it; it stays on this page."))
    submit = SubmitField(lazy_gettext("Ask a second person"))


@blueprint.get("")
@access.roles(*LEADERS)
def settings() -> str:
    """Show how the office works."""
    return page(SwitchForm())


def page(form: SwitchForm) -> str:
    """Render the settings."""
    present = settings_rows.small_office()
    return render_template(
        "office/settings.html",
        present=present,
        form=form,
        asked=asked(not present.on),
        several=office.several_hats() if present.on else [],
    )


@blueprint.post("/mode")
@access.roles(Role.ADMINISTRATOR)
def ask_switch() -> Page:
    """Ask a second person to approve changing the mode."""
    form = SwitchForm()
    if not form.validate_on_submit():
        return page(form), 422
    office.ask_switch(actor(), not settings_rows.small_office().on, form.reason.data or "")
    flash(gettext("Asked: another person decides about it."), "success")
    return redirect(url_for(".settings"))


@blueprint.post("/mode/switch")
@access.roles(Role.ADMINISTRATOR)
def switch() -> Response:
    """Change the mode as a second person approved it."""
    on = not settings_rows.small_office().on
    found = asked(on)
    office.switch(actor(), on, found.reason if found else "")
    flash(gettext("The office works in another mode from now on."), "success")
    return redirect(url_for(".settings"))


def asked(on: bool) -> ApprovalView | None:
    """Find the request to switch that waits or was approved."""
    return approvals.standing(OFFICE_MODE, office.name(on))

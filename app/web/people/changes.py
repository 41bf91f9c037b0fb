"""What administrators change about a person, and what they require of all."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import accounts, second_factor_duty
from app.services.errors import InvalidInputError, NotFoundError
from app.vocabulary import Role
from app.web import access, freshness
from app.web.errors import told
from app.web.people.forms import GrantForm, IdentityForm
from app.web.people.pages import person_page
from app.web.people.site import Page, blueprint, the_person
from app.web.sign_in import actor


@blueprint.post("/<int:account_id>")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def change(account_id: int) -> Page | Response:
    """Correct name and address."""
    view, form = the_person(account_id), IdentityForm()
    if form.validate_on_submit():
        try:
            accounts.change(actor(), account_id, form.email.data or "", form.name.data or "")
        except InvalidInputError as error:
            form.email.errors = [told(error)]
        else:
            return back(account_id, gettext("Saved."))
    return person_page(view, identity=form), 422


@blueprint.post("/<int:account_id>/roles")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def give_role(account_id: int) -> Page | Response:
    """Give a role."""
    view, form = the_person(account_id), GrantForm()
    form.fill()
    if form.validate_on_submit():
        given = form.grant()
        try:
            accounts.give_role(actor(), account_id, given)
        except InvalidInputError as error:
            form.role.errors = [told(error)]
        else:
            return back(account_id, gettext("The role is given; it holds from now on."))
    return person_page(view, grant=form), 422


@blueprint.post("/<int:account_id>/roles/take")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def take_role(account_id: int) -> Response:
    """Take a role away."""
    view = the_person(account_id)
    wanted = (request.form.get("role", ""), request.form.get("unit", ""))
    held = {(grant.role.value, str(grant.unit_id or "")): grant for grant in view.person.grants}
    if wanted not in held:
        raise NotFoundError()
    accounts.take_role(actor(), account_id, held[wanted])
    return back(account_id, gettext("The role is taken away; it ended at once."))


@blueprint.post("/<int:account_id>/disable")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def disable(account_id: int) -> Response:
    """Lock a person out."""
    accounts.disable(actor(), account_id)
    return back(account_id, gettext("Disabled: all sessions ended, links stopped working."))


@blueprint.post("/<int:account_id>/enable")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def enable(account_id: int) -> Response:
    """Let a person in again."""
    accounts.enable(actor(), account_id)
    return back(account_id, gettext("Enabled."))


@blueprint.post("/second-factor")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def require_second_factor() -> Response:
    """Require a second factor of the roles that decide, or leave it to everybody."""
    second_factor_duty.require(actor(), request.form.get("required") == "yes")
    flash(gettext("Saved."), "success")
    return redirect(url_for("people.all_people"))


def back(account_id: int, text: str) -> Response:
    """Return to the person with a word on what was done."""
    flash(text, "success")
    return redirect(url_for("people.one_person", account_id=account_id))

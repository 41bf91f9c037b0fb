"""Links with which people choose a password, and lost second factors."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.services import account_links, second_factor_resets
from app.vocabulary import Role
from app.web import access, freshness
from app.web.people.changes import back
from app.web.people.forms import ReasonForm
from app.web.people.pages import link_page, person_page
from app.web.people.site import Page, blueprint, the_person
from app.web.sign_in import actor


@blueprint.post("/<int:account_id>/link")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def issue_link(account_id: int) -> str:
    """Make a new link and show it once; earlier ones stop working."""
    return link_page(account_links.issue(actor(), account_id))


@blueprint.post("/<int:account_id>/link/revoke")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def revoke_link(account_id: int) -> Response:
    """Make a person's links worthless."""
    account_links.revoke(actor(), account_id)
    return back(account_id, gettext("The link stopped working."))


@blueprint.post("/<int:account_id>/second-factor/ask")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def ask_reset(account_id: int) -> Page | Response:
    """Ask another person to agree to a reset."""
    view, form = the_person(account_id), ReasonForm()
    if not form.validate_on_submit():
        return person_page(view, reason=form), 422
    second_factor_resets.ask_reset(actor(), account_id, form.reason.data or "")
    flash(gettext("Asked: another person decides about it."), "success")
    return redirect(url_for("people.one_person", account_id=account_id))


@blueprint.post("/<int:account_id>/second-factor/reset")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def reset_second_factor(account_id: int) -> str:
    """Take off a second factor as another person agreed, and show the link of the new start."""
    return link_page(second_factor_resets.reset(actor(), account_id))

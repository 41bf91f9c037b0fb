"""Requests of people who want their phone erased: found by number, erased by dossier."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.queries.contacts import FoundContact
from app.services import contacts
from app.services.errors import InvalidInputError
from app.vocabulary import Role
from app.web import access
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.sign_in import actor

blueprint = Blueprint("contacts", __name__, url_prefix="/contacts")
NOT_A_PHONE = lazy_gettext("Enter a phone number, such as 0901 234 567.")


class SearchForm(StaffForm):
    """A phone number; it stands in no address and no log."""

    phone = StringField(
        lazy_gettext("Phone number"),
        [DataRequired(NOT_A_PHONE), Length(max=40, message=NOT_A_PHONE)],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


@blueprint.get("")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def search_form() -> str:
    """Ask for the number."""
    return page(SearchForm(), None)


@blueprint.post("")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def search() -> str | tuple[str, int]:
    """List the dossiers on which the number stands."""
    form = SearchForm()
    if not form.validate_on_submit():
        return page(form, None), 422
    try:
        found = contacts.search(actor(), form.phone.data)
    except InvalidInputError as error:
        form.phone.errors = [told(error)]
        return page(form, None), 422
    # The number is not sent back: whoever looks at the screen later learns nothing.
    form.phone.data = ""
    return page(form, found)


@blueprint.post("/erase")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def erase() -> Response:
    """Erase the contacts of the dossiers that a search found."""
    wanted = request.form.getlist("dossier", type=int)
    count = contacts.erase(actor(), wanted)
    flash(ngettext("%(num)s contact erased.", "%(num)s contacts erased.", count), "success")
    return redirect(url_for("contacts.search_form"))


def page(form: SearchForm, found: list[FoundContact] | None) -> str:
    """Render the page; without a search there is nothing found yet."""
    return render_template("contacts/search.html", form=form, found=found)

"""Keys of other software: made, shown once, revoked."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app import clock
from app.queries import api_keys as key_rows, units
from app.services import api_keys
from app.services.api_keys import LONGEST_NAME, NO_NAME
from app.vocabulary import Role
from app.web import access, freshness
from app.web.forms import StaffForm
from app.web.sign_in import actor

blueprint = Blueprint("api_keys", __name__, url_prefix="/api-keys")
Page = str | tuple[str, int] | Response


class NewKeyForm(StaffForm):
    """Which software is to have a key."""

    name = StringField(
        lazy_gettext("Software"),
        [InputRequired(lazy_gettext(NO_NAME)), Length(max=LONGEST_NAME)],
        description=lazy_gettext(
            "Its name and who runs it, so that you know later what to revoke."
        ),
        render_kw={"autocomplete": "off"},
    )
    unit = SelectField(lazy_gettext("Holds for"))
    submit = SubmitField(lazy_gettext("Make a key"))

    def fill(self) -> None:
        """Offer the units of today."""
        today = [
            (str(unit.id), f"{unit.name} ({unit.code})") for unit in units.units_on(clock.today())
        ]
        self.unit.choices = [("", gettext("all units")), *today]


@blueprint.get("")
@access.roles(Role.ADMINISTRATOR)
def all_keys() -> str:
    """List the keys."""
    form = NewKeyForm()
    form.fill()
    return page(form)


@blueprint.post("")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def make() -> Page:
    """Make a key and show it, this once."""
    form = NewKeyForm()
    form.fill()
    if not form.validate_on_submit():
        return page(form), 422
    made = api_keys.make(
        actor(), form.name.data or "", int(form.unit.data) if form.unit.data else None
    )
    address = current_app.config["KHAOSAT"].address
    return render_template("api_keys/made.html", made=made, address=address)


@blueprint.post("/<int:key_id>/revoke")
@access.roles(Role.ADMINISTRATOR)
@freshness.required
def revoke(key_id: int) -> Response:
    """End a key."""
    api_keys.revoke(actor(), key_id)
    flash(gettext("The key is revoked; calls with it are refused from now on."), "success")
    return redirect(url_for(".all_keys"))


def page(form: NewKeyForm) -> str:
    """Render the list."""
    return render_template("api_keys/all.html", keys=key_rows.all_keys(), form=form)

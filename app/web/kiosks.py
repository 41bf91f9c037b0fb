"""The page on which coordinators set up kiosks and revoke them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import InputRequired, Length

from app.queries import counters, kiosks as kiosk_rows
from app.queries.counters import CounterView
from app.services import kiosks
from app.services.errors import NotFoundError
from app.services.kiosks import LONGEST_NAME, NO_NAME
from app.vocabulary import Role
from app.web import access
from app.web.forms import StaffForm
from app.web.sign_in import actor

blueprint = Blueprint("kiosks", __name__, url_prefix="/kiosks")
READERS = (Role.ADMINISTRATOR, Role.COORDINATOR)
Page = str | tuple[str, int]


class NewKioskForm(StaffForm):
    """Which counter is to have a kiosk."""

    counter = SelectField(lazy_gettext("Counter"))
    name = StringField(
        lazy_gettext("Tablet"),
        [InputRequired(lazy_gettext(NO_NAME)), Length(max=LONGEST_NAME)],
        description=lazy_gettext("A name that stands on it, so that you know which one to revoke."),
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Make a key"))

    def fill(self) -> None:
        """Offer the counters in use."""
        self.counter.choices = [
            (str(found.id), f"{found.unit_name} – {found.name}")
            for found in counters.all_counters()
            if found.active
        ]


@blueprint.get("")
@access.roles(*READERS)
def all_kiosks() -> str:
    """List the kiosks; the counter that the address names is chosen already."""
    form = NewKioskForm(formdata=None)
    form.fill()
    form.counter.data = request.args.get("counter")
    return page(form)


@blueprint.post("")
@access.roles(Role.COORDINATOR)
def add() -> Page:
    """Make the key of a kiosk and show it, this once."""
    form = NewKioskForm()
    form.fill()
    if not form.validate_on_submit():
        return page(form), 422
    counter = the_counter(int(form.counter.data))
    made = kiosks.add(actor(), counter.id, form.name.data or "")
    return render_template("kiosks/key.html", made=made, counter=counter)


@blueprint.post("/<int:kiosk_id>/revoke")
@access.roles(Role.COORDINATOR)
def revoke(kiosk_id: int) -> Response:
    """End a kiosk."""
    kiosks.revoke(actor(), kiosk_id)
    flash(gettext("The kiosk is revoked: it asks for a key and takes no answers."), "success")
    return redirect(url_for(".all_kiosks"))


def the_counter(counter_id: int) -> CounterView:
    """Find the counter that was chosen.

    Raises
    ------
    NotFoundError
        If it is gone.
    """
    found = counters.one(counter_id)
    if found is None:
        raise NotFoundError()
    return found


def page(form: NewKioskForm) -> str:
    """Render the list."""
    return render_template("kiosks/all.html", kiosks=kiosk_rows.all_kiosks(), form=form)

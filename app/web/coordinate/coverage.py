"""What a dossier list covers and what it leaves out: counts, and names of units to settle."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField
from wtforms.validators import DataRequired

from app import clock
from app.queries import contacts, frames, units
from app.services import crosswalks, jobs
from app.services.errors import WrongStateError
from app.texts import N_
from app.vocabulary import JobKind, Role
from app.web import access
from app.web.coordinate.frames import crumbs, removable
from app.web.coordinate.site import READERS, blueprint
from app.web.forms import StaffForm
from app.web.given_round import leads, the_round
from app.web.sign_in import actor

SETTLERS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
SHOWN_SHARED = 100


class CrosswalkForm(StaffForm):
    """Which unit a name on the list means."""

    old_name = HiddenField(validators=[DataRequired()])
    unit = SelectField(lazy_gettext("Present unit"), [DataRequired()])

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        listed = sorted(units.units_on(clock.today()), key=lambda unit: unit.name)
        self.unit.choices = [("", gettext("– choose –"))]
        self.unit.choices += [(unit.code, f"{unit.name} ({unit.code})") for unit in listed]


class ContactsForm(StaffForm):
    """The sealed contacts of a minimised list."""

    file = FileField(
        lazy_gettext("Sealed contacts"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "The second file that khaosat frame minimise wrote, sealed for this office."
        ),
    )


@blueprint.get("/<int:round_id>/coverage")
@access.roles(*READERS)
def coverage(round_id: int) -> str:
    """Show what the list of a round covers.

    Raises
    ------
    WrongStateError
        If it has none, or one of which nothing was counted.
    """
    found = the_round(round_id)
    frame = frames.of_round(round_id)
    if frame is None:
        raise WrongStateError(N_("The round has no dossier list yet: import it first."))
    if not frame.report:
        raise WrongStateError(
            N_("This list was imported by an earlier version, which did not count what it covers.")
        )
    may_settle = current_user.person.may(SETTLERS)
    shared = contacts.shared_phones(frame.id) if may_settle else []
    return render_template(
        "rounds/coverage.html",
        round=found,
        frame=frame,
        report=frame.report,
        reach=contacts.reach(frame.id),
        unit_names={unit.code: unit.name for unit in units.all_units()},
        shared=shared[:SHOWN_SHARED],
        shared_count=len(shared),
        form=CrosswalkForm() if may_settle else None,
        contacts_form=ContactsForm() if leads() and minimised(frame.report) else None,
        removable=leads() and removable(round_id, found.state),
        crumbs=crumbs(found),
    )


@blueprint.post("/<int:round_id>/contacts")
@access.roles(Role.COORDINATOR)
def add_contacts(round_id: int) -> Response:
    """Hand the sealed contacts of a minimised list to the worker."""
    form = ContactsForm()
    found = the_round(round_id)
    if not form.validate_on_submit():
        flash(gettext("Choose a file."), "danger")
        return redirect(url_for("rounds.coverage", round_id=round_id))
    job_id = jobs.ask(
        actor(),
        JobKind.IMPORT_FRAME,
        {"round_id": found.id, "contacts": True},
        (form.file.data.filename or "", form.file.data.read()),
        subject=f"contacts of round:{found.id}",
    )
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.post("/<int:round_id>/coverage/crosswalk")
@access.roles(*SETTLERS)
def add_crosswalk_line(round_id: int) -> Response:
    """Say which present unit a name means; the next list is read with it."""
    form = CrosswalkForm()
    the_round(round_id)
    if form.validate_on_submit():
        crosswalks.add_line(actor(), form.old_name.data, form.unit.data)
        flash(gettext("Kept. It counts for lists that are imported from now on."), "success")
    else:
        flash(gettext("Choose the unit that the name means."), "danger")
    return redirect(url_for("rounds.coverage", round_id=round_id))


def minimised(report: Mapping[str, Any]) -> bool:
    """Whether the list was minimised, its phones lying in a file of their own."""
    return bool(report.get("phones", {}).get("grouped"))

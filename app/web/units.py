"""Administrative units: the list and its import."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import SubmitField

from app import clock
from app.queries import people, unit_facts, units as rows
from app.queries.people import Person
from app.services import units
from app.services.errors import InvalidInputError
from app.services.units import UnitImport
from app.vocabulary import Role
from app.web import access
from app.web.forms import StaffForm
from app.web.sign_in import actor

blueprint = Blueprint("units", __name__, url_prefix="/units")
IMPORTERS = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})


class UnitListForm(StaffForm):
    """A list of units."""

    file = FileField(
        lazy_gettext("List of units (CSV or XLSX)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Columns: code, name, level, kind; if known also group, parent, valid_from, "
            "valid_to, predecessors, source."
        ),
    )
    submit = SubmitField(lazy_gettext("Import"))


@blueprint.get("")
@access.scoped(*Role)
def all_units() -> str:
    """List the units, those that ended marked; only those of the reader's grants are links."""
    return page(UnitListForm())


def page(form: UnitListForm, faults: Sequence[object] = ()) -> str:
    """Render the list with the form of its import."""
    return render_template(
        "units/all.html",
        units=rows.all_units(),
        today=clock.today(),
        form=form,
        faults=faults,
        may_import=current_user.person.may(IMPORTERS),
        opened=current_user.person.units_with(Role),
    )


@blueprint.get("/<code>")
@access.for_unit(*Role)
def one_unit(code: str) -> str:
    """Show what is known of a unit and who holds roles for it; never any answers."""
    unit, person = access.admitted_unit(code), current_user.person
    return render_template(
        "units/one.html",
        unit=unit,
        today=clock.today(),
        facts=unit_facts.facts(unit.id),
        linked=linked_codes(person),
        people=[
            (other.name, sorted(grant.role for grant in other.grants if grant.unit_id == unit.id))
            for other in people.of_unit(unit.id)
        ],
    )


def linked_codes(person: Person) -> frozenset[str]:
    """Give the codes of the units whose pages a person may open."""
    return frozenset(unit.code for unit in rows.all_units() if person.may_for(Role, unit.id))


@blueprint.post("")
@access.roles(*IMPORTERS)
def import_units() -> Response | tuple[str, int]:
    """Take over a list of units."""
    form = UnitListForm()
    if not form.validate_on_submit():
        return page(form), 422
    file = form.file.data
    try:
        done = units.import_units(actor(), file.read(), file.filename or "")
    except InvalidInputError as error:
        return page(form, error.faults), 422
    return taken_over(done)


@blueprint.post("/shipped")
@access.roles(*IMPORTERS)
def import_shipped() -> Response:
    """Take over the list of Đồng Nai that comes with the program."""
    return taken_over(units.import_shipped_units(actor()))


def taken_over(done: UnitImport) -> Response:
    """Say how many units an import changed."""
    text = gettext("%(added)d units added, %(changed)d brought up to date.", **vars(done))
    flash(text, "success")
    return redirect(url_for("units.all_units"))

"""Administrative units: the list and its import."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import SubmitField

from app import clock
from app.queries import units as rows
from app.services import units
from app.services.errors import InvalidInputError
from app.vocabulary import Role
from app.web import access
from app.web.sign_in import actor

blueprint = Blueprint("units", __name__, url_prefix="/units")


class UnitListForm(FlaskForm):
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
@access.roles(*Role)
def all_units() -> str:
    """List the units, those that ended marked."""
    return render_template(
        "units/all.html", units=rows.all_units(), today=clock.today(), form=UnitListForm()
    )


@blueprint.post("")
@access.roles(Role.ADMINISTRATOR, Role.COORDINATOR)
def import_units() -> Response | tuple[str, int]:
    """Take over a list of units."""
    form = UnitListForm()
    faults: tuple[object, ...] = ()
    if form.validate_on_submit():
        file = form.file.data
        try:
            done = units.import_units(actor(), file.read(), file.filename or "")
        except InvalidInputError as error:
            faults = error.faults
        else:
            flash(
                gettext("%(added)d units added, %(changed)d brought up to date.", **vars(done)),
                "success",
            )
            return redirect(url_for("units.all_units"))
    page = render_template(
        "units/all.html", units=rows.all_units(), today=clock.today(), form=form, faults=faults
    )
    return page, 422

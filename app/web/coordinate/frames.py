"""The dossier list of a round: what it must look like, and its upload."""

import csv
import io

from flask import Response as FlaskResponse, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import SubmitField

from app import clock
from app.queries import frames, units
from app.services import rounds
from app.texts import N_
from app.vocabulary import JobKind, Role, RoundState, UnitLevel
from app.web import access
from app.web.coordinate.site import READERS, blueprint, the_round
from app.web.forms import StaffForm
from app.web.sign_in import actor

# Column, whether it must be filled, what stands in it.
COLUMNS = (
    ("code", True, N_("Dossier code, each once.")),
    ("unit", True, N_("Code of the unit that the answer is about, as on the list of units.")),
    ("received", True, N_("Day of receipt: 2026-07-15 or 15/07/2026, a time may follow.")),
    ("field", False, N_("Field of work, such as Đất đai; needed to stratify by field.")),
    ("procedure", False, N_("Name or code of the procedure.")),
    ("respondent_kind", False, N_("citizen, business or household_business.")),
    ("channel", False, N_("counter, online or post.")),
    (
        "status",
        False,
        N_("received, solved, returned, refused, stopped, withdrawn or supplement."),
    ),
    ("due", False, N_("Promised day; not before the day of receipt.")),
    ("finished", False, N_("Day of the result; not before the day of receipt.")),
    ("phone, name", False, N_("Read past and not stored: nothing needs them yet.")),
)
SAMPLE_COLUMNS = ("code", "unit", "received", "field", "respondent_kind", "channel", "status")
SAMPLE_ROWS = (
    ("HS-0001", "15/07/2026", "Đất đai", "người dân", "tại quầy", "đã trả kết quả"),
    ("HS-0002", "16/07/2026 08:30", "Tư pháp", "hộ kinh doanh", "trực tuyến", "đã giải quyết"),
)
INVENTED_UNITS = ("26041", "26068")


class FrameForm(StaffForm):
    """A dossier list."""

    file = FileField(
        lazy_gettext("Dossier list (CSV or XLSX)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext("At most 64 MB. The first sheet of a workbook is read."),
    )
    submit = SubmitField(lazy_gettext("Import the list"))


@blueprint.get("/<int:round_id>/frame")
@access.roles(Role.COORDINATOR)
def upload_form(round_id: int) -> str:
    """Show what a list looks like and take one."""
    return page(round_id, FrameForm())


@blueprint.post("/<int:round_id>/frame")
@access.roles(Role.COORDINATOR)
def import_frame(round_id: int) -> Response | tuple[str, int]:
    """Hand the list to the worker."""
    form = FrameForm()
    if not form.validate_on_submit():
        return page(round_id, form), 422
    file = form.file.data
    job_id = rounds.ask(
        actor(),
        JobKind.IMPORT_FRAME,
        the_round(round_id).id,
        file=(file.filename or "", file.read()),
    )
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.get("/frame-sample.csv")
@access.roles(*READERS)
def sample() -> FlaskResponse:
    """Give two lines of invented data in the right form, for units that exist here."""
    existing = [
        unit.code for unit in units.units_on(clock.today()) if unit.level is UnitLevel.COMMUNE
    ]
    codes = [*existing[:2], *INVENTED_UNITS][:2]
    text = io.StringIO(newline="")
    rows = ((row[0], code, *row[1:]) for row, code in zip(SAMPLE_ROWS, codes, strict=True))
    csv.writer(text).writerows([SAMPLE_COLUMNS, *rows])
    # The mark makes Excel read UTF-8.
    return FlaskResponse(
        text.getvalue().encode("utf-8-sig"),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=dossiers-sample.csv"},
    )


def page(round_id: int, form: FrameForm) -> str:
    """Render the upload page."""
    found = the_round(round_id)
    return render_template(
        "rounds/frame.html",
        round=found,
        form=form,
        columns=COLUMNS,
        frame=frames.of_round(round_id),
        taken=found.state is not RoundState.PLANNED,
        units_known=units.unit_count(),
        crumbs=[
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=round_id)),
        ],
    )

"""The dossier list of a round: its upload, and its removal while nobody has drawn from it."""

import csv
import io

from flask import Response as FlaskResponse, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response
from wtforms import BooleanField, SubmitField
from wtforms.validators import InputRequired

from app import clock
from app.queries import draws, frames, sources, units
from app.queries.rounds import RoundView
from app.services import rounds
from app.services.arriving_plans import is_arriving
from app.services.errors import WrongStateError
from app.texts import N_
from app.vocabulary import JobKind, Role, RoundState, SourceKind, UnitLevel
from app.web import access
from app.web.coordinate.site import READERS, blueprint
from app.web.forms import StaffForm
from app.web.given_round import the_round
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
    ("receiving_unit", False, N_("Code or name of the unit that took the dossier in.")),
    ("resolving_unit", False, N_("Code or name of the unit that decides it.")),
    ("phone", False, N_("Phone of the person who may be asked; kept encrypted, never shown.")),
    ("name", False, N_("Read past and not stored.")),
    ("language", False, N_("Language of the person, such as vi or km.")),
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
        description=lazy_gettext(
            "As the one-stop software exports it, at most 320 MB; more than 500,000 dossiers as "
            "CSV. The first sheet of a workbook is read; titles above the header do no harm."
        ),
    )
    check = BooleanField(
        lazy_gettext("Let me check how its columns are read"),
        description=lazy_gettext(
            "A list whose header came before is otherwise imported at once, read as last time."
        ),
    )
    submit = SubmitField(lazy_gettext("Import the list"))


class RemovalForm(StaffForm):
    """Consent to taking a list back."""

    confirm = BooleanField(
        lazy_gettext("I want to take this list back"),
        [InputRequired(lazy_gettext("Tick the box to take the list back."))],
    )


@blueprint.get("/<int:round_id>/frame")
@access.roles(Role.COORDINATOR)
def upload_form(round_id: int) -> str | Response:
    """Show what a list looks like and take one."""
    if is_arriving(the_round(round_id).plan):
        return redirect(url_for("rounds.arriving_lists", round_id=round_id))
    return page(round_id, FrameForm())


@blueprint.post("/<int:round_id>/frame")
@access.roles(Role.COORDINATOR)
@access.large_files
def import_frame(round_id: int) -> Response | tuple[str, int]:
    """Hand the list to the worker."""
    form = FrameForm()
    if not form.validate_on_submit():
        return page(round_id, form), 422
    file = form.file.data
    job_id = rounds.ask(
        actor(),
        JobKind.READ_FRAME,
        the_round(round_id).id,
        {"check": True} if form.check.data else None,
        file=(file.filename or "", file.read()),
    )
    return redirect(url_for("jobs.one_job", job_id=job_id))


@blueprint.get("/<int:round_id>/frame/remove")
@access.roles(Role.COORDINATOR)
def removal_form(round_id: int) -> str:
    """Say what taking the list back means and ask for consent."""
    return removal_page(round_id, RemovalForm())


@blueprint.post("/<int:round_id>/frame/remove")
@access.roles(Role.COORDINATOR)
def remove_frame(round_id: int) -> Response | tuple[str, int]:
    """Ask the worker to take the list back."""
    form = RemovalForm()
    if not form.validate_on_submit():
        return removal_page(round_id, form), 422
    job_id = rounds.ask(actor(), JobKind.REMOVE_FRAME, the_round(round_id).id)
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
        removable=removable(round_id, found.state),
        sources=sources.of_kind(SourceKind.FRAME),
        units_known=units.unit_count(),
        crumbs=crumbs(found),
    )


def removable(round_id: int, state: RoundState) -> bool:
    """Whether the list may still be taken back."""
    return state is RoundState.FRAMED and draws.of_round(round_id) is None


def removal_page(round_id: int, form: RemovalForm) -> str:
    """Render the page that asks for consent.

    Raises
    ------
    WrongStateError
        If there is no list to take back.
    """
    found = the_round(round_id)
    frame = frames.of_round(round_id)
    if frame is None or not removable(round_id, found.state):
        raise WrongStateError()
    return render_template(
        "rounds/frame_remove.html", round=found, form=form, frame=frame, crumbs=crumbs(found)
    )


def crumbs(found: RoundView) -> list[tuple[str, str]]:
    """Lead back from a page about the list of a round."""
    return [
        (gettext("Survey rounds"), url_for("rounds.all_rounds")),
        (found.name, url_for("rounds.one_round", round_id=found.id)),
    ]

"""Outcomes of attempts to reach people: entered by dossier code, or sent as a file."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response
from wtforms import FileField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.queries import cases as rows
from app.queries.rounds import RoundView
from app.services import cases
from app.services.cases import Case, CaseFault
from app.services.errors import InvalidInputError
from app.vocabulary import CaseChannel, CaseOutcome, Role, RoundState
from app.web import access
from app.web.coordinate import case_words
from app.web.coordinate.field import crumbs
from app.web.coordinate.site import blueprint
from app.web.errors import told
from app.web.forms import StaffForm
from app.web.given_round import the_round
from app.web.sign_in import actor
from sampling.tabular import tidy

Page = str | tuple[str, int] | Response


class CaseForm(StaffForm):
    """How one attempt ended."""

    code = StringField(
        lazy_gettext("Dossier code"),
        [DataRequired(lazy_gettext("Enter the code as the list has it.")), Length(max=64)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    outcome = SelectField(
        lazy_gettext("Outcome"),
        choices=[
            SelectChoice(word.value, lazy_gettext(name))
            for word, name in case_words.OUTCOMES.items()
        ],
    )
    channel = SelectField(
        lazy_gettext("Channel of the last attempt"),
        choices=[
            SelectChoice(word.value, lazy_gettext(name))
            for word, name in case_words.CHANNELS.items()
        ],
        default=CaseChannel.PHONE.value,
    )


class CaseFileForm(StaffForm):
    """A file of many."""

    file = FileField(
        lazy_gettext("File (CSV or XLSX)"),
        [InputRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Three columns: dossier code, outcome, channel. The words are listed below."
        ),
    )


@blueprint.get("/<int:round_id>/cases")
@access.roles(Role.COORDINATOR)
def case_form(round_id: int) -> str:
    """Show the forms, and how many of each outcome were noted."""
    return page(the_round(round_id))


@blueprint.post("/<int:round_id>/cases")
@access.roles(Role.COORDINATOR)
def note_case(round_id: int) -> Page:
    """Note how one attempt ended."""
    found, form = the_round(round_id), CaseForm()
    if not form.validate_on_submit():
        return page(found, form), 422
    code = tidy(form.code.data or "")
    case = Case(code, CaseOutcome(form.outcome.data), CaseChannel(form.channel.data))
    try:
        cases.note(actor(), round_id, [case])
    except InvalidInputError as error:
        form.code.errors = [gettext(fault.text) for fault in error.faults]
        return page(found, form), 422
    return noted(round_id, 1)


@blueprint.post("/<int:round_id>/cases/file")
@access.roles(Role.COORDINATOR)
def note_cases(round_id: int) -> Page:
    """Note all of a file, or nothing of it."""
    found, form = the_round(round_id), CaseFileForm()
    if not form.validate_on_submit():
        return page(found, sent=form), 422
    file = form.file.data
    try:
        listed = cases.read(file.read(), file.filename or "")
        count = cases.note(actor(), round_id, listed)
    except InvalidInputError as error:
        form.file.errors = [told(error)]
        return page(found, sent=form, faults=error.faults), 422
    return noted(round_id, count)


def noted(round_id: int, count: int) -> Response:
    """Say how many were noted."""
    flash(ngettext("%(num)s outcome noted.", "%(num)s outcomes noted.", count), "success")
    return redirect(url_for(".case_form", round_id=round_id))


def page(
    found: RoundView,
    form: CaseForm | None = None,
    sent: CaseFileForm | None = None,
    faults: tuple[CaseFault, ...] = (),
) -> str:
    """Render the page; a form that failed keeps what was entered."""
    return render_template(
        "rounds/cases.html",
        round=found,
        form=form or CaseForm(formdata=None),
        file_form=sent or CaseFileForm(formdata=None),
        faults=faults,
        noted=rows.noted(found.id),
        words=case_words,
        file_words=(cases.OUTCOMES, cases.CHANNELS),
        takes=found.state is RoundState.OPEN,
        crumbs=crumbs(found, deep=True),
    )

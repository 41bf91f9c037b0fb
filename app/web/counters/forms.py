"""Forms about counters."""

from flask_babel import gettext, lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app import clock
from app.documents.posters import Paper
from app.queries import units
from app.web.forms import StaffForm

EVERY_UNIT = "all"
PAPERS = [SelectChoice(paper.value, paper.name) for paper in Paper]


class ChangeForm(StaffForm):
    """Name and address of a counter."""

    name = StringField(
        lazy_gettext("Name of the counter"),
        [InputRequired(lazy_gettext("Enter the name that people know it by.")), Length(max=300)],
        description=lazy_gettext("For example: Counter 2 – civil status, certification"),
        render_kw={"autocomplete": "off"},
    )
    address = StringField(
        lazy_gettext("Address"),
        [Length(max=300)],
        description=lazy_gettext("Stands on the poster; may be left empty."),
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Save"))


class CounterForm(ChangeForm):
    """A new counter."""

    unit = SelectField(lazy_gettext("Unit"), [InputRequired(lazy_gettext("Choose a unit."))])
    code = StringField(
        lazy_gettext("Code"),
        [Length(max=16)],
        description=lazy_gettext(
            "Stands in the address of the poster and stays for good. Left empty, a short one is "
            "made."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    submit = SubmitField(lazy_gettext("Add the counter"))

    def fill(self) -> None:
        """Offer the units of today."""
        self.unit.choices = [SelectChoice("", gettext("Choose a unit.")), *units_of_today()]


class CounterListForm(StaffForm):
    """A list of counters."""

    file = FileField(
        lazy_gettext("List of counters (CSV or XLSX)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Columns: unit (its code), name; if wanted also address, code. A counter that is "
            "there already is brought up to date."
        ),
    )
    submit = SubmitField(lazy_gettext("Import"))


class PrintForm(StaffForm):
    """Which posters to print together."""

    posters_of = SelectField(lazy_gettext("Posters of"))
    paper = SelectField(lazy_gettext("Paper"), choices=PAPERS)
    submit = SubmitField(lazy_gettext("Print the posters"))

    def fill(self) -> None:
        """Offer all units together, and each alone."""
        self.posters_of.choices = [
            SelectChoice(EVERY_UNIT, gettext("all units")),
            *units_of_today(),
        ]


class HotlineForm(StaffForm):
    """Whom posters tell people to call."""

    hotline = StringField(
        lazy_gettext("Hotline on posters"),
        [Length(max=60)],
        description=lazy_gettext("For example: 1022. Left empty, posters name none."),
        render_kw={"autocomplete": "off"},
    )
    submit = SubmitField(lazy_gettext("Save"))


class ReleaseForm(StaffForm):
    """A dossier whose tries at a poster are used up."""

    dossier = StringField(
        lazy_gettext("Dossier code"),
        [InputRequired(lazy_gettext("Enter the code of the dossier.")), Length(max=120)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    submit = SubmitField(lazy_gettext("Allow new tries"))


def units_of_today() -> list[SelectChoice]:
    """List the units that exist, as choices."""
    return [
        SelectChoice(str(unit.id), f"{unit.name} ({unit.code})")
        for unit in units.units_on(clock.today())
    ]

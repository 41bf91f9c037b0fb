"""What people fill in about index years."""

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.queries.cycles import CriteriaSetView, RoundChoice
from app.services.cycles import FIRST_YEAR, LAST_YEAR
from app.web.forms import StaffForm, reason_field


class CycleForm(StaffForm):
    """A new index year."""

    year = IntegerField(
        lazy_gettext("Year of the index"),
        [NumberRange(FIRST_YEAR, LAST_YEAR, lazy_gettext("Enter a year such as 2026."))],
        render_kw={"inputmode": "numeric"},
    )
    name = StringField(
        lazy_gettext("Name of the index"),
        [InputRequired(lazy_gettext("Name the index.")), Length(max=300)],
        description=lazy_gettext("As it shall stand on the decision and on the public page."),
    )
    criteria = SelectField(
        lazy_gettext("Criteria set"),
        coerce=int,
        description=lazy_gettext("It cannot be exchanged later: its hash is part of the result."),
    )
    surveys = SelectMultipleField(
        lazy_gettext("Survey rounds"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy_gettext(
            "One for each audience, citizens and businesses; none when survey points stand in the "
            "score table. Dry runs are not offered: they enter no index."
        ),
    )
    submit = SubmitField(lazy_gettext("Create the index year"))

    def offer(self, sets: list[CriteriaSetView], rounds: list[RoundChoice]) -> None:
        """Fill the lists to choose from."""
        self.criteria.choices = [
            SelectChoice(found.id, f"{found.name} ({found.hash[:8]})") for found in sets
        ]
        self.surveys.choices = [
            SelectChoice(found.id, f"{found.year} · {found.name}") for found in rounds
        ]


class ScoresForm(StaffForm):
    """The table of scores."""

    file = FileField(
        lazy_gettext("Table of scores (CSV or XLSX)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "As the scoring software exports it: in any layout, with one or more sheets. The next "
            "pages ask what the columns mean and show what would change; until then nothing is "
            "stored."
        ),
    )
    submit = SubmitField(lazy_gettext("Read the file"))


class CriteriaForm(StaffForm):
    """A criteria set."""

    file = FileField(
        lazy_gettext("Criteria set (YAML)"),
        [FileRequired(lazy_gettext("Choose a file."))],
        description=lazy_gettext(
            "Every fault is listed with its place; a set with faults is not stored."
        ),
    )
    submit = SubmitField(lazy_gettext("Check and add"))


class ReasonForm(StaffForm):
    """Why a merged index goes back."""

    reason = reason_field(lazy_gettext("It stays in the log for good: name no private persons."))
    submit = SubmitField(lazy_gettext("Reopen"))

"""The part of the plan form about counter sessions."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext
from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.services.errors import FieldFault, InvalidInputError
from app.services.session_plans import DEFAULT_CAP, WORKING_DAYS, SessionPlan
from app.texts import N_
from app.web.forms import StaffForm

WEEK = (
    lazy_gettext("Monday"),
    lazy_gettext("Tuesday"),
    lazy_gettext("Wednesday"),
    lazy_gettext("Thursday"),
    lazy_gettext("Friday"),
    lazy_gettext("Saturday"),
    lazy_gettext("Sunday"),
)
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
NOT_A_DAY = N_("Enter a day.")
SESSION_PARTS = (
    "session_field",
    "session_first",
    "session_last",
    "session_mornings",
    "session_afternoons",
    "session_closed",
    "session_counters",
    "session_each",
    "session_served",
    "session_cap",
)
# What the form holds before anybody chose.
USUAL: Mapping[str, list[str]] = {
    "session_mornings": [str(day) for day in WORKING_DAYS],
    "session_afternoons": [str(day) for day in WORKING_DAYS],
    "session_each": ["2"],
    "session_served": ["20"],
    "session_cap": [str(DEFAULT_CAP)],
}


def weekdays(label: str) -> SelectMultipleField:
    """Make a field for days of the week."""
    return SelectMultipleField(
        label,
        choices=[SelectChoice(number, name) for number, name in enumerate(WEEK)],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


def number(label: str, description: str = "") -> IntegerField:
    """Make a field for a number that may be left out where there are no sessions."""
    look = {"inputmode": "numeric"}
    return IntegerField(label, [Optional()], description=description, render_kw=look)


class SessionParts(StaffForm):
    """When counters are open, and how many half-days are drawn."""

    session_field = StringField(
        lazy_gettext("What is solved on the spot"),
        [Length(max=200)],
        description=lazy_gettext(
            "For example: certification. Left empty, no counter sessions are drawn."
        ),
    )
    session_first = DateField(
        lazy_gettext("First day of the sessions"), [Optional()], format=DAY_FORMATS
    )
    session_last = DateField(
        lazy_gettext("Last day of the sessions"), [Optional()], format=DAY_FORMATS
    )
    session_mornings = weekdays(lazy_gettext("Open in the morning"))
    session_afternoons = weekdays(lazy_gettext("Open in the afternoon"))
    session_closed = TextAreaField(
        lazy_gettext("Public holidays and other days off"),
        [Length(max=5000)],
        description=lazy_gettext("One on each line, such as 02/09/2026."),
        render_kw={"rows": 3},
    )
    session_counters = TextAreaField(
        lazy_gettext("Codes of the counters"),
        [Length(max=50_000)],
        description=lazy_gettext(
            "One on each line. Left empty: every active counter of the units on the list."
        ),
        render_kw={"rows": 3, "spellcheck": "false"},
    )
    session_each = number(lazy_gettext("Half-days to draw in each unit"))
    session_served = number(
        lazy_gettext("Dossiers expected in a half-day"),
        lazy_gettext("For the preview alone; what counts is in the minutes of each session."),
    )
    session_cap = number(
        lazy_gettext("Most cards and kiosk turns of a session"),
        lazy_gettext("Can be changed for each session later."),
    )

    def session_plan(self) -> SessionPlan | None:
        """Read the part; None where no sessions are wanted.

        Raises
        ------
        InvalidInputError
            If days are missing or cannot be read; its faults are `FieldFault`.
        """
        if not (self.session_field.data or "").strip():
            return None
        first, last = self.session_first.data, self.session_last.data
        closed, faults = read_days(self.session_closed.data or "")
        faults += [
            FieldFault(part, NOT_A_DAY)
            for part, day in (("session_first", first), ("session_last", last))
            if day is None
        ]
        if faults or first is None or last is None:
            raise InvalidInputError(faults=faults)
        return SessionPlan(
            field=self.session_field.data.strip(),
            first=first,
            last=last,
            mornings=tuple(self.session_mornings.data or ()),
            afternoons=tuple(self.session_afternoons.data or ()),
            closed=closed,
            counters=tuple(dict.fromkeys((self.session_counters.data or "").upper().split())),
            each=self.session_each.data or 0,
            served=self.session_served.data or 0,
            cap=self.session_cap.data or 0,
        )


def read_days(text: str) -> tuple[tuple[date, ...], list[FieldFault]]:
    """Read days, one on each line."""
    days, faults = set(), []
    for line, written in enumerate(text.splitlines(), start=1):
        if not written.strip():
            continue
        day = read_day(written.strip())
        if day is None:
            wanted = N_("Line %(line)s: write a day such as 02/09/2026.")
            faults.append(FieldFault("session_closed", wanted, {"line": line}))
        else:
            days.add(day)
    return tuple(sorted(days)), faults


def read_day(text: str) -> date | None:
    """Read a day as officials or programs write it."""
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    return None

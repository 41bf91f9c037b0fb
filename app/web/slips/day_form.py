"""The form of a day's slips: who hands them out, where, when, and for which dossiers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, FileField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.queries import counters, slip_dossiers, units
from app.queries.units import UnitView
from app.services import slip_codes
from app.services.slip_orders import Order
from app.web.forms import StaffForm
from app.web.slips.site import own_units

BY_DAY, BY_CODES = "day", "codes"
NOT_A_DAY = lazy_gettext("Enter a day.")
LONGEST_LIST = 1_500_000


class DayForm(StaffForm):
    """What is to be printed for a day."""

    unit = SelectField(lazy_gettext("Unit that hands the results out"), coerce=int)
    counter = SelectField(
        lazy_gettext("Counter"),
        coerce=int,
        description=lazy_gettext("Optional: its name stands on the slips and in the minutes."),
    )
    day = DateField(
        lazy_gettext("Day on which the slips are handed out"), [DataRequired(NOT_A_DAY)]
    )
    choice = RadioField(
        lazy_gettext("Dossiers"),
        choices=[
            SelectChoice(BY_DAY, lazy_gettext("those whose result is dated a day")),
            SelectChoice(BY_CODES, lazy_gettext("those of a list of codes")),
        ],
        default=BY_DAY,
    )
    finished = DateField(lazy_gettext("Results dated"), [Optional()])
    codes = TextAreaField(
        lazy_gettext("Dossier codes"),
        [Length(max=LONGEST_LIST)],
        description=lazy_gettext(
            "One on each line, as the one-stop software writes them; only for the second choice."
        ),
    )
    file = FileField(
        lazy_gettext("Or a file of codes"),
        description=lazy_gettext(
            "Text or workbook with one code in each row, in the first column."
        ),
        render_kw={"accept": ".txt,.csv,.xlsx,.ods"},
    )

    def __init__(self, round_id: int, **values: object) -> None:
        super().__init__(**values)
        places = handing_out(round_id)
        self.unit.choices = [SelectChoice(unit.id, f"{unit.name} ({unit.code})") for unit in places]
        points = counters.all_counters([unit.id for unit in places])
        self.counter.choices = [SelectChoice(0, lazy_gettext("none in particular"))]
        self.counter.choices += [
            SelectChoice(point.id, f"{point.name} – {point.unit_name}")
            for point in points
            if point.active
        ]
        self.units_of_counters = {point.id: point.unit_id for point in points}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what concerns several fields."""
        sound = bool(super().validate(extra_validators))
        if self.counter.data and self.units_of_counters.get(self.counter.data) != self.unit.data:
            text = lazy_gettext("This counter belongs to another unit.")
            self.counter.errors = [*self.counter.errors, text]
            sound = False
        if self.choice.data == BY_DAY and self.finished.data is None and not self.finished.errors:
            self.finished.errors = [NOT_A_DAY]
            sound = False
        return sound

    def order(self) -> Order:
        """Say what is wanted.

        Raises
        ------
        InvalidInputError
            If the file of codes cannot be read.
        """
        chosen: dict[str, Any] = {"finished": self.finished.data}
        if self.choice.data == BY_CODES:
            chosen = {"codes": self.typed_codes()}
        return Order(self.unit.data, self.counter.data or None, self.day.data, **chosen)

    def typed_codes(self) -> tuple[str, ...]:
        """Give the codes of the field, then those of the file."""
        typed = slip_codes.lines(self.codes.data or "")
        sent = self.file.data
        if not sent or not sent.filename:
            return typed
        return (*typed, *slip_codes.of_file(sent.read(), sent.filename))


def handing_out(round_id: int) -> Sequence[UnitView]:
    """List the units that hand out dossiers of a round's list, of those that the reader may see."""
    own, known = own_units(), units.by_id()
    found = [known[unit_id] for unit_id, _ in slip_dossiers.units(round_id)]
    return sorted(
        (unit for unit in found if own is None or unit.id in own), key=lambda unit: unit.code
    )

"""Forms of a counter session: how many cards, its limit, its minutes."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from app.services import card_numbers
from app.services.card_numbers import ReadCards
from app.services.counter_sessions import MOST_SERVED, Minutes
from app.services.errors import FieldFault
from app.services.session_plans import LARGEST_CAP
from app.texts import N_
from app.web.forms import StaffForm

NUMBER = lazy_gettext("Enter a whole number from 0.")
HELD, NOT_HELD = "held", "not_held"
CARDS = lazy_gettext(
    "Numbers of the cards, such as 17, 21-40; or scan their QR codes into the field."
)


def number(
    label: str, description: str = "", least: int = 0, most: int = MOST_SERVED
) -> IntegerField:
    """Make a field for a count."""
    checks = [InputRequired(NUMBER), NumberRange(least, most, NUMBER)]
    look = {"inputmode": "numeric"}
    return IntegerField(label, checks, description=description, render_kw=look)


class CardsForm(StaffForm):
    """How many cards to print."""

    count = number(
        lazy_gettext("Cards to print"),
        lazy_gettext("As many as people are expected, and some more; eight fit on a page."),
        least=1,
        most=LARGEST_CAP,
    )


class CapForm(StaffForm):
    """The limit of a session."""

    cap = number(lazy_gettext("Most cards and kiosk turns together"), least=1, most=LARGEST_CAP)


class MinutesForm(StaffForm):
    """What was counted at the end."""

    held = RadioField(
        lazy_gettext("Was the session held?"),
        choices=[
            SelectChoice(HELD, lazy_gettext("Yes")),
            SelectChoice(NOT_HELD, lazy_gettext("No: say why in the note")),
        ],
        default=HELD,
    )
    served = number(
        lazy_gettext("Dossiers solved in the session"),
        lazy_gettext(
            "Of this field at this counter in this half-day, from the counter's own book."
        ),
    )
    handed = number(lazy_gettext("Cards handed over"))
    returned = TextAreaField(
        lazy_gettext("Cards returned unused"), [Length(max=100_000)], description=CARDS
    )
    spoiled = TextAreaField(
        lazy_gettext("Cards spoiled or void"), [Length(max=100_000)], description=CARDS
    )
    witness = StringField(
        lazy_gettext("Witness"),
        [Length(max=300)],
        description=lazy_gettext(
            "Full name and office of the person who counted too, signs the minutes and does not "
            "work at this counter."
        ),
        render_kw={"autocomplete": "off"},
    )
    note = StringField(
        lazy_gettext("Note"),
        [Length(max=300)],
        description=lazy_gettext("Needed where numbers do not add up, in 10 to 300 characters."),
    )

    def validate_counts(self) -> bool:
        """Check the form; a session that was not held has nothing to count."""
        if self.held.data == NOT_HELD:
            for item in (self.served, self.handed):
                item.validators = ()
        return bool(self.validate_on_submit())

    def minutes(self, valid: dict[int, bytes]) -> Minutes | None:
        """Read what was entered, or put what cannot be read beside its field."""
        read = {
            item.name: card_numbers.read(item.data or "", valid)
            for item in (self.returned, self.spoiled)
        }
        faults = [fault for name, found in read.items() for fault in unread(name, found)]
        # A scanned address is never sent back.
        for name, found in read.items():
            self[name].data = found.text
        if faults:
            self.put(faults)
            return None
        return Minutes(
            self.held.data == HELD,
            self.served.data or 0,
            self.handed.data or 0,
            read["returned"].numbers,
            read["spoiled"].numbers,
            self.witness.data or "",
            self.note.data or "",
        )


def unread(field: str, found: ReadCards) -> list[FieldFault]:
    """Name what was entered for cards and is none."""
    faults = [
        FieldFault(field, N_("“%(text)s” is not the number of a card."), {"text": text})
        for text in found.unknown
    ]
    if found.scanned:
        text = N_(
            "Scanned codes that are no valid cards of this session: %(count)s. Enter the numbers "
            "that are printed on them."
        )
        faults.append(FieldFault(field, text, {"count": found.scanned}))
    return faults

"""What somebody enters in the evening, and what a coordinator corrects."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.services.slip_runs import LONGEST_NOTE, MOST, SHORTEST_NOTE
from app.web.forms import StaffForm

LONGEST_LIST = 1_500_000
NUMBER = lazy_gettext("Enter a whole number from 0.")
CODES = lazy_gettext(
    "One on each line: the dossier code, or scan the slip's QR code into the field with a hand "
    "scanner."
)


def number(label: str, description: str = "", **values: object) -> IntegerField:
    """Make a field for a count of slips."""
    checks = [InputRequired(NUMBER), NumberRange(0, MOST, NUMBER)]
    look = {"inputmode": "numeric"}
    return IntegerField(label, checks, description=description, render_kw=look, **values)


class CloseForm(StaffForm):
    """How a run ended."""

    handed = number(
        lazy_gettext("Handed over"),
        lazy_gettext("Count what the results no longer have clipped to them."),
    )
    returned = TextAreaField(
        lazy_gettext("Returned unused"), [Length(max=LONGEST_LIST)], description=CODES
    )
    spoiled = TextAreaField(
        lazy_gettext("Spoiled or void"),
        [Length(max=LONGEST_LIST)],
        description=lazy_gettext(
            "Torn, misprinted, or lost where you know the dossier: in the same way."
        ),
    )
    replaced = number(
        lazy_gettext("Replaced by a later print and back here"),
        lazy_gettext("Their codes are void already: only their number is needed."),
        default=0,
    )
    note = StringField(
        lazy_gettext("Note"),
        [Length(max=LONGEST_NOTE)],
        description=lazy_gettext("Needed where numbers do not add up, in 10 to 300 characters."),
    )


class CorrectForm(StaffForm):
    """The right numbers, and why they are right now."""

    handed = number(lazy_gettext("Handed over"))
    returned = number(lazy_gettext("Returned unused"))
    spoiled = number(lazy_gettext("Spoiled or void"))
    voided = TextAreaField(
        lazy_gettext("Further slips that came back"),
        [Length(max=LONGEST_LIST)],
        description=CODES,
    )
    reason = StringField(
        lazy_gettext("Reason"),
        [
            Length(
                SHORTEST_NOTE,
                LONGEST_NOTE,
                lazy_gettext("Give the reason in 10 to 300 characters."),
            )
        ],
        description=lazy_gettext("It stands in the log, and as the note of the run."),
    )

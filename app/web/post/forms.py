"""What people enter about a batch."""

from flask_babel import lazy_gettext
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.services.post_batches import MOST_FORMS, MOST_PRICE
from app.services.post_rules import STEP
from app.web.forms import StaffForm

WHOLE = lazy_gettext("Enter a whole number from 0.")


def body_field(label: str, description: str) -> StringField:
    """Make a field for the name of a body."""
    checks = [DataRequired(lazy_gettext("Enter the name of the body.")), Length(max=300)]
    look = {"autocomplete": "organization"}
    return StringField(label, checks, description=description, render_kw=look)


def number(
    label: str, least: int, most: int, description: str = "", default: int | None = None
) -> IntegerField:
    """Make a field for a whole number within bounds."""
    message = lazy_gettext("Enter a number from %(least)s to %(most)s.", least=least, most=most)
    checks = [InputRequired(message), NumberRange(least, most, message)]
    look = {"inputmode": "numeric"}
    return IntegerField(label, checks, description=description, render_kw=look, default=default)


def count(label: str, description: str = "") -> IntegerField:
    """Make a field for a count of forms."""
    checks = [InputRequired(WHOLE), NumberRange(0, MOST_FORMS, WHOLE)]
    look = {"inputmode": "numeric"}
    return IntegerField(label, checks, description=description, render_kw=look)


class HandoverForm(StaffForm):
    """A batch to be made."""

    unit = SelectField(lazy_gettext("Unit that is rated"), coerce=int)
    carrier = body_field(
        lazy_gettext("Carrier"),
        lazy_gettext("Name of the post office or of the body that collects; of no person."),
    )
    most = number(
        lazy_gettext("Forms at most"),
        STEP,
        MOST_FORMS,
        lazy_gettext("A batch comes in full tens, chosen by chance among those who are due."),
        default=100,
    )
    price = number(
        lazy_gettext("Price of a valid form (đồng)"),
        0,
        MOST_PRICE,
        lazy_gettext("What the carrier is paid, as the contract says."),
    )
    share = number(
        lazy_gettext("Share that is re-checked (per cent)"),
        1,
        100,
        lazy_gettext("Of all forms of the batch, at least three; it stands in the minutes."),
        default=10,
    )


class ReturnForm(StaffForm):
    """What became of the forms; together as many as were handed over."""

    valid = count(lazy_gettext("Valid forms"))
    invalid = count(
        lazy_gettext("Invalid forms"), lazy_gettext("Empty, torn, or answered by somebody else.")
    )
    not_reached = count(lazy_gettext("Person not reached"))
    refused = count(lazy_gettext("Person refused"))
    unused = count(lazy_gettext("Unused, given back"))


class RecheckForm(StaffForm):
    """Who re-checks."""

    checker = body_field(
        lazy_gettext("Body that re-checks"),
        lazy_gettext(
            "Another one than the carrier, such as the Youth Union or the statistics office."
        ),
    )


class ResultForm(StaffForm):
    """What the re-check found; together as many as were drawn."""

    confirmed = count(lazy_gettext("Confirmed: visited, and answered themselves"))
    not_visited = count(lazy_gettext("Nobody came"))
    another = count(lazy_gettext("Somebody else answered"))
    absent = count(lazy_gettext("Not reached by the re-check"))
    unclaimed = count(
        lazy_gettext("No valid form"),
        lazy_gettext("The carrier's stub says not reached, refused, unused or invalid."),
    )

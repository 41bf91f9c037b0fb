"""Forms of the ceremony of a draw."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import EqualTo, InputRequired, Length
from wtforms.widgets import HiddenInput

from app.web.coordinate.ceremony_parts import CeremonyParts
from app.web.forms import StaffForm, reason_field

LONGEST = 400


class SecretForm(StaffForm):
    """The secret of the party whose turn it is."""

    place = IntegerField(widget=HiddenInput())
    secret = StringField(
        lazy_gettext("Its secret"),
        [InputRequired(lazy_gettext("Enter the secret.")), Length(max=LONGEST)],
        description=lazy_gettext("64 hexadecimal digits or 16 words; blanks do not matter."),
        render_kw={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"},
    )


class EndForm(StaffForm):
    """The end of the revealing."""

    silent = HiddenField()
    confirm = BooleanField(
        lazy_gettext("No more secrets are taken after this"),
        [InputRequired(lazy_gettext("Tick the box to end the revealing."))],
    )


class NumberForm(StaffForm):
    """The public number, twice, for it cannot be corrected."""

    number = StringField(
        lazy_gettext("The number"),
        [
            InputRequired(lazy_gettext("Enter the public number as its source printed it.")),
            Length(max=LONGEST),
        ],
        render_kw={"autocomplete": "off"},
    )
    again = StringField(
        lazy_gettext("The number once more, read out by a second person"),
        [EqualTo("number", lazy_gettext("The two numbers differ."))],
        render_kw={"autocomplete": "off"},
    )


class AgainForm(CeremonyParts):
    """Another ceremony after one that was stopped."""

    public_source = StringField(
        lazy_gettext("Public number that will be used"),
        [
            InputRequired(
                lazy_gettext("Name the public number and its date, in at most 300 characters.")
            ),
            Length(max=300),
        ],
    )
    reason = reason_field(lazy_gettext("Everybody can read it; name no person."))

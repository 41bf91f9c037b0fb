"""Forms of staff pages: their built-in messages come from our catalogue too."""

from collections.abc import Iterable
from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict, MultiDict
from wtforms import FileField, TextAreaField
from wtforms.validators import Length

from app.services.errors import FieldFault, InvalidInputError
from app.services.four_eyes import LONGEST_REASON, SHORTEST_REASON
from app.texts import N_
from app.web.errors import told

MOST_TOLD = 24
# What the form library says on its own where a field brings no message.
BUILT_IN = (
    N_("Not a valid choice."),
    N_("Not a valid integer value."),
    N_("Invalid Choice: could not coerce."),
    N_("This field is required."),
    N_("Invalid input."),
    N_("Field cannot be longer than %(max)d characters."),
    N_("Field must be between %(min)d and %(max)d characters long."),
)


class Catalogue:
    """The library's view of our catalogue."""

    def gettext(self, text: str) -> str:
        """Translate a message."""
        return str(gettext(text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Translate a message about a number of things; its plural serves for any number."""
        return str(gettext(plural))


class StaffForm(FlaskForm):
    """Parent of every form behind sign-in."""

    class Meta(FlaskForm.Meta):
        """Settings that the form library reads."""

        def get_translations(self, _form: Any) -> Catalogue:
            """Return the catalogue that messages are looked up in."""
            return Catalogue()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read what a browser sends: text, and files for fields of files alone.

            The library would also take JSON for fields, and a file for the text of a field.
            """
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return None
            wanted = {field.name for field in form if isinstance(field, FileField)}
            files = [item for item in request.files.items(multi=True) if item[0] in wanted]
            return CombinedMultiDict([ImmutableMultiDict(files), request.form])

    def blame(self, error: InvalidInputError) -> None:
        """Put what a service found beside the fields it is about, or above them all."""
        self.put(error.faults)
        if not error.faults:
            self.form_errors.append(told(error))

    def put(self, faults: Iterable[FieldFault]) -> None:
        """Put faults beside the fields they are about, the first two dozen of each."""
        for fault in faults:
            message = gettext(fault.text, **fault.params)
            item = self._fields.get(fault.part)
            if item is None:
                self.form_errors.append(message)
            elif len(item.errors) < MOST_TOLD:
                item.errors = [*item.errors, message]


def reason_field(description: Any) -> Any:
    """Make the field for why a second person is asked, with who will read it as its hint."""
    text = lazy_gettext("Give the reason in 10 to 1000 characters.")
    return TextAreaField(
        lazy_gettext("Reason"),
        [Length(SHORTEST_REASON, LONGEST_REASON, text)],
        description=description,
    )

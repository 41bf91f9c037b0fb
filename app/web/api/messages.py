"""What a fault of a call says to the people who write the calling software."""

from flask_babel import force_locale, gettext

from app.texts import N_
from app.web.api.schemas import LONGEST_TEXT, MOST_ITEMS

TEXTS = {
    "not_json": N_("The body is not valid JSON in UTF-8, or a name stands in it twice."),
    "not_json_type": N_("Send the body with Content-Type: application/json."),
    "too_large": N_("The body is too large."),
    "wrong_type": N_("The value has the wrong type."),
    "missing": N_("This field is missing."),
    "unknown_field": N_("There is no such field."),
    "unknown_word": N_("This is none of the words that are allowed here."),
    "unprintable": N_("The text has control characters or broken characters."),
    "too_long": N_("The text is too long: codes have at most 64 characters, other texts 300."),
    "empty": N_("This must not be empty."),
    "too_many": N_("A call takes at most 500 items."),
    "not_date": N_("Write the day as YYYY-MM-DD."),
    "not_date_time": N_("Write the moment as YYYY-MM-DDThh:mm:ss+07:00."),
    "unknown_unit": N_("No unit has this code."),
    "other_unit": N_("The key is for another unit."),
    "duplicate": N_("An earlier item asks for the same dossier and event."),
    "no_round": N_("No round that is drawn or open asks about this dossier."),
    "no_counter": N_("No counter has this code."),
    "no_screen": N_("No customer screen is set up at this counter."),
    "no_key": N_("The key is missing, wrong or revoked: Authorization: Bearer khs_…"),
    "bad_header": N_("An Idempotency-Key has 1 to 128 printable ASCII characters."),
    "too_many_attempts": N_("Too many wrong keys came from this network. Wait a minute."),
    "not_found": N_("There is nothing at this address."),
    "wrong_method": N_("This address does not take this method."),
    "refused": N_("The request cannot be read."),
    "busy": N_("Busy at the moment: try again, or print without a code."),
    "failed": N_("Something went wrong here; it was noted."),
}
assert str(MOST_ITEMS) in TEXTS["too_many"]
assert str(LONGEST_TEXT) in TEXTS["too_long"]


def text_of(code: str, chosen: str) -> str:
    """Give the text of a fault in a language."""
    with force_locale(chosen):
        return str(gettext(TEXTS[code]))

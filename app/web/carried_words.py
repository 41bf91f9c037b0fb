"""What answers carry, in the reader's words."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext

from app.services.audiences import KIND_NAMES
from app.services.carrying import Carried
from app.texts import N_

VARIABLES: Mapping[Carried, str] = {
    Carried.FIELD: N_("Field of work"),
    Carried.RESPONDENT_KIND: N_("Kind of respondent"),
    Carried.ON_TIME: N_("Finished by the promised day or later"),
    Carried.CHANNEL: N_("How the dossier was handed in"),
}
VALUES: Mapping[str, Mapping[str, str]] = {
    Carried.FIELD.value: {"": N_("field not told")},
    Carried.RESPONDENT_KIND.value: KIND_NAMES,
    Carried.ON_TIME.value: {
        "yes": N_("on time"),
        "no": N_("late"),
        "open": N_("not finished"),
    },
    Carried.CHANNEL.value: {
        "counter": N_("at the counter"),
        "online": N_("online"),
        "post": N_("by post"),
        "": N_("channel not told"),
    },
}


def variables_in_words(names: Iterable[str]) -> str:
    """Name carried variables."""
    return "; ".join(gettext(VARIABLES[Carried(name)]) for name in names)


def in_words(carried: Mapping[str, str]) -> str:
    """Tell what a cell carries; a field of work stands as the list has it."""
    return " · ".join(_value(name, value) for name, value in carried.items())


def _value(name: str, value: str) -> str:
    word = VALUES[name].get(value)
    return value if word is None else gettext(word)

"""What must be mended in a message template before anybody gets it."""

from collections.abc import Iterator, Mapping

from surveys.errors import Fault
from surveys.forbidden_words import forbidden
from surveys.message_templates import PLACE, MessageKind, MessageTemplate
from surveys.texts import Encoding, parts

PLACES = ("unit", "link", "opt_out", "hotline", "short_code", "dossier", "last_day")
"""Unit that is asked about, link to the form, link to be left alone, number to call, number to
write to, code of the dossier, last day of the round."""

WAYS_OUT = ("opt_out", "hotline", "short_code")
NEEDED: Mapping[MessageKind, tuple[tuple[str, ...], ...]] = {
    MessageKind.INVITATION: (("link",), WAYS_OUT),
    MessageKind.REMINDER: (("link",), WAYS_OUT),
    MessageKind.OWNER_CHECK: (("link",), WAYS_OUT),
}
"""Of each group a message of the kind needs one place."""


def check_template(template: MessageTemplate, longest: Mapping[str, str]) -> tuple[Fault, ...]:
    """Find what is wrong with a message.

    Parameters
    ----------
    template : MessageTemplate
        What `surveys.message_templates.read_template` gave.
    longest : mapping of place to str
        The longest value that will really be put into each place, such as the longest name of the
        units that are asked about and a whole link with its token.

    Returns
    -------
    tuple of Fault
        Empty when the message may be sent.
    """
    found = [*_place_faults(template), *_registered_faults(template)]
    found += [Fault("text", "message_words_forbidden", word) for word in forbidden(template.text)]
    unfilled = [place for place in template.places if not longest.get(place, "").strip()]
    found += [Fault("text", "place_without_value", place) for place in unfilled]
    return tuple(found) if found else tuple(_length_faults(template, longest))


def _place_faults(template: MessageTemplate) -> Iterator[Fault]:
    for place in template.places:
        if place not in PLACES:
            yield Fault("text", "place_unknown", place, {"known": ", ".join(PLACES)})
    rest = PLACE.sub("", template.text)
    stray = next((place for place, letter in enumerate(rest) if letter in "{}"), None)
    if stray is not None:
        yield Fault("text", "place_malformed", rest[stray : stray + 20])
    for group in NEEDED[template.kind]:
        if not set(group) & set(template.places):
            yield Fault("text", "place_missing", " / ".join(f"{{{place}}}" for place in group))


def _registered_faults(template: MessageTemplate) -> Iterator[Fault]:
    registered = template.registered
    if registered and sorted(registered.parameters) != sorted(template.places):
        known = ", ".join(template.places)
        listed = ", ".join(registered.parameters)
        yield Fault("registered.parameters", "registered_order", listed, {"known": known})


def _length_faults(template: MessageTemplate, longest: Mapping[str, str]) -> Iterator[Fault]:
    cut = parts(template.filled(longest))
    if cut.encoding is Encoding.UCS2 and not template.with_marks:
        yield Fault("text", "message_outside_gsm", " ".join(cut.offenders))
    if cut.count > template.most_parts:
        params = {"units": cut.units, "limit": template.most_parts}
        yield Fault("text", "message_too_long", cut.count, params)

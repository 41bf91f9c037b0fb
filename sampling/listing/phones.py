"""Phones as exports write them, made into the one form that a message can be sent to."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import phonenumbers

REGION, COUNTRY = "VN", "84"
DIGITS_SHOWN = 4

# The change of numbers announced in 2018: eleven-digit prefixes and what they became.
RENUMBERED = {
    **{"162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37"},
    **{"168": "38", "169": "39", "120": "70", "121": "79", "122": "77", "126": "76"},
    **{"128": "78", "123": "83", "124": "84", "125": "85", "127": "81", "129": "82"},
    **{"186": "56", "188": "58", "199": "59"},
}
OLD_MOBILE = re.compile("(" + "|".join(RENUMBERED) + ")([0-9]{7})")
_PLAN: Any = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
MOBILE = re.compile(_PLAN.mobile.national_number_pattern)
# How nearly every mobile phone is written, and the first digits that mobile phones have: the
# pattern of the numbering plan is slow, and asks no more of the digits behind them.
PLAIN = re.compile(r"'?(?:\+?84|0)?([0-9]{9})")
FIRST_DIGITS = frozenset(
    str(first) for first in range(1000, 10_000) if MOBILE.fullmatch(f"{first}00000")
)
SEPARATED = re.compile(r"[;,/\n|]|\s-\s|\bho[aặ]c\b|\bvà\b")
FILLING = re.compile(r"(?<=[0-9]{8})\.0$|[\s().'’\u00a0\u200b-]")
COVERED = re.compile(r"[*xX#•.]{2,}")
TAIL = re.compile(r"[0-9]{4}$")


@dataclass(frozen=True, slots=True)
class Phone:
    """What a cell says about a phone.

    Attributes
    ----------
    number : str
        E.164, such as +84901234567; "" unless `state` is ok or landline.
    state : {"ok", "landline", "masked", "none", "invalid"}
        ok: a mobile phone, which can get a message.
    last_digits : str
        The last four digits; also of a masked number that shows them.
    """

    number: str
    state: Literal["ok", "landline", "masked", "none", "invalid"]
    last_digits: str = ""


NONE = Phone("", "none")
INVALID = Phone("", "invalid")


def read_phone(text: str) -> Phone:
    """Read the phone of a cell; of several the first mobile one, else the first landline.

    Parameters
    ----------
    text : str
        With or without the leading 0 or +84, blanks, dots, brackets, an apostrophe in front;
        prefixes given up in 2018 become the present ones.

    Examples
    --------
    >>> read_phone("'0168.234.5678").number, read_phone("09xx***4567").last_digits
    ('+84382345678', '4567')
    """
    plain = PLAIN.fullmatch(text)
    if plain and plain[1][:DIGITS_SHOWN] in FIRST_DIGITS:
        return Phone(f"+{COUNTRY}{plain[1]}", "ok", plain[1][-DIGITS_SHOWN:])
    found = [one_phone(part) for part in SEPARATED.split(text) if part.strip(" .-'0")]
    for state in ("ok", "landline", "masked", "invalid"):
        for phone in found:
            if phone.state == state:
                return phone
    return NONE


def one_phone(text: str) -> Phone:
    """Read a single number."""
    written = FILLING.sub("", text.strip())
    if COVERED.search(text.strip()):
        tail = TAIL.search(written)
        return Phone("", "masked", tail[0] if tail else "")
    plus = written.startswith(("+", "00"))
    digits = written.lstrip("+")
    if not digits.isascii() or not digits.isdigit():
        return INVALID
    digits = digits.removeprefix("00") if plus else digits
    if plus and not digits.startswith(COUNTRY):
        return foreign(digits)
    national = digits.removeprefix(COUNTRY) if len(digits) > len("0901234567") or plus else digits
    national = national.removeprefix("0")
    old = OLD_MOBILE.fullmatch(national)
    if old:
        national = RENUMBERED[old[1]] + old[2]
    number = f"+{COUNTRY}{national}"
    if MOBILE.fullmatch(national):
        return Phone(number, "ok", national[-DIGITS_SHOWN:])
    return landline(number)


def landline(number: str) -> Phone:
    """A number that is no mobile one: a landline, or none that exists."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return INVALID
    if not phonenumbers.is_valid_number_for_region(parsed, REGION):
        return INVALID
    return Phone(number, "landline", number[-DIGITS_SHOWN:])


def foreign(digits: str) -> Phone:
    """A number of another country, valid there."""
    try:
        parsed = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return INVALID
    if not phonenumbers.is_valid_number(parsed):
        return INVALID
    mobile = phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.FIXED_LINE
    return Phone(f"+{digits}", "ok" if mobile else "landline", digits[-DIGITS_SHOWN:])

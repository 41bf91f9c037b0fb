"""Numbers and dates as Vietnamese offices write them, read without guessing."""

import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from sampling.errors import UnreadableValueError

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

LONGEST_NUMBER = 400
LARGEST_EXPONENT = 308
FIRST_YEAR, LAST_YEAR = 1900, 2200

PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
SCIENTIFIC_NUMBER = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)[eE]([+-]?[0-9]{1,4})")
SEPARATED_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,'’\s][0-9]+){1,}")
ENDLESS_NUMBERS = {"nan", "inf", "infinity", "∞"}

CLOCK = r"(?:[ T]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
ZONE = r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
ISO_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})" + CLOCK + ZONE)
DAY_FIRST_DATE = re.compile(
    r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})" + CLOCK + ZONE
)


def read_decimal(text: str) -> Fraction:
    """Read a number with a decimal comma or a decimal point, exactly.

    Parameters
    ----------
    text : str
        What the cell holds. "1.234" is one and some thousandths: a separator is always decimal.

    Returns
    -------
    Fraction
        The number, without rounding.

    Raises
    ------
    UnreadableValueError
        With code "ambiguous_number" for more than one separator (1.234,5), "not_finite" for NaN
        and infinities, "not_a_number" for anything else, an empty cell too.

    Examples
    --------
    >>> read_decimal("87,5")
    Fraction(175, 2)
    """
    number = text.strip().replace("−", "-")
    if len(number) > LONGEST_NUMBER:
        raise UnreadableValueError("not_a_number", text)
    if PLAIN_NUMBER.fullmatch(number):
        return Fraction(number.replace(",", "."))
    scientific = SCIENTIFIC_NUMBER.fullmatch(number)
    if scientific:
        # A huge exponent would make a fraction of a billion digits.
        if abs(int(scientific[2])) > LARGEST_EXPONENT:
            raise UnreadableValueError("not_finite", text)
        return Fraction(number)
    if SEPARATED_NUMBER.fullmatch(number):
        raise UnreadableValueError("ambiguous_number", text)
    if number.lstrip("+-").lower() in ENDLESS_NUMBERS:
        raise UnreadableValueError("not_finite", text)
    raise UnreadableValueError("not_a_number", text)


def read_date(text: str) -> datetime:
    """Read a day, with or without a time, in Vietnam's time.

    Parameters
    ----------
    text : str
        ISO 8601 (2026-03-05, 2026-03-05T08:30) or day first (05/03/2026 08:30).

    Returns
    -------
    datetime
        In UTC+7; midnight when the text tells no time. An offset in the text is honoured.

    Raises
    ------
    UnreadableValueError
        With code "bad_date" for another form, "impossible_date" for a day or time that does not
        exist or lies outside 1900-2200.

    Examples
    --------
    >>> read_date("05/03/2026 08:30").isoformat()
    '2026-03-05T08:30:00+07:00'
    """
    written = text.strip()
    match = ISO_DATE.fullmatch(written) or DAY_FIRST_DATE.fullmatch(written)
    if not match:
        raise UnreadableValueError("bad_date", text)
    year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone(match["zone"]))
    except ValueError as error:
        raise UnreadableValueError("impossible_date", text) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableValueError("impossible_date", text)
    return moment.astimezone(VIETNAM)


def zone(offset: str | None) -> timezone:
    """Read the offset of an ISO time; Vietnam's when there is none."""
    if offset is None:
        return VIETNAM
    if offset == "Z":
        return UTC
    distance = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-distance if offset[0] == "-" else distance)

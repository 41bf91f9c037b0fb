"""Moments as exports write them: text, Excel's own days, Excel's serial numbers."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sampling.errors import UnreadableValueError
from sampling.values import FIRST_YEAR, LAST_YEAR, VIETNAM, read_date

DATE = re.compile(r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})")
TIME = re.compile(r"([0-9]{1,2})(?::|h|giờ ?)([0-9]{2})(?:(?::|')([0-9]{2})(?:\.[0-9]+)?)?")
HALF = re.compile(r"\s*(AM|PM|SA|CH)", re.IGNORECASE)
# Days of Excel's calendar from 2000 to 2099, and what part of the day is over.
SERIAL = re.compile(r"(3[6-9]|[4-6][0-9]|7[0-3])[0-9]{3}(?:\.[0-9]+)?")
EPOCH = datetime(1899, 12, 30, tzinfo=VIETNAM)
EXPECTED = {"day_first": "dd/mm/yyyy", "month_first": "mm/dd/yyyy"}
FULL_YEAR = 4
NOON = 12
MOST_CACHED = 1 << 16


@dataclass
class MomentReader:
    """Reads the dates of one list; day and month stand as declared, never as guessed.

    Attributes
    ----------
    month_first : bool
        Whether 05/03/2026 is 3 May.
    """

    month_first: bool = False
    days: dict[str, date] = field(default_factory=dict)

    def read(self, text: str) -> datetime:
        """Read a moment in Vietnam's time; midnight where the cell tells only the day.

        Raises
        ------
        UnreadableValueError
            With code "two_digit_year", "bad_list_date" or "impossible_list_date".
        """
        head, _, tail = text.strip().lstrip("'").partition(" ")
        day = self.days.get(head)
        if day is None:
            if SERIAL.fullmatch(text):
                return serial_moment(text)
            # The clock may come first: "08:30 05/03/2026".
            if tail and TIME.fullmatch(head):
                head, tail = tail.strip(), head
            if "T" in head:
                return iso_moment(text)
            day = self.day(head.rstrip(","))
        if not tail:
            return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
        return at_clock(day, tail.strip(), text)

    def day(self, written: str) -> date:
        """Read a day and remember it."""
        match = DATE.fullmatch(written)
        if match is None:
            raise UnreadableValueError("bad_list_date", written)
        first, second, third = match[1], match[3], match[4]
        if len(first) == FULL_YEAR:
            year, month, day = first, second, third
        else:
            year = third
            day, month = (second, first) if self.month_first else (first, second)
        if len(year) != FULL_YEAR:
            raise UnreadableValueError("two_digit_year", written)
        found = calendar_day(int(year), int(month), int(day), written)
        if len(self.days) < MOST_CACHED:
            self.days[written] = found
        return found


def calendar_day(year: int, month: int, day: int, written: str) -> date:
    """Make a day, if the calendar has it."""
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise UnreadableValueError("impossible_list_date", written) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableValueError("impossible_list_date", written)
    return found


def at_clock(day: date, written: str, text: str) -> datetime:
    """Put a time of day to a day."""
    half = HALF.search(written)
    clock = TIME.fullmatch(written[: half.start()] if half else written)
    if clock is None:
        raise UnreadableValueError("bad_list_date", text)
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if half and hour <= NOON:
        hour = hour % NOON + (NOON if half[1].upper() in ("PM", "CH") else 0)
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=VIETNAM)
    except ValueError as error:
        raise UnreadableValueError("impossible_list_date", text) from error


def serial_moment(text: str) -> datetime:
    """Count Excel's days, to the second."""
    return EPOCH + timedelta(seconds=round(float(text) * 86_400))


def iso_moment(text: str) -> datetime:
    """Read the form that programs exchange, with its offset."""
    try:
        return read_date(text)
    except UnreadableValueError as error:
        code = "impossible_list_date" if error.code == "impossible_date" else "bad_list_date"
        raise UnreadableValueError(code, text) from error

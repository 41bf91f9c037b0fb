"""A day, written as people here write it or as ISO 8601 does."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from surveys.answers import Answer, said
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.ordinary import OrdinaryKind
from surveys.kinds.single import one_value
from surveys.limits import DateLimits
from surveys.questionnaire import Question

FIELDS = 3
# What a slip of the pen makes of a year is no answer, unless a document asks for such years.
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_FIRST = re.compile(r"([0-9]{1,2}) ?([/.\- ]) ?([0-9]{1,2}) ?\2 ?([0-9]{4})")
YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def local_today() -> date:
    """Tell today's date in Vietnam."""
    return datetime.now(LOCAL).date()


class DateKind(OrdinaryKind):
    """Answers are days as ISO text, such as 2026-11-23.

    A form has one field for it or three of one name: day, month, year.

    Parameters
    ----------
    today : callable
        Tells the day after which a question takes no answer if it says so.
    """

    name = "date"
    optional = ("min", "max", "not_future")

    def __init__(self, today: Callable[[], date] = local_today) -> None:
        self.today = today

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when no day keeps to the limits."""
        limits = _limits(question)
        first, last = limits.earliest or EARLIEST, limits.latest or LATEST
        if first > last:
            place = f"{path}.max" if limits.latest else f"{path}.min"
            value = limits.latest or limits.earliest
            yield Fault(place, "bounds_crossed", value, {"low": first if limits.latest else last})

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept a real day within the limits."""
        if len(submitted) == FIELDS and any(value.strip() for value in submitted):
            typed = "/".join(value.strip() for value in submitted)
        else:
            value = one_value(question, submitted)
            if not isinstance(value, str):
                return value
            typed = value.strip()
        day = _day(typed)
        return Fault(question.code, "not_day") if day is None else self._within(question, day)

    def _within(self, question: Question, day: date) -> str | Fault:
        limits = _limits(question)
        first, last = limits.earliest or EARLIEST, limits.latest or LATEST
        if day < first:
            return Fault(question.code, "day_too_early", None, {"limit": first})
        if day > last:
            return Fault(question.code, "day_too_late", None, {"limit": last})
        if limits.not_future and day > self.today():
            return Fault(question.code, "day_in_future")
        return day.isoformat()

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Submit day, month and year."""
        year, month, day = said(answer)[0].split("-")
        return (day, month, year)

    def longest(self, question: Question) -> int:
        """Count the characters of an ISO day."""
        return len("2026-11-23")

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column of days."""
        label = question.whole_text(language)
        return (Column(question.code, label, "date", labels={}, values={}, missing=()),)

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the day as ISO text."""
        day = _day(answer) if isinstance(answer, str) else None
        return {question.code: None if day is None else day.isoformat()}


def _day(typed: str) -> date | None:
    """Read a day; None where there is no such day."""
    if found := DAY_FIRST.fullmatch(typed):
        day, _, month, year = found.groups()
    elif found := YEAR_FIRST.fullmatch(typed):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _limits(question: Question) -> DateLimits:
    return question.limits if isinstance(question.limits, DateLimits) else DateLimits()

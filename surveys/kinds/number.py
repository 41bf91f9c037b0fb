"""A number, with a decimal comma or a decimal point."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from surveys.answers import Answer, said
from surveys.codebook import Coded, Column
from surveys.errors import Fault
from surveys.kinds.ordinary import OrdinaryKind
from surveys.kinds.single import one_value
from surveys.limits import NumberLimits
from surveys.questionnaire import Question

LARGEST = 10**12 - 1
MOST_DECIMALS = 6
LONGEST_TYPED = 40
WRITTEN = re.compile(r"([+-]?)([0-9]+)(?:[.,]([0-9]+))?")
# 1.500 is one thousand five hundred to some people and one and a half to others.
UNCLEAR = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
DIGITS_AND_MARKS = re.compile(r"[+-]?[0-9][0-9., \u00a0\u202f]*")
CANONICAL = re.compile(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?")


class Amount(str):
    """A canonical decimal; messages in Vietnamese write it with a comma.

    Examples
    --------
    >>> f"{Amount('2.5'):vi} {Amount('2.5'):en}"
    '2,5 2.5'
    """

    __slots__ = ()

    def __format__(self, locale: str) -> str:
        """Write it as a language does."""
        return self.replace(".", ",") if locale == "vi" else str(self)


class NumberKind(OrdinaryKind):
    """Answers are canonical decimals: no leading or trailing zeros, a point, no plus."""

    name = "number"
    optional = ("min", "max", "decimals", "unit")

    def faults(self, question: Question, path: str) -> Iterator[Fault]:
        """Tell when no number keeps to the limits."""
        limits = _limits(question)
        if limits.low is not None and limits.high is not None and limits.low > limits.high:
            yield Fault(f"{path}.max", "bounds_crossed", limits.high, {"low": limits.low})

    def read(self, question: Question, submitted: Sequence[str]) -> Answer | Fault | None:
        """Accept a number within the limits, with its unit behind it or without."""
        value = one_value(question, submitted)
        if not isinstance(value, str):
            return value
        limits = _limits(question)
        typed = _bare(value, limits)
        found = WRITTEN.fullmatch(typed) if len(typed) <= LONGEST_TYPED else None
        if found is None or UNCLEAR.fullmatch(typed):
            clear = not DIGITS_AND_MARKS.fullmatch(typed)
            return Fault(question.code, "not_number" if clear else "number_unclear")
        sign, whole, part = found.group(1), found.group(2).lstrip("0"), (found.group(3) or "")
        part = part.rstrip("0")
        if len(part) > limits.decimals:
            code = "too_many_decimals" if limits.decimals else "number_not_whole"
            return Fault(question.code, code, None, {"limit": limits.decimals})
        number = f"{whole or 0}.{part}" if part else whole or "0"
        return _within(question, limits, f"-{number}" if sign == "-" and number != "0" else number)

    def write(self, answer: Answer) -> tuple[str, ...]:
        """Submit it with a comma; three decimals get a zero more, to be no thousands."""
        number = said(answer)[0]
        _, _, part = number.partition(".")
        return (number.replace(".", ",") + ("0" if len(part) == 3 else ""),)

    def longest(self, question: Question) -> int:
        """Count a sign, the digits of the largest number, a point and the decimals."""
        return len(str(LARGEST)) + MOST_DECIMALS + 2

    def columns(self, question: Question, language: str) -> tuple[Column, ...]:
        """Describe one column of numbers."""
        label, unit = question.whole_text(language), _limits(question).unit
        if unit:
            label = f"{label} ({unit.in_language(language)})"
        return (Column(question.code, label, "number", labels={}, values={}, missing=()),)

    def code(self, question: Question, answer: Answer | None) -> Mapping[str, Coded]:
        """Give the number."""
        known = isinstance(answer, str) and CANONICAL.fullmatch(answer)
        return {question.code: float(known.group()) if known else None}


def decimal(number: Fraction) -> Amount:
    """Write an exact number for people, rounded to the decimals that an answer may have.

    Examples
    --------
    >>> decimal(Fraction(12)), decimal(Fraction(5, 2))
    ('12', '2.5')
    """
    text = f"{float(number):.{MOST_DECIMALS}f}"
    return Amount(text.rstrip("0").rstrip("."))


def _within(question: Question, limits: NumberLimits, number: str) -> str | Fault:
    low = Fraction(-LARGEST) if limits.low is None else limits.low
    high = Fraction(LARGEST) if limits.high is None else limits.high
    if Fraction(number) < low:
        return Fault(question.code, "number_too_low", None, {"limit": decimal(low)})
    if Fraction(number) > high:
        return Fault(question.code, "number_too_high", None, {"limit": decimal(high)})
    return number


def _bare(value: str, limits: NumberLimits) -> str:
    """Take blanks and the unit away."""
    typed = value.strip().replace("\u2212", "-")
    for unit in (limits.unit or {}).values():
        typed = typed.removesuffix(unit)
    return typed.strip()


def _limits(question: Question) -> NumberLimits:
    return question.limits if isinstance(question.limits, NumberLimits) else NumberLimits()

"""What an answer must keep to: how many options, which numbers, which days."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from surveys.wording import Wording


@dataclass(frozen=True)
class CountLimits:
    """How many options may be chosen together; one said in place of an answer is apart."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class NumberLimits:
    """Which numbers are accepted.

    Attributes
    ----------
    decimals : int
        Most places behind the decimal comma; 0 for whole numbers.
    unit : Wording or None
        What is counted, such as ngày; it stands behind the field.
    """

    low: Fraction | None = None
    high: Fraction | None = None
    decimals: int = 0
    unit: Wording | None = None


@dataclass(frozen=True)
class DateLimits:
    """Which days are accepted, both ends included."""

    earliest: date | None = None
    latest: date | None = None
    not_future: bool = False


Limits = CountLimits | NumberLimits | DateLimits

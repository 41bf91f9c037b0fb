"""The limits of answers, out of the properties of a question."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from surveys.document import Node
from surveys.kinds.number import LARGEST, MOST_DECIMALS
from surveys.limits import CountLimits, DateLimits, Limits, NumberLimits
from surveys.reading_options import wording

MOST_CHOICES = 999

Parts = Mapping[str, Node]


def _counts(parts: Parts, _languages: tuple[str, ...]) -> CountLimits:
    low, high = parts["min"], parts["max"]
    return CountLimits(
        at_least=low.integer(1, MOST_CHOICES) if low.present else None,
        at_most=high.integer(1, MOST_CHOICES) if high.present else None,
    )


def _numbers(parts: Parts, languages: tuple[str, ...]) -> NumberLimits:
    low, high, decimals, unit = (parts[name] for name in ("min", "max", "decimals", "unit"))
    return NumberLimits(
        low=low.fraction(LARGEST) if low.present else None,
        high=high.fraction(LARGEST) if high.present else None,
        decimals=decimals.integer(0, MOST_DECIMALS) if decimals.present else 0,
        unit=wording(unit, languages) if unit.present else None,
    )


def _days(parts: Parts, _languages: tuple[str, ...]) -> DateLimits:
    low, high = parts["min"], parts["max"]
    return DateLimits(
        earliest=low.day() if low.present else None,
        latest=high.day() if high.present else None,
        not_future=parts["not_future"].boolean(),
    )


LIMITS: Mapping[str, Callable[[Parts, tuple[str, ...]], Limits]] = MappingProxyType(
    {"multiple_choice": _counts, "number": _numbers, "date": _days}
)
"""By kind; questions of other kinds have none."""

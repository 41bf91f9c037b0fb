"""Rules on words: one choice, a checklist, or counts of valued options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from analysis.scoring.errors import ObservationError
from analysis.scoring.rules.rule import NONE_WORDS, Observed, quantity

SEPARATOR = ";"


@dataclass(frozen=True)
class Choice:
    """The points of the one option that describes the unit."""

    options: Mapping[str, Fraction]
    kind: ClassVar[str] = "choice"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score an option by its name."""
        return self.options[named(observed.text(self.kind), self.options)]


@dataclass(frozen=True)
class Checklist:
    """The sum of the points of the items that are there ("none" or "không" for no item)."""

    items: Mapping[str, Fraction]
    kind: ClassVar[str] = "checklist"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score the items, whose names are separated by semicolons."""
        text = observed.text(self.kind)
        if text.casefold() in NONE_WORDS:
            return Fraction(0)
        met = [named(part.strip(), self.items) for part in text.split(SEPARATOR)]
        refuse_repeats(met)
        return sum((self.items[name] for name in met), Fraction(0))


@dataclass(frozen=True)
class OptionValues:
    """Points = max × Σ(count × value) / Σ count, as for options worth 100, 60, 20 and 0 %.

    Attributes
    ----------
    values : mapping of str to Fraction
        What each option is worth, from 0 to 1.
    """

    values: Mapping[str, Fraction]
    kind: ClassVar[str] = "option_values"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score the counts of answers, written A=12;B=3."""
        counts = pairs(observed.text(self.kind), self.values)
        for name, count in counts.items():
            if count.denominator != 1:
                raise ObservationError("not_a_count", "value", f"{name}={observed.value}")
        answers = sum(counts.values(), Fraction(0))
        if answers == 0:
            raise ObservationError("no_answers", "value", observed.value)
        worth = sum((self.values[name] * count for name, count in counts.items()), Fraction(0))
        return max_points * worth / answers


def named(text: str, allowed: Iterable[str]) -> str:
    """Find an option whatever its capitals."""
    names = {name.casefold(): name for name in allowed}
    if text.casefold() not in names:
        raise ObservationError("unknown_option", "value", text, allowed=", ".join(names.values()))
    return names[text.casefold()]


def pairs(text: str, allowed: Iterable[str]) -> dict[str, Fraction]:
    """Read name=number pairs separated by semicolons; a decimal comma is possible."""
    allowed = tuple(allowed)
    names, numbers = [], []
    for part in text.split(SEPARATOR):
        name, equals, number = part.partition("=")
        if not equals:
            raise ObservationError("not_a_pair", "value", part.strip())
        names.append(named(name.strip(), allowed))
        numbers.append(quantity(number.strip()))
    refuse_repeats(names)
    return dict(zip(names, numbers, strict=True))


def refuse_repeats(names: list[str]) -> None:
    """Raise when a name stands twice."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise ObservationError("repeated_option", "value", name)

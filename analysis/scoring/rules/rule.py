"""What every rule can do, and what a unit shows it."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Protocol

from analysis.scoring.errors import ObservationError
from analysis.scoring.numbers import exact_text
from sampling.errors import UnreadableValueError
from sampling.tabular import read_decimal

NONE_WORDS = frozenset({"none", "không"})


class Measure(StrEnum):
    """What a number may be: a share stops at 1, a ratio does not, a quantity is no quotient."""

    SHARE = "share"
    RATIO = "ratio"
    QUANTITY = "quantity"


@dataclass(frozen=True)
class Observed:
    """What a unit shows for a criterion: a value as text, or cases of all cases.

    Attributes
    ----------
    value : str
        As the score table writes it; "" when there is none.
    numerator, denominator, excluded : Fraction or None
        Cases that count, all cases, and cases left out of all cases; never negative.
    """

    value: str = ""
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    excluded: Fraction | None = None

    @classmethod
    def of_share(cls, share: Fraction) -> "Observed":
        """Show a share that was computed elsewhere, such as a survey estimate."""
        return cls(numerator=share, denominator=Fraction(1))

    def text(self, kind: str) -> str:
        """Give the value for a rule that reads words; raise where it is a quotient."""
        if self.numerator is not None or self.denominator is not None:
            raise ObservationError("rule_takes_no_value", "numerator", kind=kind)
        self.refuse_excluded(kind)
        return self.value

    def number(self, kind: str, measure: Measure) -> Fraction:
        """Give the number for a rule that reads numbers.

        Raises
        ------
        ObservationError
            If it is no number, negative, half a quotient, or not what `measure` allows.
        """
        self.refuse_excluded(kind)
        if self.numerator is None and self.denominator is None:
            return checked(quantity(self.value), measure)
        if self.value:
            raise ObservationError("value_and_ratio", "value", self.value)
        if measure is Measure.QUANTITY:
            raise ObservationError("ratio_for_quantity", "numerator")
        return quotient(self.numerator, self.denominator, measure)

    def refuse_excluded(self, kind: str) -> None:
        """Raise when cases are excluded for a rule that knows no exclusion."""
        if self.excluded is not None:
            shown = exact_text(self.excluded)
            raise ObservationError("rule_takes_no_value", "excluded", shown, kind=kind)


class Rule(Protocol):
    """A rule of a criterion: a frozen value that scores one observation."""

    @property
    def kind(self) -> str:
        """Name of the rule in a criteria set."""

    @property
    def takes_share(self) -> bool:
        """Whether a survey's share can be scored."""

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score what a unit shows, exactly; ObservationError when it cannot be scored."""


def quantity(text: str, column: str = "value") -> Fraction:
    """Read a number that is not negative."""
    try:
        number = read_decimal(text)
    except UnreadableValueError as error:
        raise ObservationError(error.code, column, text) from error
    if number < 0:
        raise ObservationError("negative", column, text)
    return number


def checked(number: Fraction, measure: Measure) -> Fraction:
    """Refuse a share above 1, such as a percent written as 85."""
    if measure is Measure.SHARE and number > 1:
        raise ObservationError("above_full", "value", exact_text(number), full="1")
    return number


def quotient(
    numerator: Fraction | None, denominator: Fraction | None, measure: Measure
) -> Fraction:
    """Divide cases by all cases."""
    if numerator is None:
        raise ObservationError("half_a_ratio", "numerator")
    if denominator is None:
        raise ObservationError("half_a_ratio", "denominator")
    if denominator == 0:
        raise ObservationError("zero_denominator", "denominator", "0")
    if measure is Measure.SHARE and numerator > denominator:
        raise ObservationError(
            "numerator_above_denominator",
            "numerator",
            exact_text(numerator),
            denominator=exact_text(denominator),
        )
    return numerator / denominator

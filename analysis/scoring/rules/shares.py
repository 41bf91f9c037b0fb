"""Rules on one number: in proportion, in proportion between two cuts, or all at a threshold."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from analysis.scoring.errors import ObservationError
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.rule import Measure, Observed


class Formula(StrEnum):
    """What `linear` gives between its cuts: a/b × max, or the way from the lower to the upper."""

    SHARE = "share"
    BETWEEN = "between"


@dataclass(frozen=True)
class Proportional:
    """Points = max × value / full, as for a survey criterion of 35 points.

    Attributes
    ----------
    full : Fraction
        The value that earns the maximum: 1 for a share, 100 for a percent.
    """

    full: Fraction = Fraction(1)
    kind: ClassVar[str] = "proportional"

    @property
    def takes_share(self) -> bool:
        """A survey's share can be scored when full is 1."""
        return self.full == 1

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a share or a quantity up to `full`."""
        measure = Measure.SHARE if self.takes_share else Measure.QUANTITY
        value = up_to(observed.number(self.kind, measure), self.full)
        return max_points * value / self.full


@dataclass(frozen=True)
class Linear:
    """Nothing below the lower cut, the maximum from the upper cut on, a formula between.

    The usual wording: 100 % gives the maximum, from 80 % to below 100 % the share times the
    maximum, below 80 % nothing.

    Attributes
    ----------
    lower, upper : Fraction
        The cuts; each belongs to what lies above it.
    full : Fraction
        The value that counts as 100 %.
    formula : Formula
        What to give between the cuts.
    may_exceed : bool
        Whether a value above `full` is possible; it earns the maximum.
    """

    lower: Fraction
    upper: Fraction
    full: Fraction = Fraction(1)
    formula: Formula = Formula.SHARE
    may_exceed: bool = False
    kind: ClassVar[str] = "linear"

    @property
    def takes_share(self) -> bool:
        """A survey's share can be scored when full is 1."""
        return self.full == 1

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a share, a ratio or a quantity."""
        value = observed.number(self.kind, self.measure())
        if not self.may_exceed:
            up_to(value, self.full)
        if value < self.lower:
            return Fraction(0)
        if value >= self.upper:
            return max_points
        if self.formula is Formula.SHARE:
            return max_points * value / self.full
        return max_points * (value - self.lower) / (self.upper - self.lower)

    def measure(self) -> Measure:
        """What the observed number may be."""
        if self.full != 1:
            return Measure.QUANTITY
        return Measure.RATIO if self.may_exceed else Measure.SHARE


@dataclass(frozen=True)
class Threshold:
    """The maximum at or above a cut (strictly above it if `strict`), else `otherwise`."""

    cut: Fraction
    strict: bool = False
    otherwise: Fraction = Fraction(0)
    may_exceed: bool = False
    kind: ClassVar[str] = "threshold"

    @property
    def takes_share(self) -> bool:
        """A survey's share can be scored when the cut is a share."""
        return self.cut <= 1

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a share, a ratio or a quantity."""
        value = observed.number(self.kind, measure_of_cuts((self.cut,), self.may_exceed))
        reached = value > self.cut if self.strict else value >= self.cut
        return max_points if reached else self.otherwise


def measure_of_cuts(cuts: tuple[Fraction, ...], may_exceed: bool) -> Measure:
    """Tell shares from quantities by the cuts: all within 1 means shares."""
    if may_exceed:
        return Measure.RATIO
    return Measure.SHARE if max(cuts) <= 1 else Measure.QUANTITY


def up_to(value: Fraction, full: Fraction) -> Fraction:
    """Refuse a value above what counts as full."""
    if value > full:
        raise ObservationError("above_full", "value", exact_text(value), full=exact_text(full))
    return value

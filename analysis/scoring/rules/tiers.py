"""Rules in steps: of a number, or of a date."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import ClassVar

from analysis.scoring.errors import ObservationError
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.rule import NONE_WORDS, Observed
from analysis.scoring.rules.shares import measure_of_cuts
from sampling.errors import UnreadableValueError
from sampling.tabular import read_date


@dataclass(frozen=True)
class Tier:
    """From `cut`, included, the unit earns these points."""

    cut: Fraction
    earned: Fraction


@dataclass(frozen=True)
class Tiers:
    """The points of the highest tier that the value reaches.

    Attributes
    ----------
    tiers : tuple of Tier
        From the highest cut to the lowest. A value below the lowest cannot be scored.
    may_exceed : bool
        Whether a ratio above 1 is possible although all cuts are shares.
    """

    tiers: tuple[Tier, ...]
    may_exceed: bool = False
    kind: ClassVar[str] = "tiers"

    @property
    def takes_share(self) -> bool:
        """A survey's share can be scored when the cuts are shares."""
        return all(tier.cut <= 1 for tier in self.tiers)

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a share, a ratio or a quantity."""
        cuts = tuple(tier.cut for tier in self.tiers)
        value = observed.number(self.kind, measure_of_cuts(cuts, self.may_exceed))
        for tier in self.tiers:
            if value >= tier.cut:
                return tier.earned
        raise ObservationError("below_lowest_tier", "value", exact_text(value))


@dataclass(frozen=True)
class DateTier:
    """Until the end of this day the unit earns these points."""

    until: date
    earned: Fraction


@dataclass(frozen=True)
class DateTiers:
    """The points of the earliest deadline met, by the day in Vietnam.

    Attributes
    ----------
    tiers : tuple of DateTier
        From the earliest deadline to the latest.
    otherwise : Fraction
        Points after the last deadline, or when it was never done ("none", "không").
    """

    tiers: tuple[DateTier, ...]
    otherwise: Fraction = Fraction(0)
    kind: ClassVar[str] = "date_tiers"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score the day on which something was issued."""
        text = observed.text(self.kind)
        if text.casefold() in NONE_WORDS:
            return self.otherwise
        try:
            day = read_date(text).date()
        except UnreadableValueError as error:
            raise ObservationError(error.code, "value", text) from error
        return next((tier.earned for tier in self.tiers if day <= tier.until), self.otherwise)

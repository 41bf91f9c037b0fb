"""Rules on cases: a deduction for each event, or a ratio that knows exclusions and empty years."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from analysis.scoring.errors import ObservationError
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.rule import Observed, Rule, quantity
from analysis.scoring.rules.shares import Proportional


@dataclass(frozen=True)
class Deduction:
    """The maximum less so many points for each event, not below `floor`."""

    per_event: Fraction
    floor: Fraction = Fraction(0)
    kind: ClassVar[str] = "deduction"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a count of events."""
        events = quantity(observed.text(self.kind))
        if events.denominator != 1:
            raise ObservationError("not_a_count", "value", observed.value)
        return max(self.floor, max_points - self.per_event * events)


@dataclass(frozen=True)
class Ratio:
    """Cases of all cases but the excluded ones, scored by another rule.

    Attributes
    ----------
    scored_by : Rule
        What makes points of the ratio.
    no_event : Fraction or None
        Points when no case is left; None makes that a fault.
    """

    scored_by: Rule = field(default_factory=Proportional)
    no_event: Fraction | None = None
    kind: ClassVar[str] = "ratio"

    @property
    def takes_share(self) -> bool:
        """A survey's share can be scored when the inner rule can score it."""
        return self.scored_by.takes_share

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score a numerator and a denominator, or a value that is already a ratio."""
        remaining = without_excluded(observed)
        happened_nothing = remaining.numerator == 0 and remaining.denominator == 0
        if happened_nothing and not observed.value and self.no_event is not None:
            return self.no_event
        return self.scored_by.points(remaining, max_points)


def without_excluded(observed: Observed) -> Observed:
    """Take the excluded cases out of all cases."""
    if observed.excluded is None:
        return observed
    if observed.denominator is None:
        raise ObservationError("half_a_ratio", "denominator")
    if observed.excluded > observed.denominator:
        raise ObservationError(
            "excluded_above_denominator",
            "excluded",
            exact_text(observed.excluded),
            denominator=exact_text(observed.denominator),
        )
    return replace(observed, denominator=observed.denominator - observed.excluded, excluded=None)

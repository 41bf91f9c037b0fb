"""Rules on several audiences, and the rule that leaves points to people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from analysis.scoring.errors import ObservationError
from analysis.scoring.rules.options import pairs
from analysis.scoring.rules.rule import Measure, Observed, Rule, checked
from analysis.scoring.rules.shares import Proportional


@dataclass(frozen=True)
class WeightedMean:
    """The weighted mean of the shares of several audiences, scored by another rule.

    Attributes
    ----------
    audiences : mapping of str to Fraction
        Weight of each audience; only their proportions matter.
    scored_by : Rule
        What makes points of the mean share.
    """

    audiences: Mapping[str, Fraction]
    scored_by: Rule = field(default_factory=Proportional)
    kind: ClassVar[str] = "weighted_mean"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Score shares written citizen=0.8;business=0.75; every audience must be there."""
        shares = pairs(observed.text(self.kind), self.audiences)
        missing = [name for name in self.audiences if name not in shares]
        if missing:
            raise ObservationError(
                "missing_audience", "value", observed.value, missing=", ".join(missing)
            )
        total = sum(
            (
                self.audiences[name] * checked(share, Measure.SHARE)
                for name, share in shares.items()
            ),
            Fraction(0),
        )
        mean = total / sum(self.audiences.values(), Fraction(0))
        return self.scored_by.points(Observed.of_share(mean), max_points)


@dataclass(frozen=True)
class Manual:
    """People settle the points; nothing is computed."""

    kind: ClassVar[str] = "manual"
    takes_share: ClassVar[bool] = False

    def points(self, observed: Observed, max_points: Fraction) -> Fraction:
        """Refuse any observation."""
        column = "value" if observed.value else "numerator"
        raise ObservationError("rule_takes_no_value", column, observed.value, kind=self.kind)

"""What one run of the estimates of a round found, as it is frozen in the database.

In JSON every number is either whole or a decimal text of twelve digits. A figure of fewer
answers than the disclosure floor holds no number at all, only the class of its n.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from app.vocabulary import Half

OVERALL = "overall"
TOP_TWO = "top_two"
MEAN_SCORE = "mean_score"


class FigureState(StrEnum):
    """What may be done with a figure."""

    SHOWN = "shown"
    TOO_FEW = "too_few"  # stored and marked; makes no points
    WITHHELD = "withheld"  # no number is stored


class PartLevel(StrEnum):
    """What a set of figures speaks of."""

    UNIT = "unit"
    GROUP = "group"
    ROUND = "round"


@dataclass(frozen=True)
class Quantity:
    """An estimate from 0 to 1 with its standard error and 95 % t interval, as decimal text.

    The ends are None where there are no degrees of freedom.
    """

    value: str
    se: str
    df: int
    lower: str | None
    upper: str | None

    @property
    def percent(self) -> Fraction:
        """The estimate from 0 to 100."""
        return 100 * Fraction(self.value)

    @property
    def margin(self) -> Fraction | None:
        """Margin of error in percentage points: the longer arm of the interval."""
        if self.lower is None or self.upper is None:
            return None
        value = Fraction(self.value)
        return 100 * max(Fraction(self.upper) - value, value - Fraction(self.lower))


@dataclass(frozen=True)
class Figure:
    """The two measures of one factor.

    Attributes
    ----------
    n : str
        Answers that rated the factor, or a class such as "< 10".
    effective_n : str or None
        Kish's (sum w)^2 / sum w^2.
    top_two : Quantity or None
        Mean over people of the share of their rated items with a satisfied value.
    mean_score : Quantity or None
        Mean over people of the mean of value / highest value of their rated items.
    """

    factor: str
    state: FigureState
    n: str
    effective_n: str | None = None
    top_two: Quantity | None = None
    mean_score: Quantity | None = None

    def quantity(self, statistic: str) -> Quantity | None:
        """Choose one of the two measures; None for any other word."""
        return {TOP_TWO: self.top_two, MEAN_SCORE: self.mean_score}.get(statistic)


@dataclass(frozen=True)
class Part:
    """Figures of a unit, a group or the whole round.

    Attributes
    ----------
    dossiers, drawn : int
        On the frame, and in the sample.
    answers : str
        Answers that speak of this part, or a class such as "< 10".
    covered : int
        Dossiers of the strata whose answers speak of this part; the rest is represented by them.
    """

    level: PartLevel
    code: str
    name: str
    dossiers: int
    drawn: int
    answers: str
    covered: int
    figures: tuple[Figure, ...]

    def figure(self, factor: str) -> Figure | None:
        """Find the figure of a factor."""
        return next((found for found in self.figures if found.factor == factor), None)


@dataclass(frozen=True)
class MissingSession:
    """A drawn counter session without minutes."""

    counter: str
    day: date
    half: Half


@dataclass(frozen=True)
class SessionPart:
    """What the counter sessions of a unit are of its figures.

    Attributes
    ----------
    dossiers : int
        That its sessions stand for; 0 where their answers are in no figure of the unit.
    listed : int
        Its dossiers on the list, which the other answers stand for.
    drawn : int
        Sessions drawn.
    answers : str
        Answers of sessions that speak of the unit, or a class such as "< 10".
    missing : tuple of MissingSession
        Sessions without minutes; while there are any, none of the unit counts.
    """

    code: str
    name: str
    dossiers: int
    listed: int
    drawn: int
    answers: str
    missing: tuple[MissingSession, ...]

    @property
    def share(self) -> Fraction:
        """Part of the unit's dossiers that sessions stand for."""
        whole = self.dossiers + self.listed
        return Fraction(self.dossiers, whole) if whole else Fraction(0)


@dataclass(frozen=True)
class Factor:
    """A factor and its titles by language."""

    code: str
    titles: dict[str, str]


@dataclass(frozen=True)
class EstimationResults:
    """Everything one run found.

    Attributes
    ----------
    disclosure_n, effective_n : int
        Below the first nothing is stored, below the second nothing becomes points.
    unattributed : str
        Answers that know the round only, as a number or a class.
    sealed, lost : int
        Boxes that stayed below k and were never opened; answers declared lost.
    sessions : tuple of SessionPart
        Counter sessions by unit, where the plan has any.
    without_sessions : tuple of Part
        The same figures from listed dossiers alone, where sessions are in `parts`.
    """

    questionnaire_hash: str
    dry_run: bool
    disclosure_n: int
    effective_n: int
    factors: tuple[Factor, ...]
    parts: tuple[Part, ...]
    unattributed: str
    sealed: int
    lost: int
    sessions: tuple[SessionPart, ...] = ()
    without_sessions: tuple[Part, ...] = ()

    def of_level(self, level: PartLevel) -> tuple[Part, ...]:
        """Give the parts of one level, in their order."""
        return tuple(part for part in self.parts if part.level is level)

    def unit(self, code: str) -> Part | None:
        """Find the figures of a unit."""
        units = self.of_level(PartLevel.UNIT)
        return next((part for part in units if part.code == code), None)


_adapter = TypeAdapter(EstimationResults)


def to_json(results: EstimationResults) -> dict[str, Any]:
    """Give plain values for the database."""
    document: dict[str, Any] = _adapter.dump_python(results, mode="json")
    return document


def from_json(document: dict[str, Any]) -> EstimationResults:
    """Read what `to_json` gave."""
    return _adapter.validate_python(document)

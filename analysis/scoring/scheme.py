"""The criteria set of a year: groups, fields, criteria and how they are totalled."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from analysis.scoring.rules.rule import Rule

BONUS = "BONUS"
PENALTY = "PENALTY"
MOST_POINTS = Fraction(1_000_000)


class Source(StrEnum):
    """Where a criterion's points come from."""

    SELF = "self"
    VERIFIED = "verified"
    SURVEY = "survey"


class NotApplicable(StrEnum):
    """What a criterion that does not apply to a unit does to its percent."""

    REBASE = "rebase"
    FULL_POINTS = "full_points"
    ZERO = "zero"


class SurveyMissing(StrEnum):
    """What too few ballots for a criterion do to a unit."""

    FAULT = "fault"
    NOT_APPLICABLE = "not_applicable"


class TieKind(StrEnum):
    """What separates units with equal percent."""

    CRITERION = "criterion"
    FIELD = "field"
    SURVEY = "survey"


@dataclass(frozen=True)
class Tie:
    """Points that separate units with equal percent; `code` is "" for all survey points."""

    kind: TieKind
    code: str


@dataclass(frozen=True)
class Band:
    """A band reaches from `lowest` percent, included, to the next band, excluded."""

    name: str
    lowest: Fraction


@dataclass(frozen=True)
class Group:
    """Units that are ranked against each other.

    Attributes
    ----------
    bands : tuple of Band
        From the highest to the lowest.
    decimals : int
        Places of a percent in documents; never used in ranking.
    """

    code: str
    title: str
    ties: tuple[Tie, ...]
    bands: tuple[Band, ...]
    decimals: int

    def band(self, percent: Fraction) -> str | None:
        """Name the band of a percent; None below the lowest band (chưa xếp nhóm)."""
        return next((band.name for band in self.bands if percent >= band.lowest), None)


@dataclass(frozen=True)
class Criterion:
    """What a unit earns points for; `groups` None means every group."""

    code: str
    title: str
    max_points: Fraction
    source: Source
    rule: Rule
    groups: frozenset[str] | None = None

    def concerns(self, group: str) -> bool:
        """Tell whether units of a group are scored on this criterion."""
        return self.groups is None or group in self.groups


@dataclass(frozen=True)
class Field:
    """A field of administrative reform and its criteria."""

    code: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Link:
    """One cell of the matrix: an audience's share for an item counts towards a criterion."""

    item: str
    audience: str
    criterion: str
    weight: Fraction


@dataclass(frozen=True)
class Decision:
    """The decision that issued the criteria set."""

    number: str
    date: str


@dataclass(frozen=True)
class Scheme:
    """A criteria set.

    Attributes
    ----------
    bonus_cap, penalty_cap : Fraction or None
        Most points of bonus and penalty that count; None when the set knows none.
    matrix : tuple of Link
        How survey shares become criteria; empty when survey points are imported.
    """

    name: str
    decision: Decision | None
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    bonus_cap: Fraction | None
    penalty_cap: Fraction | None
    not_applicable: NotApplicable
    survey_missing: SurveyMissing
    matrix: tuple[Link, ...]

    def group(self, code: str) -> Group:
        """Find a group; KeyError when there is none."""
        return {group.code: group for group in self.groups}[code]

    def criteria(self) -> Iterator[Criterion]:
        """Give every criterion in the order of the set."""
        for field in self.fields:
            yield from field.criteria

    def criteria_of(self, group: str) -> tuple[Criterion, ...]:
        """Give the criteria that units of a group are scored on."""
        return tuple(criterion for criterion in self.criteria() if criterion.concerns(group))

    def linked_criteria(self) -> frozenset[str]:
        """Give the codes of criteria that the matrix feeds."""
        return frozenset(link.criterion for link in self.matrix)

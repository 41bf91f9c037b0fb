"""The document of a merged index: every number exact, with where it came from.

In JSON every number that counts is text: a decimal where it ends ("12.5"), else a quotient
("25/3"); nothing is rounded. Whoever has the document can recompute each total, percent,
rank and band by decision 0005.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainSerializer, TypeAdapter

from app import exact

FORMAT = 1
BONUS, PENALTY = "BONUS", "PENALTY"
SURVEY = "survey"

Exact = Annotated[Fraction, PlainSerializer(exact.text, return_type=str)]


@dataclass(frozen=True)
class SurveyPin:
    """The run of estimates that the survey points of one audience came from."""

    audience: str
    round_id: int
    estimation_id: int
    inputs_hash: str
    results_hash: str
    questionnaire_hash: str


@dataclass(frozen=True)
class Pins:
    """What the index was made from; each can be found and checked again."""

    program: str
    criteria_hash: str
    scores_hash: str
    surveys: tuple[SurveyPin, ...]


@dataclass(frozen=True)
class Band:
    """A band begins at `lowest` percent and ends below the next one."""

    name: str
    lowest: Exact


@dataclass(frozen=True)
class Group:
    """Units that were ranked against each other, and the rules for them."""

    code: str
    title: str
    decimals: int
    ties: tuple[str, ...]
    bands: tuple[Band, ...]
    mean_percent: Exact | None


@dataclass(frozen=True)
class Criterion:
    """A criterion; `rule` is the kind of its rule, `groups` None means every group."""

    code: str
    title: str
    max_points: Exact
    source: str
    rule: str
    groups: tuple[str, ...] | None


@dataclass(frozen=True)
class Field:
    """A field and its criteria."""

    code: str
    title: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True)
class Share:
    """A frozen survey share that went into a criterion, from 0 to 1."""

    item: str
    audience: str
    weight: Exact
    share: Exact


@dataclass(frozen=True)
class Score:
    """What a unit earned for a criterion.

    Attributes
    ----------
    points : Fraction or None
        As settled; None where the criterion does not apply.
    counted : Fraction
        What entered the total: after caps, and what `not_applicable` gives.
    provenance : str
        points, rule, verified, self, survey, not_applicable or survey_missing.
    """

    criterion: str
    points: Exact | None
    counted: Exact
    provenance: str
    stated_source: str
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Unit:
    """A unit's place in its group and all that led to it."""

    group: str
    code: str
    name: str
    rank: int
    band: str | None
    percent: Exact
    total: Exact
    max_applicable: Exact
    direct: Exact
    survey: Exact
    bonus: Exact
    penalty: Exact
    fields: dict[str, Exact]
    scores: tuple[Score, ...]

    def score(self, criterion: str) -> Score | None:
        """Find the score of a criterion."""
        return next((score for score in self.scores if score.criterion == criterion), None)


@dataclass(frozen=True)
class IndexDocument:
    """A merged index as it is frozen, hashed, approved and published."""

    format: int
    year: int
    name: str
    criteria_name: str
    decision: str
    not_applicable: str
    bonus_cap: Exact | None
    penalty_cap: Exact | None
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    units: tuple[Unit, ...]
    pins: Pins
    # Merged while one person could hold several roles.
    small_office: bool = False

    def ranking(self, group: str) -> tuple[Unit, ...]:
        """Give the units of a group by rank, then code."""
        own = (unit for unit in self.units if unit.group == group)
        return tuple(sorted(own, key=lambda unit: (unit.rank, unit.code)))

    def criteria_of(self, group: str) -> tuple[Criterion, ...]:
        """Give the criteria that units of a group are scored on."""
        return tuple(
            criterion
            for field in self.fields
            for criterion in field.criteria
            if criterion.groups is None or group in criterion.groups
        )


_adapter = TypeAdapter(IndexDocument)


def to_json(document: IndexDocument) -> dict[str, Any]:
    """Give plain values for the database and for download."""
    values: dict[str, Any] = _adapter.dump_python(document, mode="json")
    return values


def from_json(values: dict[str, Any]) -> IndexDocument:
    """Read what `to_json` gave."""
    return _adapter.validate_python(values)

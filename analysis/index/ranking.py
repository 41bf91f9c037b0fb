"""Settled points -> totals, percent, rank and band, all exact."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from analysis.scoring.errors import ScoringError
from analysis.scoring.scheme import (
    BONUS,
    PENALTY,
    Criterion,
    Group,
    NotApplicable,
    Scheme,
    Source,
    Tie,
    TieKind,
)
from analysis.scoring.score_row import Entry, Provenance

ZERO = Fraction(0)


@dataclass(frozen=True)
class Totals:
    """What a unit's entries add up to.

    Attributes
    ----------
    criteria : mapping of str to Fraction
        Points of each criterion as they count; 0 for one left out of the denominator.
    fields : mapping of str to Fraction
        Points of each field; they add up to direct + survey.
    direct, survey : Fraction
        Points of criteria that are not, and that are, taken from a survey.
    bonus, penalty : Fraction
        What counts of them, after their caps.
    max_applicable : Fraction
        Maximum of the criteria that stay in the denominator, above 0.
    provenance : mapping of str to Provenance
        Where the points of each entry came from.
    """

    group: str
    unit: str
    criteria: Mapping[str, Fraction]
    fields: Mapping[str, Fraction]
    direct: Fraction
    survey: Fraction
    bonus: Fraction
    penalty: Fraction
    max_applicable: Fraction
    provenance: Mapping[str, Provenance]

    @property
    def total(self) -> Fraction:
        """Points with bonus and penalty."""
        return self.direct + self.survey + self.bonus - self.penalty

    @property
    def percent(self) -> Fraction:
        """Total of 100 applicable points, neither rounded nor clipped."""
        return 100 * self.total / self.max_applicable


@dataclass(frozen=True)
class Standing:
    """A unit's place in its group; `band` is None below the lowest band (chưa xếp nhóm)."""

    totals: Totals
    rank: int
    band: str | None


def rank(scheme: Scheme, entries: Sequence[Entry]) -> tuple[Standing, ...]:
    """Rank the units of every group.

    Parameters
    ----------
    scheme : Scheme
        The criteria set of the entries.
    entries : sequence of Entry
        One for each unit and each criterion of the unit's group, and for BONUS and PENALTY
        where a unit has them. An entry without points does not apply to the unit.

    Returns
    -------
    tuple of Standing
        By group in the order of the scheme, then rank, then unit. Rank and band follow the
        unrounded percent; equal units share a rank and the next rank counts them (1-2-2-4).

    Raises
    ------
    ScoringError
        If a unit lacks a criterion, has one twice or one too many, stands in two groups, or has
        no applicable criterion.
    """
    by_unit: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_unit[entry.unit].append(entry)
    totals = [add_up(scheme, unit, own) for unit, own in by_unit.items()]
    return tuple(
        standing
        for group in scheme.groups
        for standing in rank_group(group, [own for own in totals if own.group == group.code])
    )


def rank_group(group: Group, totals: Iterable[Totals]) -> list[Standing]:
    """Rank units against each other by percent, then by the group's ties."""
    keys = {own.unit: ranking_key(own, group.ties) for own in totals}
    ordered = sorted(totals, key=lambda own: own.unit)
    ordered.sort(key=lambda own: keys[own.unit], reverse=True)
    standings: list[Standing] = []
    for place, own in enumerate(ordered, start=1):
        previous = standings[-1] if standings else None
        shared = previous is not None and keys[previous.totals.unit] == keys[own.unit]
        number = previous.rank if previous is not None and shared else place
        standings.append(Standing(own, number, group.band(own.percent)))
    return standings


def ranking_key(totals: Totals, ties: Iterable[Tie]) -> tuple[Fraction, ...]:
    """Give what units are compared by: percent, then the points that separate equal ones."""
    return (totals.percent, *(tie_points(totals, tie) for tie in ties))


def tie_points(totals: Totals, tie: Tie) -> Fraction:
    """Give the points that a tie-break compares."""
    if tie.kind is TieKind.SURVEY:
        return totals.survey
    return (totals.fields if tie.kind is TieKind.FIELD else totals.criteria)[tie.code]


def add_up(scheme: Scheme, unit: str, entries: Sequence[Entry]) -> Totals:
    """Add up one unit's entries."""
    group = entries[0].group
    by_code = {entry.criterion: entry for entry in entries}
    check_complete(scheme, unit, entries)
    criteria = scheme.criteria_of(group)
    counted = {c.code: counted_points(scheme, c, by_code[c.code].points) for c in criteria}
    survey = sum((counted[c.code] for c in criteria if c.source is Source.SURVEY), ZERO)
    applicable = sum(
        (c.max_points for c in criteria if stays(scheme, by_code[c.code].points)), ZERO
    )
    if applicable == 0:
        raise ScoringError(f"no criterion applies to unit {unit!r}: it has no percent")
    return Totals(
        group=group,
        unit=unit,
        criteria=counted,
        fields={
            field.code: sum((counted.get(c.code, ZERO) for c in field.criteria), ZERO)
            for field in scheme.fields
        },
        direct=sum(counted.values(), ZERO) - survey,
        survey=survey,
        bonus=capped(by_code.get(BONUS), scheme.bonus_cap),
        penalty=capped(by_code.get(PENALTY), scheme.penalty_cap),
        max_applicable=applicable,
        provenance={entry.criterion: entry.provenance for entry in entries},
    )


def check_complete(scheme: Scheme, unit: str, entries: Sequence[Entry]) -> None:
    """Raise unless there is exactly one entry for each criterion of the unit's one group."""
    groups = {entry.group for entry in entries}
    known = {group.code for group in scheme.groups}
    if len(groups) > 1 or not groups <= known:
        raise ScoringError(f"unit {unit!r} must stand in one group, not {sorted(groups)}")
    found = sorted(entry.criterion for entry in entries)
    needed = {criterion.code for criterion in scheme.criteria_of(groups.pop())}
    if sorted({BONUS, PENALTY} & set(found) | needed) != found:
        raise ScoringError(f"unit {unit!r} must have every criterion of its group once: {found}")


def counted_points(scheme: Scheme, criterion: Criterion, points: Fraction | None) -> Fraction:
    """Give what a criterion counts; one that does not apply counts as the scheme says."""
    if points is not None:
        return points
    full = scheme.not_applicable is NotApplicable.FULL_POINTS
    return criterion.max_points if full else ZERO


def stays(scheme: Scheme, points: Fraction | None) -> bool:
    """Tell whether a criterion stays in the denominator."""
    return points is not None or scheme.not_applicable is not NotApplicable.REBASE


def capped(entry: Entry | None, cap: Fraction | None) -> Fraction:
    """Give what counts of a bonus or penalty."""
    if entry is None or entry.points is None:
        return ZERO
    if cap is None:
        raise ScoringError(f"the criteria set knows no {entry.criterion}")
    return min(entry.points, cap)

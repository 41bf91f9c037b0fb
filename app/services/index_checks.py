"""Recomputing a stored index from its own document and its sources, naming what does not fit.

This is a second reading of decision 0005: it shares no arithmetic with the code that merged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app import exact
from app.queries.cycles import ScoreView
from app.queries.estimation_results import TOP_TWO, EstimationResults
from app.queries.index_document import (
    BONUS,
    PENALTY,
    SURVEY,
    Criterion,
    IndexDocument,
    Score,
    Unit,
)

PROPORTIONAL = "proportional"
MADE_FROM_NOTHING = frozenset({"not_applicable", "survey_missing"})
NOT_IMPORTED = frozenset({"survey", "survey_missing"})
ZERO = Fraction(0)


@dataclass(frozen=True)
class Finding:
    """A place of the document, what stands there, and what should."""

    place: str
    stored: str
    expected: str


def shown(value: object) -> str:
    """Write a value of the document as it stands there."""
    return exact.text(value) if isinstance(value, Fraction) else str(value)


def compared(place: str, stored: object, expected: object) -> Iterator[Finding]:
    """Find a difference."""
    if stored != expected:
        yield Finding(place, shown(stored), shown(expected))


def arithmetic(document: IndexDocument) -> Iterator[Finding]:
    """Add everything up again."""
    for unit in document.units:
        criteria = {found.code: found for found in document.criteria_of(unit.group)}
        yield from scores(document, unit, criteria)
        yield from totals(document, unit, criteria)
    yield from standings(document)


def scores(
    document: IndexDocument, unit: Unit, criteria: Mapping[str, Criterion]
) -> Iterator[Finding]:
    """Check what each score counts, and survey points in proportion to their shares."""
    place = f"units.{unit.code}.scores"
    named = [score.criterion for score in unit.scores if score.criterion not in (BONUS, PENALTY)]
    yield from compared(place, sorted(named), sorted(criteria))
    for score in unit.scores:
        criterion = criteria.get(score.criterion)
        here = f"{place}.{score.criterion}"
        yield from compared(f"{here}.counted", score.counted, counted(document, score, criterion))
        yield from compared(
            f"{here}.points", score.points is None, score.provenance in MADE_FROM_NOTHING
        )
        if criterion and score.shares and criterion.rule == PROPORTIONAL:
            weights = sum((found.weight for found in score.shares), ZERO)
            added = sum((found.weight * found.share for found in score.shares), ZERO)
            expected = criterion.max_points * added / weights
            yield from compared(f"{here}.points", score.points, expected)


def counted(document: IndexDocument, score: Score, criterion: Criterion | None) -> Fraction:
    """Give what a score adds to the total."""
    caps = {BONUS: document.bonus_cap, PENALTY: document.penalty_cap}
    if score.criterion in caps:
        return min(score.points or ZERO, caps[score.criterion] or ZERO)
    if score.points is not None:
        return score.points
    full = document.not_applicable == "full_points" and criterion is not None
    return criterion.max_points if full and criterion else ZERO


def totals(
    document: IndexDocument, unit: Unit, criteria: Mapping[str, Criterion]
) -> Iterator[Finding]:
    """Check a unit's sums and its percent."""
    place = f"units.{unit.code}"
    by_code = {score.criterion: score for score in unit.scores}
    own = {code: by_code[code].counted for code in criteria if code in by_code}
    fields = {
        field.code: sum((own.get(found.code, ZERO) for found in field.criteria), ZERO)
        for field in document.fields
    }
    for code, expected in fields.items():
        yield from compared(f"{place}.fields.{code}", unit.fields.get(code), expected)
    survey = sum((own[c] for c in own if criteria[c].source == SURVEY), ZERO)
    bonus, penalty = (
        by_code[code].counted if code in by_code else ZERO for code in (BONUS, PENALTY)
    )
    yield from compared(f"{place}.survey", unit.survey, survey)
    yield from compared(f"{place}.direct", unit.direct, sum(own.values(), ZERO) - survey)
    yield from compared(f"{place}.bonus", unit.bonus, bonus)
    yield from compared(f"{place}.penalty", unit.penalty, penalty)
    yield from compared(f"{place}.total", unit.total, sum(own.values(), ZERO) + bonus - penalty)
    applicable = sum(
        (
            criterion.max_points
            for code, criterion in criteria.items()
            if document.not_applicable != "rebase"
            or (code in by_code and by_code[code].points is not None)
        ),
        ZERO,
    )
    yield from compared(f"{place}.max_applicable", unit.max_applicable, applicable)
    if unit.max_applicable:
        percent = 100 * unit.total / unit.max_applicable
        yield from compared(f"{place}.percent", unit.percent, percent)


def standings(document: IndexDocument) -> Iterator[Finding]:
    """Check ranks, bands and the mean of every group."""
    for group in document.groups:
        units = [unit for unit in document.units if unit.group == group.code]
        keys = {
            unit.code: (unit.percent, *(tie_points(unit, tie) for tie in group.ties))
            for unit in units
        }
        for unit in units:
            place = f"units.{unit.code}"
            ahead = sum(key > keys[unit.code] for key in keys.values())
            yield from compared(f"{place}.rank", unit.rank, ahead + 1)
            reached = [band.name for band in group.bands if unit.percent >= band.lowest]
            yield from compared(f"{place}.band", unit.band, reached[0] if reached else None)
        added = sum((unit.percent for unit in units), ZERO)
        mean = added / len(units) if units else None
        yield from compared(f"groups.{group.code}.mean_percent", group.mean_percent, mean)


def tie_points(unit: Unit, tie: str) -> Fraction:
    """Give the points that a tie-break compares."""
    kind, _, code = tie.partition(":")
    if kind == SURVEY:
        return unit.survey
    if kind == "field":
        return unit.fields.get(code, ZERO)
    score = unit.score(code)
    return score.counted if score else ZERO


def against_estimates(
    document: IndexDocument, audience: str, results: EstimationResults
) -> Iterator[Finding]:
    """Compare an audience's frozen shares with the run of estimates that they were taken from."""
    for unit in document.units:
        part = results.unit(unit.code)
        for score in unit.scores:
            for share in score.shares:
                if share.audience != audience:
                    continue
                factor, _, statistic = share.item.partition(":")
                figure = part.figure(factor) if part else None
                quantity = figure.quantity(statistic or TOP_TWO) if figure else None
                place = f"units.{unit.code}.scores.{score.criterion}.shares.{share.item}.share"
                expected = Fraction(quantity.value) if quantity else None
                yield from compared(place, share.share, expected)


def against_scores(document: IndexDocument, imported: tuple[ScoreView, ...]) -> Iterator[Finding]:
    """Compare every imported point with the table that it was taken from."""
    settled = {(score.unit_code, score.criterion): score.cells["settled"] for score in imported}
    for unit in document.units:
        for score in unit.scores:
            if score.provenance in NOT_IMPORTED:
                continue
            text = settled.get((unit.code, score.criterion))
            expected = None if text is None else Fraction(text)
            place = f"units.{unit.code}.scores.{score.criterion}.points"
            yield from compared(place, score.points, expected)

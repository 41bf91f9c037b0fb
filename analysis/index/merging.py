"""Survey shares become points and join the settled scores of the units."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from analysis.index.matrix import Cell, criterion_share, missing_cells
from analysis.scoring.errors import ScoringFault
from analysis.scoring.numbers import exact_text
from analysis.scoring.rules.rule import Observed
from analysis.scoring.scheme import Criterion, Link, Scheme, SurveyMissing
from analysis.scoring.score_row import Entry, Provenance
from analysis.scoring.scorecard import nothing_applicable

FROZEN_DIGITS = 12
SETTLED = frozenset({Provenance.POINTS, Provenance.RULE, Provenance.NOT_APPLICABLE})

Shares = Mapping[Cell, Fraction | None]


@dataclass(frozen=True)
class Merged:
    """All entries of all units; of use only when there is no fault."""

    entries: tuple[Entry, ...]
    faults: tuple[ScoringFault, ...]


def frozen(estimate: float) -> Fraction:
    """Freeze a survey estimate as an exact decimal of 12 places.

    Parameters
    ----------
    estimate : float
        A finite number.

    Returns
    -------
    Fraction
        The decimal nearest to the estimate, so that every later step is exact.

    Raises
    ------
    ValueError
        If the estimate is NaN or infinite.

    Examples
    --------
    >>> frozen(0.1)
    Fraction(1, 10)
    """
    if not isfinite(estimate):
        raise ValueError(f"the estimate {estimate} cannot be frozen")
    return Fraction(f"{estimate:.{FROZEN_DIGITS}f}")


def merge(scheme: Scheme, entries: Sequence[Entry], survey_shares: Mapping[str, Shares]) -> Merged:
    """Add survey points to the settled scores.

    Parameters
    ----------
    scheme : Scheme
        Its matrix tells which item and audience feed which criterion, and its rules make points
        of shares.
    entries : sequence of Entry
        Settled scores, read with ``survey_follows=True``. Final points of a survey criterion
        stand, also when made of the table's data or not applicable; verified and self points
        give way to the survey.
    survey_shares : mapping of unit to mapping of (item, audience) to Fraction or None
        Shares from 0 to 1, frozen as 12-digit decimals; None or left out where too few ballots
        came in. Cells that the matrix does not name are not used.

    Returns
    -------
    Merged
        Entries in the order of units, then of the scheme. A missing share is a fault or, with
        ``survey_missing: not_applicable``, an entry without points and with the provenance
        ``survey_missing``. Faults of the survey have no row; their column is the criterion.
    """
    groups = {entry.unit: entry.group for entry in entries}
    faults = [
        ScoringFault(None, "", unit, "survey_unit_unknown")
        for unit in survey_shares
        if unit not in groups
    ]
    final = {
        (entry.unit, entry.criterion): entry for entry in entries if entry.provenance in SETTLED
    }
    surveyed: list[Entry] = []
    for unit, group in groups.items():
        shares = survey_shares.get(unit, {})
        faults.extend(impossible_shares(unit, shares))
        for criterion in linked(scheme, group):
            if (unit, criterion.code) not in final:
                entry, found = survey_entry(scheme, criterion, group, unit, shares)
                faults.extend(found)
                surveyed.extend(entry)
    merged = replaced(scheme, entries, surveyed)
    if not faults:
        faults.extend(nothing_applicable(scheme, list(merged)))
    return Merged(merged, tuple(faults))


def linked(scheme: Scheme, group: str) -> tuple[Criterion, ...]:
    """Give the criteria of a group that the matrix feeds."""
    codes = scheme.linked_criteria()
    return tuple(c for c in scheme.criteria_of(group) if c.code in codes)


def impossible_shares(unit: str, shares: Shares) -> list[ScoringFault]:
    """Report shares outside 0 to 1."""
    return [
        ScoringFault(None, " × ".join(cell), exact_text(share), "not_a_share", {"unit": unit})
        for cell, share in shares.items()
        if share is not None and not 0 <= share <= 1
    ]


def survey_entry(
    scheme: Scheme, criterion: Criterion, group: str, unit: str, shares: Shares
) -> tuple[list[Entry], list[ScoringFault]]:
    """Score one survey criterion of one unit, or tell what is missing."""
    links = [link for link in scheme.matrix if link.criterion == criterion.code]
    missing = missing_cells(links, shares)
    if not missing:
        return scored(criterion, group, unit, links, shares), []
    if scheme.survey_missing is SurveyMissing.NOT_APPLICABLE:
        return [Entry(group, unit, criterion.code, None, Provenance.SURVEY_MISSING)], []
    return [], [
        ScoringFault(
            None, criterion.code, unit, "survey_missing", {"item": item, "audience": audience}
        )
        for item, audience in missing
    ]


def scored(
    criterion: Criterion, group: str, unit: str, links: Sequence[Link], shares: Shares
) -> list[Entry]:
    """Let the criterion's rule score its share; nothing for a share reported as impossible."""
    share = criterion_share(links, shares)
    if not 0 <= share <= 1:
        return []
    points = criterion.rule.points(Observed.of_share(share), criterion.max_points)
    return [Entry(group, unit, criterion.code, points, Provenance.SURVEY)]


def replaced(
    scheme: Scheme, entries: Iterable[Entry], surveyed: Iterable[Entry]
) -> tuple[Entry, ...]:
    """Put survey entries in the place of what they replace, in the scheme's order."""
    settled = {(entry.unit, entry.criterion): entry for entry in entries}
    units = {unit: place for place, unit in enumerate(dict.fromkeys(u for u, _ in settled))}
    settled.update({(entry.unit, entry.criterion): entry for entry in surveyed})
    order = {criterion.code: place for place, criterion in enumerate(scheme.criteria())}
    return tuple(
        sorted(
            settled.values(),
            key=lambda entry: (units[entry.unit], order.get(entry.criterion, len(order))),
        )
    )

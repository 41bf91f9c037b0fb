"""A score table -> the settled points of every unit and criterion, listing every fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from analysis.scoring.errors import ScoringFault
from analysis.scoring.rules.mixtures import Manual
from analysis.scoring.scheme import BONUS, PENALTY, Criterion, NotApplicable, Scheme, Source
from analysis.scoring.score_row import (
    NUMBER_COLUMNS,
    POINTS_COLUMNS,
    Entry,
    Provenance,
    Row,
    check_maximum,
    check_not_applicable,
    read_applicable,
    read_numbers,
    settle,
)
from sampling.errors import Fault, in_file_order
from sampling.tabular import Table

KEY_COLUMNS = ("group", "unit", "criterion")
COLUMNS = (*KEY_COLUMNS, *NUMBER_COLUMNS, "value", "source", "applicable")
# A unit that lacks more criteria than this lacks them for one reason, told once.
MOST_MISSING = 20


@dataclass(frozen=True)
class ScorecardReading:
    """Entries in the order of the table; of use only when there is no fault."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


@dataclass
class Seen:
    """What earlier rows held."""

    rows: dict[tuple[str, str, str], int] = field(default_factory=dict)
    scored: set[tuple[str, str]] = field(default_factory=set)
    groups: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_scorecard(
    scheme: Scheme, table: Table, *, survey_follows: bool = False
) -> ScorecardReading:
    """Read the points of every unit for every criterion.

    Parameters
    ----------
    scheme : Scheme
        The criteria set that the points belong to.
    table : Table
        Long table with `group`, `unit`, `criterion` and at least one of `points`, `value`,
        `numerator`, `verified_points`, `self_points`. Optional besides: `denominator`,
        `excluded`, `max_points`, `source`, `applicable`.
    survey_follows : bool
        Whether criteria that the scheme's matrix feeds may be missing, since
        `analysis.index.merging.merge` will supply them.

    Returns
    -------
    ScorecardReading
        All faults in the order of rows, with row and column. A criterion with `applicable` no
        has points None. BONUS and PENALTY may be missing; they are not capped here.
    """
    faults: list[Fault] = [*table.faults, *check_header(table)]
    if not is_legible(table.header):
        return ScorecardReading((), in_file_order(faults))
    if not table.rows and not table.faults:
        faults.append(ScoringFault(table.header_row, "", "", "no_rows"))
    criteria = {criterion.code: criterion for criterion in [*scheme.criteria(), *extras(scheme)]}
    seen, entries = Seen(), []
    for number, cells in table.records():
        row = Row(number, cells)
        entry = read_row(scheme, criteria, row, seen)
        faults.extend(row.faults)
        if entry is not None:
            entries.append(entry)
    faults.extend(missing_criteria(scheme, seen, survey_follows=survey_follows))
    if not faults and not survey_follows:
        faults.extend(nothing_applicable(scheme, entries))
    return ScorecardReading(tuple(entries), in_file_order(faults))


def is_legible(header: Sequence[str]) -> bool:
    """Tell whether the columns that say what a row is about stand there, and no name twice."""
    return {*KEY_COLUMNS} <= {*header} and len({*header}) == len(header)


def check_header(table: Table) -> list[ScoringFault]:
    """Report columns that are unknown or missing."""
    if not table.header:
        return []
    row = table.header_row
    allowed = ", ".join(COLUMNS)
    faults = [
        ScoringFault(row, name, name, "unknown_column", {"allowed": allowed})
        for name in table.header
        if name not in COLUMNS
    ]
    faults += [
        ScoringFault(row, name, "", "missing_column")
        for name in KEY_COLUMNS
        if name not in table.header
    ]
    enough = (*POINTS_COLUMNS, "value", "numerator")
    if not set(enough) & set(table.header):
        faults.append(
            ScoringFault(row, "points", "", "no_points_column", {"allowed": ", ".join(enough)})
        )
    return faults


def read_row(
    scheme: Scheme, criteria: Mapping[str, Criterion], row: Row, seen: Seen
) -> Entry | None:
    """Read one row; None when it has faults."""
    check_keys(scheme, row, seen)
    criterion = find_criterion(scheme, criteria, row)
    numbers = read_numbers(row)
    applicable = read_applicable(row)
    if criterion is None:
        return None
    if criterion.code not in (BONUS, PENALTY):
        check_maximum(row, numbers, criterion)
    points: Fraction | None = None
    provenance = Provenance.NOT_APPLICABLE
    if applicable:
        settled = settle(row, numbers, criterion)
        if settled is None:
            return None
        points, provenance = settled
    elif applicable is False:
        check_not_applicable(row)
    if row.faults:
        return None
    return Entry(
        group=row.cell("group"),
        unit=row.cell("unit"),
        criterion=criterion.code,
        points=points,
        provenance=provenance,
        row=row.number,
        stated_source=row.cell("source"),
    )


def check_keys(scheme: Scheme, row: Row, seen: Seen) -> None:
    """Report an empty key, an unknown group, a unit in two groups and a doubled criterion."""
    for column in KEY_COLUMNS:
        if not row.cell(column):
            row.report(column, "missing_value")
    group, unit, criterion = map(row.cell, KEY_COLUMNS)
    known = [known.code for known in scheme.groups]
    if group and group not in known:
        row.report("group", "unknown_group", allowed=", ".join(known))
    elif group and unit:
        first_group, first = seen.groups.setdefault(unit, (group, row.number))
        if first_group != group:
            row.report(
                "group", "unit_in_two_groups", unit=unit, first_group=first_group, first=first
            )
    if unit and criterion:
        seen.scored.add((unit, criterion))
        first = seen.rows.setdefault((group, unit, criterion), row.number)
        if first != row.number:
            row.report("criterion", "duplicate_score", unit=unit, first=first)


def find_criterion(scheme: Scheme, criteria: Mapping[str, Criterion], row: Row) -> Criterion | None:
    """Find the row's criterion, reporting one that is unknown or of another group."""
    code, group = row.cell("criterion"), row.cell("group")
    if code and code not in criteria:
        row.report("criterion", "unknown_criterion")
    criterion = criteria.get(code)
    groups = {known.code for known in scheme.groups}
    if criterion is not None and group in groups and not criterion.concerns(group):
        row.report("criterion", "criterion_of_other_group", group=group)
        return None
    return criterion


def extras(scheme: Scheme) -> list[Criterion]:
    """Give bonus and penalty as criteria, where the scheme knows them."""
    caps = {BONUS: scheme.bonus_cap, PENALTY: scheme.penalty_cap}
    return [
        Criterion(code, code, cap, Source.VERIFIED, Manual())
        for code, cap in caps.items()
        if cap is not None
    ]


def missing_criteria(scheme: Scheme, seen: Seen, *, survey_follows: bool) -> list[ScoringFault]:
    """Report every criterion that a unit lacks, at the unit's first row."""
    supplied = scheme.linked_criteria() if survey_follows else frozenset()
    needed = {
        group.code: [c.code for c in scheme.criteria_of(group.code) if c.code not in supplied]
        for group in scheme.groups
    }
    faults: list[ScoringFault] = []
    for unit, (group, row) in seen.groups.items():
        lacking = [code for code in needed[group] if (unit, code) not in seen.scored]
        if len(lacking) > MOST_MISSING:
            params = {"unit": unit, "count": len(lacking)}
            faults.append(ScoringFault(row, "criterion", lacking[0], "missing_criteria", params))
            continue
        faults += [
            ScoringFault(row, "criterion", code, "missing_criterion", {"unit": unit})
            for code in lacking
        ]
    return faults


def nothing_applicable(scheme: Scheme, entries: list[Entry]) -> list[ScoringFault]:
    """Report units that would have no denominator."""
    if scheme.not_applicable is not NotApplicable.REBASE:
        return []
    rated = {entry.unit for entry in entries if entry.points is not None and is_criterion(entry)}
    first = {entry.unit: entry.row for entry in reversed(entries)}
    return [
        ScoringFault(row, "applicable", unit, "nothing_applicable")
        for unit, row in reversed(first.items())
        if unit not in rated
    ]


def is_criterion(entry: Entry) -> bool:
    """Tell a criterion of a field from bonus and penalty."""
    return entry.criterion not in (BONUS, PENALTY)

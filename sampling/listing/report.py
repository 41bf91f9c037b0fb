"""What was read, merged, left out and left unresolved: counts only, fit to be kept."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from operator import attrgetter, not_
from typing import Any

from sampling.dossier import Dossier
from sampling.listing.errors import discreet
from sampling.listing.units import Resolution

MOST_NAMES = 50
LONGEST_NAME = 120
LEFT_EMPTY = ("due", "finished", "status", "field", "procedure", "respondent_kind", "channel")
# The year in a code, in full or as the start of a day written yymmdd.
FULL_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
SHORT_DAY = re.compile(r"(?<![0-9])([0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9])")


@dataclass(frozen=True)
class UnresolvedName:
    """A name of a unit that the book does not resolve; `reason` is a `Resolution.how`."""

    name: str
    rows: int
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListReport:
    """Counts of a reading.

    rows = dossiers + merged + sum(excluded) + unresolved + faulty + notes

    Attributes
    ----------
    rows, title_rows : int
        Rows with text below the header; lines above it.
    notes : int
        Rows that are no dossiers: totals, signatures, headers repeated on a new page.
    merged : int
        Rows that are further steps or exact repeats of a dossier.
    dossiers : int
        Dossiers of the frame.
    excluded : mapping of str to int
        Rows of dossiers left out by reason: test, own_applicant, staff.
    unresolved : int
        Rows of dossiers whose rated unit is not resolved.
    faulty : int
        Rows of dossiers with a fault.
    unresolved_names : tuple of UnresolvedName
        At most 50, the most frequent first; rated, receiving and resolving columns together.
    phones : mapping of str to int
        Dossiers by what their phone is: ok, landline, masked, none, invalid, staff; grouped
        in a minimised list, which tells only which phones are equal.
    shared_phones : int
        Phones on more dossiers than allowed.
    barred : mapping of str to int
        Contacts that get no message, by reason.
    missing : mapping of str to int
        Dossiers without due, finished, status, field, procedure, respondent_kind, channel.
    shortened : int
        Rows whose name of the procedure was cut to 300 characters.
    code_years : int
        Dossiers whose code carries another year than their receipt.
    units : mapping of str to int
        Dossiers of each unit of the book by code, 0 where there are none.
    gaps : mapping of str to tuple of str
        Unit code -> months ("2026-03") of the period without a dossier, for units that have
        some.
    empty_weeks : tuple of str
        Mondays of weeks within the period in which no unit received anything.
    period : tuple of str
        First and last day of the period; empty without dossiers.
    """

    rows: int
    title_rows: int
    notes: int
    merged: int
    dossiers: int
    excluded: Mapping[str, int]
    unresolved: int
    faulty: int
    unresolved_names: tuple[UnresolvedName, ...]
    phones: Mapping[str, int]
    shared_phones: int
    barred: Mapping[str, int]
    missing: Mapping[str, int]
    shortened: int
    code_years: int
    units: Mapping[str, int]
    gaps: Mapping[str, tuple[str, ...]]
    empty_weeks: tuple[str, ...]
    period: tuple[str, ...]

    @property
    def units_without(self) -> tuple[str, ...]:
        """Codes of the units of the book that have no dossier."""
        return tuple(code for code, count in self.units.items() if not count)

    def to_document(self) -> dict[str, Any]:
        """Make a JSON document of it."""
        document = asdict(self)
        document["unresolved_names"] = [
            {**name, "candidates": [*name["candidates"]]} for name in document["unresolved_names"]
        ]
        document["gaps"] = {code: [*months] for code, months in self.gaps.items()}
        return {**document, "empty_weeks": [*self.empty_weeks], "period": [*self.period]}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ListReport":
        """Read what `to_document` made."""
        names = tuple(
            UnresolvedName(**{**name, "candidates": tuple(name["candidates"])})
            for name in document["unresolved_names"]
        )
        gaps = {code: tuple(months) for code, months in document["gaps"].items()}
        tuples = {key: tuple(document[key]) for key in ("empty_weeks", "period")}
        return cls(**{**document, "unresolved_names": names, "gaps": gaps, **tuples})


def unresolved_names(found: Mapping[tuple[str, Resolution], int]) -> tuple[UnresolvedName, ...]:
    """The most frequent names without a unit; what looks like a person shows its shape only."""
    most = sorted(found.items(), key=lambda item: (-item[1], item[0][0]))[:MOST_NAMES]
    return tuple(
        UnresolvedName(discreet(text[:LONGEST_NAME]), rows, what.how, what.candidates)
        for (text, what), rows in most
    )


def missing(dossiers: Iterable[Dossier]) -> dict[str, int]:
    """Count dossiers that leave a fact open."""
    listed = [*dossiers]
    return {name: sum(map(not_, map(attrgetter(name), listed))) for name in LEFT_EMPTY}


def code_years(dossiers: Iterable[Dossier]) -> int:
    """Count codes that carry another year than the receipt."""
    return sum(
        1 for dossier in dossiers if code_year(dossier.code) not in (None, dossier.received.year)
    )


def code_year(code: str) -> int | None:
    """Year that a dossier code carries, None if it carries none.

    Examples
    --------
    >>> code_year("000.00.12.H19-251231-0004"), code_year("H19.17-2026-00012"), code_year("A-1")
    (2025, 2026, None)
    """
    full = FULL_YEAR.search(code)
    if full:
        return int(full[1])
    short = SHORT_DAY.search(code)
    return 2000 + int(short[1]) if short else None


def per_unit(dossiers: Iterable[Dossier], codes: Collection[str]) -> dict[str, int]:
    """Count the dossiers of every unit."""
    counts = Counter(dossier.unit for dossier in dossiers)
    return {code: counts[code] for code in sorted(codes)}


def extent(
    dossiers: Sequence[Dossier], period: tuple[date, date] | None
) -> tuple[date, date] | None:
    """The period asked for, else from the first receipt to the last."""
    if period or not dossiers:
        return period
    days = [dossier.received for dossier in dossiers]
    return min(days).date(), max(days).date()


def gaps(
    dossiers: Iterable[Dossier], period: tuple[date, date] | None
) -> dict[str, tuple[str, ...]]:
    """Months without a dossier, of units that have some."""
    if period is None:
        return {}
    months = months_of(*period)
    had: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for dossier in dossiers:
        had[dossier.unit].add((dossier.received.year, dossier.received.month))
    found = {
        unit: tuple(f"{year}-{month:02d}" for year, month in months if (year, month) not in seen)
        for unit, seen in sorted(had.items())
    }
    return {unit: lacking for unit, lacking in found.items() if lacking}


def months_of(first: date, last: date) -> list[tuple[int, int]]:
    """Months that a period touches, as year and month."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    places = range(first.month - 1, first.month - 1 + count)
    return [(first.year + place // 12, place % 12 + 1) for place in places]


def empty_weeks(dossiers: Iterable[Dossier], period: tuple[date, date] | None) -> tuple[str, ...]:
    """Mondays of weeks in which nothing was received."""
    if period is None:
        return ()
    had = {monday(day) for day in {dossier.received.date() for dossier in dossiers}}
    first, last = monday(period[0]), monday(period[1])
    weeks = [first + timedelta(weeks=count) for count in range((last - first).days // 7 + 1)]
    return tuple(week.isoformat() for week in weeks if week not in had)


def monday(day: date) -> date:
    """First day of a day's week."""
    return day - timedelta(days=day.weekday())

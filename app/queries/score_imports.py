"""Imports of scores: how each file was read and what it changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import Account, ImportSource, ScoreImport
from app.queries.rounds import LARGEST_KEY
from app.vocabulary import ChangeKind, ChangeMark

Pair = tuple[str | None, str | None]
DATA = ("value", "numerator", "denominator", "excluded")


@dataclass(frozen=True)
class Change:
    """What happens to one score.

    Attributes
    ----------
    title, maximum : str
        Of the criterion; "" for bonus and penalty.
    columns : mapping of column to (old, new)
        Exact text, "not_applicable" or None; only columns that differ.
    """

    unit: str
    unit_name: str
    criterion: str
    title: str
    maximum: str
    kind: ChangeKind
    columns: Mapping[str, Pair]
    marks: frozenset[ChangeMark]

    @property
    def has_data(self) -> bool:
        """Whether more than points changes."""
        return any(column in DATA for column in self.columns)

    def pair(self, column: str) -> Pair | None:
        """Give old and new of a column; None where it stays."""
        return self.columns.get(column)


@dataclass(frozen=True)
class GroupSums:
    """Units and points of a group before and after, as exact text."""

    code: str
    title: str
    units: tuple[int, int]
    self_points: tuple[str, str]
    verified_points: tuple[str, str]
    settled: tuple[str, str]


@dataclass(frozen=True)
class LeftOut:
    """A row of the file that was not read: a total, a heading or a remark."""

    sheet: str
    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class ChangeSet:
    """All that an import changes.

    Attributes
    ----------
    absent : tuple of (code, name)
        Units of the set's groups that have no scores afterwards.
    """

    changes: tuple[Change, ...]
    unchanged: int
    groups: tuple[GroupSums, ...]
    left_out: tuple[LeftOut, ...]
    absent: tuple[tuple[str, str], ...]

    def count(self, kind: str) -> int:
        """Count the changes of a kind."""
        return sum(change.kind == kind for change in self.changes)

    def marked(self) -> tuple[Change, ...]:
        """Give the changes that are worth a second look."""
        return tuple(change for change in self.changes if change.marks)

    def by_unit(self) -> list[tuple[str, str, tuple[Change, ...]]]:
        """Give code and name of every unit with its changes."""
        ordered = sorted(self.changes, key=lambda change: change.unit)
        return [
            (unit, found[0].unit_name, found)
            for unit, own in groupby(ordered, key=lambda change: change.unit)
            for found in [tuple(own)]
        ]


@dataclass(frozen=True)
class ImportHead:
    """An import in a list."""

    id: int
    cycle_id: int
    filename: str
    file_hash: str
    scores_hash: str
    source: str
    policy: str
    imported_by: str
    imported_at: datetime
    added: int
    changed: int
    dropped: int


@dataclass(frozen=True)
class ImportView:
    """An import with everything that it changed."""

    head: ImportHead
    changes: ChangeSet


def change_set(document: Mapping[str, Any]) -> ChangeSet:
    """Read what the comparison of two tables wrote."""
    return ChangeSet(
        changes=tuple(_change(row, document) for row in document["rows"]),
        unchanged=document["unchanged"],
        groups=tuple(_sums(each) for each in document["groups"]),
        left_out=tuple(LeftOut(*each) for each in document.get("left_out", ())),
        absent=tuple((code, name) for code, name in document.get("absent", ())),
    )


def _change(row: list[Any], document: Mapping[str, Any]) -> Change:
    unit, criterion, kind, columns, marks = row
    title, maximum = document["criteria"].get(criterion, ("", ""))
    return Change(
        unit,
        document["units"].get(unit, unit),
        criterion,
        title,
        maximum,
        ChangeKind(kind),
        {column: (old, new) for column, (old, new) in columns.items()},
        frozenset(map(ChangeMark, marks)),
    )


def _sums(document: Mapping[str, Any]) -> GroupSums:
    def pair(name: str) -> tuple[Any, Any]:
        old, new = document[name]
        return old, new

    return GroupSums(
        document["code"],
        document["title"],
        pair("units"),
        pair("self_points"),
        pair("verified_points"),
        pair("settled"),
    )


def _kinds(rows: Iterable[list[Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row[2]] = found.get(row[2], 0) + 1
    return found


def imports(cycle_id: int) -> list[ImportHead]:
    """List the imports of a cycle, newest first."""
    query = _query().where(ScoreImport.cycle_id == cycle_id).order_by(-ScoreImport.id)
    return [_head(*row) for row in db.session.execute(query)]


def one_import(cycle_id: int, import_id: int) -> ImportView | None:
    """Find an import of a cycle with its changes."""
    if not 0 < import_id <= LARGEST_KEY:
        return None
    query = _query().where(ScoreImport.id == import_id, ScoreImport.cycle_id == cycle_id)
    row = db.session.execute(query).one_or_none()
    if row is None:
        return None
    return ImportView(_head(*row), change_set(row[0].changes))


def _query() -> Any:
    return (
        select(ScoreImport, Account.name, ImportSource.name)
        .outerjoin(Account, Account.id == ScoreImport.imported_by)
        .outerjoin(ImportSource, ImportSource.id == ScoreImport.source_id)
    )


def _head(row: ScoreImport, person: str | None, source: str | None) -> ImportHead:
    counts = _kinds(row.changes["rows"])
    return ImportHead(
        row.id,
        row.cycle_id,
        row.filename,
        row.file_hash,
        row.scores_hash,
        source or "",
        row.mapping["policy"],
        person or "",
        row.imported_at,
        counts.get(ChangeKind.ADDED, 0),
        counts.get(ChangeKind.CHANGED, 0),
        counts.get(ChangeKind.DROPPED, 0),
    )

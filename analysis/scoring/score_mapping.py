"""How the sheets of a score file are read: which column says what."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analysis.scoring.scheme import BONUS, PENALTY, Scheme
from analysis.scoring.score_mapping_faults import MappedFault, Place, at
from analysis.scoring.score_mapping_headers import Header
from analysis.scoring.score_mapping_names import fold
from analysis.scoring.score_mapping_sheets import YEAR, Sheet, Workbook, letter

VERSION = 1
NOT_APPLICABLE_WORDS = ("không áp dụng", "không đánh giá", "KAD", "n/a")


class Role(StrEnum):
    """What a column holds; those from `SELF` on are columns of the canonical table."""

    IGNORE = "ignore"
    GROUP = "group"
    UNIT = "unit"
    CRITERION = "criterion"
    SELF = "self_points"
    VERIFIED = "verified_points"
    POINTS = "points"
    VALUE = "value"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    EXCLUDED = "excluded"
    MAXIMUM = "max_points"
    APPLICABLE = "applicable"
    SOURCE = "source"


KEY_ROLES = (Role.GROUP, Role.UNIT, Role.CRITERION)
POINT_ROLES = (Role.SELF, Role.VERIFIED, Role.POINTS)
# What a table needs one of; the others go with these.
SCORE_ROLES = (*POINT_ROLES, Role.VALUE, Role.NUMERATOR)


class Layout(StrEnum):
    """What the rows are, and whether columns stand for criteria or units besides."""

    LONG = "long"
    UNITS_DOWN = "units_down"
    CRITERIA_DOWN = "criteria_down"


class Meaning(StrEnum):
    """What a dash or an empty cell says."""

    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Policy(StrEnum):
    """What becomes of scores that the file does not hold."""

    REPLACE = "replace"
    CELLS = "cells"


@dataclass(frozen=True)
class ColumnMapping:
    """How one column is read.

    Attributes
    ----------
    place : int
        Column, 0 for A.
    header : str
        Its header when it was mapped.
    key : str
        Code of the criterion or unit that the column stands for; "" in a long table.
    """

    place: int
    header: str
    role: Role
    key: str = ""


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet is read.

    Attributes
    ----------
    header : Header
        The header lines, counted from 0.
    found : int
        Where `look` found the header then: a later file may have more title lines.
    unit, group : str
        Unit and group of the whole sheet; "" where rows or columns or the list say it.
    carry : bool
        Whether a unit or criterion stands for the rows below it, up to the next.
    """

    name: str
    layout: Layout
    header: Header
    found: int
    columns: tuple[ColumnMapping, ...]
    unit: str = ""
    group: str = ""
    carry: bool = False

    def with_role(self, role: Role) -> ColumnMapping | None:
        """Find the first column of a role."""
        return next((column for column in self.columns if column.role is role), None)

    def values(self) -> Iterator[ColumnMapping]:
        """Give the columns whose cells become cells of the canonical table."""
        return (c for c in self.columns if c.role not in (Role.IGNORE, *KEY_ROLES))

    def keyed(self) -> Iterator[ColumnMapping]:
        """Give the columns of which each says something of one criterion of one unit.

        Beside units as columns the maximum stands once a row, for all of them.
        """
        once = self.layout is Layout.CRITERIA_DOWN
        return (c for c in self.values() if c.key or not (once and c.role is Role.MAXIMUM))


@dataclass(frozen=True)
class ScoreMapping:
    """How a score file is read; it can be stored and read back.

    Attributes
    ----------
    not_applicable : tuple of str
        Words that say that a criterion does not apply.
    dash, blank : Meaning
        What "-" and an empty cell say.
    policy : Policy
        Whether the file replaces all scores or changes only the cells that it holds.
    """

    sheets: tuple[SheetMapping, ...]
    not_applicable: tuple[str, ...] = NOT_APPLICABLE_WORDS
    dash: Meaning = Meaning.MISSING
    blank: Meaning = Meaning.MISSING
    policy: Policy = Policy.REPLACE

    def to_document(self) -> dict[str, Any]:
        """Write the mapping as values for JSON."""
        return {
            "version": VERSION,
            "not_applicable": [*self.not_applicable],
            "dash": self.dash.value,
            "blank": self.blank.value,
            "policy": self.policy.value,
            "sheets": [sheet_document(sheet) for sheet in self.sheets],
        }

    def fitted(self, book: Workbook) -> "ScoreMapping":
        """Fit a remembered mapping to a file of the same signature.

        The name of an only sheet and the line of its header may differ from last time.
        """
        only = book.visible()
        return replace(self, sheets=tuple(fitted(own, book, only) for own in self.sheets))

    def faults(self, book: Workbook, scheme: Scheme) -> list[MappedFault]:
        """List what keeps the mapping from reading this file.

        Parameters
        ----------
        book : Workbook
            The file.
        scheme : Scheme
            The criteria set whose codes columns may stand for.

        Returns
        -------
        list of MappedFault
            By sheet and column; empty when the file can be read.
        """
        if not self.sheets:
            return [MappedFault(None, "", "", "no_sheet")]
        found: list[MappedFault] = []
        for own in self.sheets:
            sheet = book.sheet(own.name)
            if sheet is None:
                found.append(MappedFault(None, "", own.name, "unknown_sheet", sheet=own.name))
            elif not own.header.first <= own.header.last < len(sheet.rows):
                lines = f"{own.header.first + 1}–{own.header.last + 1}"
                found.append(sheet_fault(own, "header_outside", lines))
            else:
                found += sheet_faults(own, sheet, scheme)
        return found


def sheet_document(sheet: SheetMapping) -> dict[str, Any]:
    """Write how a sheet is read; columns that are left out are not told."""
    return {
        "name": sheet.name,
        "layout": sheet.layout.value,
        "header": [sheet.header.first, sheet.header.last],
        "found": sheet.found,
        "unit": sheet.unit,
        "group": sheet.group,
        "carry": sheet.carry,
        "columns": [
            {"place": c.place, "header": c.header, "role": c.role.value, "key": c.key}
            for c in sheet.columns
            if c.role is not Role.IGNORE
        ],
    }


def from_document(document: Mapping[str, Any]) -> ScoreMapping:
    """Read a mapping that `ScoreMapping.to_document` wrote.

    Raises
    ------
    ValueError, KeyError, TypeError
        If the document is none; its maker checks what people enter.
    """
    if document["version"] != VERSION:
        raise ValueError(f"unknown version {document['version']!r}")
    return ScoreMapping(
        sheets=tuple(sheet_from(each) for each in document["sheets"]),
        not_applicable=tuple(map(str, document["not_applicable"])),
        dash=Meaning(document["dash"]),
        blank=Meaning(document["blank"]),
        policy=Policy(document["policy"]),
    )


def sheet_from(document: Mapping[str, Any]) -> SheetMapping:
    """Read how a sheet is read."""
    first, last = map(int, document["header"])
    return SheetMapping(
        name=str(document["name"]),
        layout=Layout(document["layout"]),
        header=Header(first, last),
        found=int(document["found"]),
        columns=tuple(
            ColumnMapping(int(c["place"]), str(c["header"]), Role(c["role"]), str(c["key"]))
            for c in document["columns"]
        ),
        unit=str(document["unit"]),
        group=str(document["group"]),
        carry=bool(document["carry"]),
    )


def fitted(own: SheetMapping, book: Workbook, visible: Sequence[Sheet]) -> SheetMapping:
    """Fit the mapping of one sheet."""
    sheet = book.sheet(own.name)
    if sheet is None and len(visible) == 1:
        sheet = visible[0]
    if sheet is None:
        return own
    shift = sheet.header.first - own.found
    header = Header(own.header.first + shift, own.header.last + shift)
    return replace(own, name=sheet.name, header=header, found=sheet.header.first)


def sheet_fault(own: SheetMapping, code: str, value: str = "") -> MappedFault:
    """Make a fault of a whole sheet."""
    return MappedFault(None, "", value, code, sheet=own.name)


def sheet_faults(own: SheetMapping, sheet: Sheet, scheme: Scheme) -> list[MappedFault]:
    """List what is missing from, or doubled in, the mapping of a sheet."""
    found = [*moved_columns(own, sheet), *doubled_columns(own)]
    groups = [group.code for group in scheme.groups]
    if own.group and own.group not in groups:
        fault = MappedFault(
            None, "", own.group, "group_not_found", {"allowed": ", ".join(groups)}, sheet=own.name
        )
        found.append(fault)
    roles = {column.role for column in own.columns}
    if own.layout is not Layout.CRITERIA_DOWN and not own.unit and Role.UNIT not in roles:
        found.append(sheet_fault(own, "no_unit_column"))
    if own.layout is not Layout.UNITS_DOWN and Role.CRITERION not in roles:
        found.append(sheet_fault(own, "no_criterion_column"))
    if not roles & {*SCORE_ROLES, Role.APPLICABLE}:
        found.append(sheet_fault(own, "no_score_column"))
    if own.layout is not Layout.LONG:
        found += [
            at(place_of(own, column), column.role.value, "column_without_key")
            for column in own.keyed()
            if not column.key
        ]
    if own.layout is Layout.UNITS_DOWN:
        codes = {*(criterion.code for criterion in scheme.criteria()), BONUS, PENALTY}
        found += [
            at(place_of(own, column), column.key, "criterion_not_found")
            for column in own.values()
            if column.key and column.key not in codes
        ]
    return found


def place_of(own: SheetMapping, column: ColumnMapping) -> Place:
    """Name the header cell of a column."""
    return Place(own.name, own.header.last + 1, letter(column.place), column.header)


def moved_columns(own: SheetMapping, sheet: Sheet) -> Iterator[MappedFault]:
    """Report columns whose header is not what it was when they were mapped."""
    for column in own.columns:
        now = sheet.title(column.place, own.header)
        if known(now) != known(column.header):
            place = Place(own.name, own.header.last + 1, letter(column.place), now)
            yield at(place, now, "column_moved", before=column.header)


def known(header: str) -> str:
    """Reduce a header to what a later file must have in common."""
    return YEAR.sub("", fold(header)).strip()


def doubled_columns(own: SheetMapping) -> Iterator[MappedFault]:
    """Report two columns that are read as the same."""
    first: dict[tuple[Role, str], ColumnMapping] = {}
    for column in own.columns:
        if column.role is Role.IGNORE:
            continue
        apart = own.layout is not Layout.LONG and column.role not in KEY_ROLES
        key = column.key if apart else ""
        earlier = first.setdefault((column.role, key), column)
        if earlier is not column:
            shown = " ".join(filter(None, (column.role.value, key)))
            yield at(place_of(own, column), shown, "doubled_column", first=letter(earlier.place))

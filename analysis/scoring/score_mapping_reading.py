"""A score file and its mapping -> rows of the canonical score table, each cell with its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from analysis.scoring.scheme import BONUS, PENALTY, Scheme
from analysis.scoring.score_mapping import (
    ColumnMapping,
    Layout,
    Meaning,
    Role,
    ScoreMapping,
    SheetMapping,
)
from analysis.scoring.score_mapping_faults import MappedFault, Place, at
from analysis.scoring.score_mapping_headers import is_numbering
from analysis.scoring.score_mapping_names import CriterionNames, Match, UnitName, UnitNames, fold
from analysis.scoring.score_mapping_sheets import Sheet, Workbook, letter
from analysis.scoring.score_mapping_values import NO, Said, Values

TOTALS = ("tong cong", "tong diem", "tong so", "tong", "cong", "total", "trung binh", "binh quan")
SETTLED = (Role.POINTS, Role.VERIFIED, Role.VALUE, Role.NUMERATOR, Role.DENOMINATOR)

Key = tuple[str, str]


@dataclass
class Scored:
    """What a file says about one criterion of one unit.

    Attributes
    ----------
    cells : dict of column name to text
        Columns of the canonical table, without the keys.
    places : dict of column name to Place
        Where each cell stands; "unit" and "criterion" too.
    refused, silent : dict of Role to Place
        Cells that say in words, or by a dash or by being empty, that it does not apply.
    """

    group: str
    cells: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    refused: dict[Role, Place] = field(default_factory=dict)
    silent: dict[Role, Place] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """A row that was not read: `reason` is total, heading or remark."""

    sheet: str
    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What a file holds: by unit in the order of the list, then by criterion of the set."""

    scored: Mapping[Key, Scored]
    left_out: tuple[LeftOut, ...]
    faults: tuple[MappedFault, ...]


@dataclass
class Reader:
    """Reads sheets one after the other into one table."""

    scheme: Scheme
    mapping: ScoreMapping
    criteria: CriterionNames
    units: UnitNames
    values: Values
    scored: dict[Key, Scored] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    faults: list[MappedFault] = field(default_factory=list)
    told: set[tuple[str, int | None, str, str]] = field(default_factory=set)

    def read_sheet(self, own: SheetMapping, sheet: Sheet) -> None:
        """Read every row below the header."""
        carried: dict[Role, int] = {}
        unit_of, criterion_of = self._column_keys(own)
        for row in range(own.header.last + 1, len(sheet.rows)):
            if not any(sheet.rows[row]) or is_numbering(sheet.rows[row]):
                continue
            line = Line(own, sheet, row, carried)
            self._read_row(line, unit_of, criterion_of)

    def _column_keys(self, own: SheetMapping) -> tuple[dict[int, Match], dict[int, str]]:
        """Resolve what the columns stand for: units, or criteria, or neither."""
        if own.layout is Layout.CRITERIA_DOWN:
            return {c.place: self.units.find(c.key) for c in own.keyed()}, {}
        if own.layout is Layout.UNITS_DOWN:
            return {}, {c.place: c.key for c in own.keyed()}
        return {}, {}

    def _read_row(
        self, line: "Line", unit_of: Mapping[int, Match], criterion_of: Mapping[int, str]
    ) -> None:
        if line.is_total():
            self._leave(line, "total")
            return
        line.carry_keys()
        if not line.filled() and (line.names_nothing() or self.values.blank is Meaning.MISSING):
            if line.names_nothing():
                self._leave(line, "remark")
            return
        unit = None if unit_of else self._unit_of(line)
        if not unit_of and unit is None:
            return
        criterion = None
        if not criterion_of:
            criterion = self._criterion_of(line, self._group(line, unit) if unit else "")
            if criterion is None:
                return
        for column in line.own.keyed():
            said = line.said(column, self.values)
            if said is None:
                continue
            own_unit = unit or self._unit_of_column(line, column, unit_of[column.place])
            if own_unit:
                code = criterion or criterion_of[column.place]
                self._note(line, column, own_unit, code, said)
                self._note_maximum(line, own_unit, code)

    def _note_maximum(self, line: "Line", unit: str, criterion: str) -> None:
        """Let a maximum that stands once in a row count for all units beside it."""
        column = line.own.with_role(Role.MAXIMUM)
        scored = self.scored.get((unit, criterion))
        if column is None or column.key or line.own.layout is Layout.LONG or scored is None:
            return
        said = line.said(column, self.values)
        if said is not None and said.text:
            scored.cells[Role.MAXIMUM.value] = said.text
            scored.places[Role.MAXIMUM.value] = line.cell_place(column)

    def _unit_of(self, line: "Line") -> str | None:
        own = line.own
        if own.unit:
            return self._known(self.units.find(own.unit), line.place(Role.UNIT), own.unit)
        text, _ = line.key(Role.UNIT)
        return self._known(self.units.find(text), line.place(Role.UNIT), text)

    def _unit_of_column(self, line: "Line", column: ColumnMapping, match: Match) -> str | None:
        place = Place(line.own.name, line.own.header.last + 1, letter(column.place), column.header)
        return self._known(match, place, column.key)

    def _criterion_of(self, line: "Line", group: str) -> str | None:
        text, kind = line.key(Role.CRITERION)
        match = self.criteria.find(text, kind, group)
        if match.heading:
            self._leave(line, "heading")
            return None
        return self._known(match, line.place(Role.CRITERION), text)

    def _known(self, match: Match, place: Place, text: str) -> str | None:
        if match.code:
            return match.code
        code = match.fault if text else "missing_value"
        self._once(at(place, text, code, **match.params))
        return None

    def _group(self, line: "Line", unit: str) -> str:
        """Tell the group of a unit: what the row says, then the sheet, then the list of units."""
        text, _ = line.key(Role.GROUP)
        if text:
            groups = {group.code.casefold(): group.code for group in self.scheme.groups}
            titles = {fold(group.title): group.code for group in self.scheme.groups}
            found = groups.get(text.casefold()) or titles.get(fold(text), "")
            if not found:
                allowed = ", ".join(group.code for group in self.scheme.groups)
                fault = at(line.place(Role.GROUP), text, "group_not_found", allowed=allowed)
                self._once(fault)
            return found
        return line.own.group or self.units.units[unit].group

    def _note(
        self, line: "Line", column: ColumnMapping, unit: str, criterion: str, said: Said
    ) -> None:
        group = self._group(line, unit)
        place = line.cell_place(column)
        if not group:
            self._once(at(line.place(Role.UNIT), unit, "no_group"))
            return
        if said.fault is not None:
            self.faults.append(said.fault)
            return
        scored = self.scored.setdefault((unit, criterion), Scored(group))
        scored.places.setdefault("unit", line.place(Role.UNIT))
        scored.places.setdefault("criterion", line.place(Role.CRITERION))
        # Two sheets may put one unit in two groups: the reader of score tables says so.
        if scored.group != group:
            self._once(
                at(
                    place,
                    group,
                    "unit_in_two_groups",
                    unit=unit,
                    first_group=scored.group,
                    first=scored.places["unit"].short(),
                )
            )
        role = column.role
        first = scored.places.get(role.value) or scored.refused.get(role)
        if first is not None:
            params = {"criterion": criterion, "unit": unit, "first": first.short()}
            self.faults.append(at(place, said.text, "duplicate_cell", **params))
        elif said.quietly:
            scored.silent[role] = place
        elif said.refuses:
            scored.refused[role] = place
        else:
            scored.cells[role.value] = said.text
            scored.places[role.value] = place

    def _once(self, fault: MappedFault) -> None:
        told = (fault.sheet, fault.row, fault.letter, fault.code)
        if told not in self.told:
            self.told.add(told)
            self.faults.append(fault)

    def _leave(self, line: "Line", reason: str) -> None:
        text = next((cell for cell in line.sheet.rows[line.row] if cell), "")
        self.left_out.append(LeftOut(line.own.name, line.row + 1, text, reason))

    def settle(self) -> None:
        """Turn words such as "không áp dụng" into the column `applicable`."""
        concerned = {
            group.code: {c.code for c in self.scheme.criteria_of(group.code)}
            for group in self.scheme.groups
        }
        for (unit, criterion), scored in [*self.scored.items()]:
            refusing = [place for role, place in scored.refused.items() if role is not Role.SELF]
            settled = [role for role in SETTLED if role.value in scored.cells]
            if refusing and settled:
                params = {"points": scored.cells[settled[0].value]}
                params |= {"criterion": criterion, "unit": unit}
                self.faults.append(at(refusing[0], "", "both_scored_and_not", **params))
            elif not settled and (scored.refused or scored.silent):
                places = [*refusing, *scored.refused.values(), *scored.silent.values()]
                scored.cells["applicable"] = NO
                scored.places["applicable"] = places[0]
            own = {*concerned.get(scored.group, ()), BONUS, PENALTY}
            if criterion not in own and not self._claims(scored):
                # A dash under a criterion of another group says nothing.
                del self.scored[unit, criterion]

    def _claims(self, scored: Scored) -> bool:
        return any(column != "applicable" for column in scored.cells)


@dataclass(frozen=True)
class Line:
    """One row of a sheet as its mapping sees it."""

    own: SheetMapping
    sheet: Sheet
    row: int
    carried: dict[Role, int]

    def key(self, role: Role) -> tuple[str, str]:
        """Give text and kind of a key cell; merged cells and units above count for it."""
        column = self.own.with_role(role)
        if column is None:
            return "", ""
        spot = self.sheet.origin(self.row, column.place)
        if not self.sheet.text(*spot) and self.own.carry and role in self.carried:
            spot = self.carried[role], column.place
        return self.sheet.text(*spot), self.sheet.kind(*spot)

    def carry_keys(self) -> None:
        """Remember units and criteria for the rows below, where the mapping says so."""
        if not self.own.carry:
            return
        for role in (Role.UNIT, Role.CRITERION, Role.GROUP):
            column = self.own.with_role(role)
            if column is not None and self.sheet.text(self.row, column.place):
                self.carried[role] = self.row

    def place(self, role: Role) -> Place:
        """Name the cell of a key, or the row where the sheet as a whole tells it."""
        column = self.own.with_role(role)
        return self.cell_place(column) if column else Place(self.own.name, self.row + 1, "", "")

    def cell_place(self, column: ColumnMapping) -> Place:
        """Name a cell of this row."""
        return Place(self.own.name, self.row + 1, letter(column.place), column.header)

    def is_total(self) -> bool:
        """Tell a row of sums: its first text, or one of its keys, is a word for a sum."""
        row = self.sheet.rows[self.row]
        keys = [self.sheet.text(self.row, c.place) for c in self.own.columns if c.role in KEYS]
        first = next((cell for cell in row if cell and not cell[0].isdigit()), "")
        return any(is_sum(text) for text in [first, *keys])

    def filled(self) -> bool:
        """Tell whether any score cell of the row holds anything."""
        return any(self.sheet.text(self.row, column.place) for column in self.own.values())

    def said(self, column: ColumnMapping, values: Values) -> Said | None:
        """Read one cell of the row."""
        text = self.sheet.text(self.row, column.place)
        kind = self.sheet.kind(self.row, column.place)
        return values.read(column.role, text, kind, self.cell_place(column))

    def names_nothing(self) -> bool:
        """Tell a remark from a unit or criterion without scores."""
        return not any(
            self.sheet.text(self.row, column.place)
            for column in self.own.columns
            if column.role in KEYS
        )


KEYS = (Role.UNIT, Role.CRITERION)


def is_sum(text: str) -> bool:
    """Tell a word for a sum or mean from a name: "Tổng cộng", not "Tổng cục Thuế"."""
    key = fold(text)
    return key in TOTALS or key.startswith(("tong cong ", "tong diem ", "tong so diem"))


def read_scores(
    book: Workbook, mapping: ScoreMapping, scheme: Scheme, units: Iterable[UnitName]
) -> Reading:
    """Read the scores of a file in whatever layout its mapping tells.

    Parameters
    ----------
    book : Workbook
        As `score_mapping_sheets.look` gives it, without faults.
    mapping : ScoreMapping
        Without faults for this file (`ScoreMapping.faults`).
    scheme : Scheme
        The criteria set.
    units : iterable of UnitName
        The units whose codes and names may stand in the file.

    Returns
    -------
    Reading
        Every cell that says something, with its place. Numbers are text as the file has them:
        `scorecard.read_scorecard` reads and checks them. Rows of sums, headings and remarks are
        left out and listed. Faults are what keeps a cell from being placed: names that are
        unknown or may be several, codes that Excel turned into dates or numbers, errors of
        formulas, cells that stand twice.
    """
    reader = Reader(scheme, mapping, CriterionNames(scheme), UnitNames(units), Values.of(mapping))
    for own in mapping.sheets:
        sheet = book.sheet(own.name)
        if sheet is not None:
            reader.read_sheet(own, sheet)
    reader.settle()
    place = {code: at for at, code in enumerate(reader.criteria.by_key.values())}
    listed = reader.units.order
    keys = sorted(reader.scored, key=lambda key: (listed[key[0]], place[key[1]]))
    ordered = {key: reader.scored[key] for key in keys}
    return Reading(ordered, tuple(reader.left_out), tuple(reader.faults))

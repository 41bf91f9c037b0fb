"""A first guess at how a score file is read; a person looks at it before anything is read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.scoring.scheme import Scheme
from analysis.scoring.score_mapping import (
    POINT_ROLES,
    ColumnMapping,
    Layout,
    Role,
    ScoreMapping,
    SheetMapping,
)
from analysis.scoring.score_mapping_headers import Header
from analysis.scoring.score_mapping_names import CriterionNames, UnitName, UnitNames, fold
from analysis.scoring.score_mapping_sheets import DATE, Sheet, Workbook

LOOKED_AT = 400
SELDOM = 0.5
# What the headers of columns say, the surest first.
WORDS: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.SOURCE, ("ghi chu", "nguon", "source", "note")),
    (Role.IGNORE, ("tai lieu", "giai trinh", "chenh lech", "ly do", "evidence", "thu hang")),
    (Role.APPLICABLE, ("ap dung", "applicable")),
    (Role.NUMERATOR, ("tu so", "numerator")),
    (Role.DENOMINATOR, ("mau so", "denominator")),
    (Role.EXCLUDED, ("loai tru", "excluded")),
    (Role.MAXIMUM, ("toi da", "diem chuan", "thang diem", "max")),
    (Role.VERIFIED, ("tham dinh", "verified")),
    (Role.SELF, ("tu cham", "tu danh gia", "tu dat", "self")),
    (Role.POINTS, ("diem cuoi", "ket luan", "chinh thuc", "chung cuoc", "diem dat", "points")),
    (Role.VALUE, ("gia tri", "so lieu", "ty le", "ti le", "value")),
)
GROUP_WORDS = ("nhom", "group", "khoi")


@dataclass(frozen=True)
class Names:
    """What cells may name."""

    criteria: CriterionNames
    units: UnitNames

    def criterion(self, text: str, kind: str = "") -> str:
        """Give the criterion that a text names; "" when none."""
        return self.criteria.find(text, kind).code if text else ""

    def unit(self, text: str) -> str:
        """Give the unit that a text names; "" when none."""
        return self.units.find(text).code if text else ""


def suggest(
    book: Workbook,
    scheme: Scheme,
    units: Iterable[UnitName],
    headers: dict[str, Header] | None = None,
) -> ScoreMapping:
    """Guess how a file is read from what its cells name and what its headers say.

    Parameters
    ----------
    book : Workbook
        As `score_mapping_sheets.look` gives it.
    scheme : Scheme
        The criteria set.
    units : iterable of UnitName
        The units that may stand in the file.
    headers : dict of sheet name to Header, optional
        Header lines that a person chose.

    Returns
    -------
    ScoreMapping
        Visible sheets in which points and names were found. What could not be guessed is left
        open and is a fault of the mapping (`ScoreMapping.faults`), for a person to settle.
    """
    known = tuple(units)
    guessed = [
        guess_sheet(sheet, scheme, known, (headers or {}).get(sheet.name, sheet.header))
        for sheet in book.visible()
    ]
    useful = tuple(own for own in guessed if any(c.role not in UNSURE for c in own.columns))
    return ScoreMapping(useful or tuple(guessed[:1]))


def guess_sheet(
    sheet: Sheet, scheme: Scheme, units: Iterable[UnitName], header: Header
) -> SheetMapping:
    """Guess how one sheet is read, whether or not there are points in it."""
    only = scheme.groups[0].code if len(scheme.groups) == 1 else ""
    return guess(sheet, Names(CriterionNames(scheme), UnitNames(units)), header, only)


UNSURE = (Role.IGNORE, Role.UNIT, Role.CRITERION, Role.GROUP, Role.MAXIMUM, Role.SOURCE)


def guess(sheet: Sheet, names: Names, header: Header, group: str) -> SheetMapping:
    """Guess how one sheet is read."""
    columns = range(sheet.width)
    lines = {column: sheet.lines(column, header) for column in columns}
    criteria = {c: first_named(lines[c], names.criterion) for c in columns}
    units = {c: first_named(lines[c], names.unit) for c in columns}
    criterion_at = column_of(sheet, header, "criterion", names)
    unit_at = column_of(sheet, header, "unit", names)
    whole = sheet_role(sheet, header)
    keys: dict[int, str] = {}
    if unit_at is not None and sum(map(bool, criteria.values())) > 1 and criterion_at is None:
        layout, keys = Layout.UNITS_DOWN, criteria
    elif criterion_at is not None and sum(map(bool, units.values())) > 1:
        layout, keys, unit_at = Layout.CRITERIA_DOWN, units, None
    else:
        layout = Layout.LONG
    roles = {
        column: guess_role(lines[column], keys.get(column, ""), whole, layout) for column in columns
    }
    if layout is Layout.LONG and not {*roles.values()} & {*POINT_ROLES}:
        roles |= lone_points(roles, lines, whole, {criterion_at, unit_at})
    roles |= {c: Role.CRITERION for c in [criterion_at] if c is not None}
    roles |= {c: Role.UNIT for c in [unit_at] if c is not None}
    return SheetMapping(
        name=sheet.name,
        layout=layout,
        header=header,
        found=sheet.header.first,
        columns=tuple(
            ColumnMapping(c, sheet.title(c, header), role, keyed(role, keys.get(c, "")))
            for c, role in once(roles, keys).items()
        ),
        unit=""
        if layout is not Layout.LONG or unit_at is not None
        else title_unit(sheet, header, names),
        group=group,
        carry=unit_at is not None and is_carried(sheet, header, unit_at, criterion_at),
    )


def keyed(role: Role, key: str) -> str:
    """Keep the key of a column that holds values."""
    return "" if role in (Role.IGNORE, Role.UNIT, Role.CRITERION, Role.GROUP) else key


def first_named(lines: Sequence[str], find: Callable[[str], str]) -> str:
    """Give what the first of a header's lines names."""
    return next((code for code in map(find, reversed(lines)) if code), "")


def column_of(sheet: Sheet, header: Header, what: str, names: Names) -> int | None:
    """Find the column whose cells name most different units or criteria.

    Points such as 1.5 look like codes of criteria; they repeat, and stand farther right.
    """
    best, column_found = 1, None
    for column in range(sheet.width):
        codes = set()
        filled = 0
        for row in range(header.last + 1, min(len(sheet.rows), header.last + 1 + LOOKED_AT)):
            text, kind = sheet.text(row, column), sheet.kind(row, column)
            filled += bool(text)
            code = names.criterion(text, kind) if what == "criterion" else names.unit(text)
            codes.add(code or ("?" if kind == DATE else ""))
        codes -= {"", "?"}
        title = fold(sheet.title(column, header))
        if guess_role(sheet.lines(column, header), "", None, Layout.LONG) in POINT_ROLES:
            continue
        if what == "criterion" and title in ("stt", "tt", "so thu tu"):
            # A running number looks like a code; only codes with a point are some.
            codes = {code for code in codes if "." in code}
        if len(codes) > best or (column_found is None and filled and len(codes) == best):
            best, column_found = max(len(codes), best), column
    return column_found


def guess_role(lines: Sequence[str], key: str, whole: Role | None, layout: Layout) -> Role:
    """Guess what a column holds from its header, the lowest line first."""
    for line in reversed(lines):
        title = fold(line)
        for role, words in WORDS:
            if any(word in title for word in words):
                return role if key or layout is Layout.LONG or role is Role.MAXIMUM else Role.IGNORE
        if title in GROUP_WORDS:
            return Role.GROUP
    return (whole or Role.IGNORE) if key else Role.IGNORE


def lone_points(
    roles: dict[int, Role],
    lines: dict[int, tuple[str, ...]],
    whole: Role | None,
    taken: set[int | None],
) -> dict[int, Role]:
    """Take the one column that is headed "điểm" for what the sheet as a whole holds."""
    plain = [
        column
        for column, title in lines.items()
        if column not in taken and roles[column] is Role.IGNORE and fold(" ".join(title)) == "diem"
    ]
    return {plain[0]: whole} if len(plain) == 1 and whole else {}


def sheet_role(sheet: Sheet, header: Header) -> Role | None:
    """Tell from a sheet's name, or from its title, whose points it holds."""
    for text in (sheet.name, sheet.above(header)):
        title = fold(text)
        found = {
            role
            for role, words in WORDS
            if role in POINT_ROLES and any(word in title for word in words)
        }
        if len(found) == 1:
            return found.pop()
    return None


def once(roles: dict[int, Role], keys: dict[int, str]) -> dict[int, Role]:
    """Let the last of several columns with one meaning count: verification has two rounds."""
    last = {(role, keys.get(column, "")): column for column, role in roles.items()}
    return {
        column: role if last[role, keys.get(column, "")] == column else Role.IGNORE
        for column, role in roles.items()
    }


def title_unit(sheet: Sheet, header: Header, names: Names) -> str:
    """Find the one unit that a sheet is about: by its name, or by a line above the header."""
    own = names.unit(sheet.name)
    if own:
        return own
    above = [cell for row in sheet.rows[: header.first] for cell in row if cell]
    tails = [cell.rsplit(":", 1)[-1].strip() for cell in above]
    found = {code for code in map(names.unit, [*above, *tails]) if code}
    return found.pop() if len(found) == 1 else ""


def is_carried(sheet: Sheet, header: Header, unit: int, criterion: int | None) -> bool:
    """Tell whether units stand once, above the rows of their criteria."""
    if criterion is None:
        return False
    rows = range(header.last + 1, len(sheet.rows))
    below = [row for row in rows if sheet.text(row, criterion)]
    named = [row for row in below if sheet.text(*sheet.origin(row, unit))]
    return bool(below) and len(named) < SELDOM * len(below)

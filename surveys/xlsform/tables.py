"""A sheet of a form: its columns by name, its rows, and what is wrong with its header."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from surveys.xlsform.faults import FormFault
from surveys.xlsform.headers import BETWEEN, COLUMNS, language_code

Sheets = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True)
class Line:
    """A row by the names of its columns; texts by column and language."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]

    def cell(self, column: str) -> str:
        """Give a cell; "" where nothing stands, or where there is no such column."""
        return self.cells.get(column, "")

    def wording(self, column: str) -> dict[str, str]:
        """Give a text in every language that it has."""
        return dict(self.texts.get(column, {}))


@dataclass
class Table:
    """A sheet; `languages` in the order of its columns."""

    name: str
    lines: list[Line] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)


def read_table(
    name: str, rows: Sequence[Sequence[str]], default: str, faults: list[FormFault]
) -> Table:
    """Read a sheet, noting what is unclear about its columns.

    Parameters
    ----------
    default : str
        Language of columns that name none.
    """
    head = [cell.strip() for cell in rows[0]] if rows else []
    columns = [_column(name, cell, default, faults) for cell in head]
    _refuse_doubled(name, head, columns, faults)
    _refuse_unknown(name, rows, head, columns, faults)
    lines = [
        _line(name, number, row, columns)
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    languages = [code for column, code in filter(None, columns) if code]
    return Table(name, lines, list(dict.fromkeys(languages)))


Placed = tuple[str, str]


def _column(name: str, head: str, default: str, faults: list[FormFault]) -> Placed | None:
    """Give the column's name and language, "" for one that has none; None if it is not known."""
    plain, worded = COLUMNS[name]
    base, between, language = head.partition(BETWEEN)
    if head in plain:
        return head, ""
    if base.strip() not in worded:
        return None
    code = language_code(language) if between else default
    if code is None:
        faults.append(FormFault(name, 1, head, "unknown_language", head))
        return None
    return base.strip(), code


def _refuse_doubled(
    name: str, head: Sequence[str], columns: Sequence[Placed | None], faults: list[FormFault]
) -> None:
    met: set[str] = set()
    for cell, column in zip(head, columns, strict=True):
        if column and cell in met:
            faults.append(FormFault(name, 1, cell, "doubled_column", cell))
        met.add(cell)


def _refuse_unknown(
    name: str,
    rows: Sequence[Sequence[str]],
    head: Sequence[str],
    columns: Sequence[Placed | None],
    faults: list[FormFault],
) -> None:
    told = {fault.column for fault in faults if fault.sheet == name}
    for place, (cell, column) in enumerate(zip(head, columns, strict=True)):
        if column is None and cell not in told:
            filled = _first_filled(rows, place)
            if filled is not None:
                faults.append(FormFault(name, filled, cell, "unknown_column", cell))
    widest = max(map(len, rows), default=0)
    for place in range(len(head), widest):
        filled = _first_filled(rows, place)
        if filled is not None:
            faults.append(FormFault(name, filled, "", "unknown_column", ""))


def _first_filled(rows: Sequence[Sequence[str]], place: int) -> int | None:
    found = (
        number
        for number, row in enumerate(rows[1:], start=2)
        if place < len(row) and row[place].strip()
    )
    return next(found, None)


def _line(name: str, number: int, row: Sequence[str], columns: Sequence[Placed | None]) -> Line:
    cells: dict[str, str] = {}
    texts: dict[str, dict[str, str]] = {}
    for (column, language), cell in _filled(columns, row):
        if language:
            texts.setdefault(column, {})[language] = cell
        else:
            cells[column] = cell
    return Line(name, number, cells, texts)


def _filled(columns: Sequence[Placed | None], row: Sequence[str]) -> Iterator[tuple[Placed, str]]:
    for column, cell in zip(columns, row, strict=False):
        if column and cell.strip():
            yield column, cell.strip()

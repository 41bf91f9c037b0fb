"""A score file as its author laid it out: sheets, merged cells, header lines under titles."""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from analysis.scoring.score_mapping_cells import broken_cells
from analysis.scoring.score_mapping_headers import Header, find_header
from analysis.scoring.score_mapping_names import fold
from sampling.archive import check_archive, check_area
from sampling.encodings import decoded
from sampling.errors import Fault, UnreadableFileError
from sampling.tabular import (
    WORKBOOK_NAMES,
    WORKBOOK_STARTS,
    cell_text,
    csv_rows,
    tidy,
    within_limits,
)

MOST_SHEETS = 60
ARCHIVE_START = b"PK"
# Excel itself shows and compares 15 digits: 0.1 + 0.2 is 0.3 to whoever made the file.
DIGITS = ".15g"
NUMBER, DATE, ERROR = "number", "date", "error"
YEAR = re.compile(r"\b20\d\d\b")

Spot = tuple[int, int]
Area = tuple[Spot, Spot]


@dataclass(frozen=True)
class Sheet:
    """One sheet; rows and columns count from 0, lines in messages from 1.

    Attributes
    ----------
    rows : tuple of tuple of str
        All cells as text, every row as long as the longest.
    kinds : mapping of (row, column) to str
        "number", "date" or "error" for cells that are no text.
    merged : tuple of ((row, column), (row, column))
        First and last cell of each merged area; only the first holds its text.
    header : Header
        Where the header lines were found.
    """

    name: str
    hidden: bool
    rows: tuple[tuple[str, ...], ...]
    kinds: Mapping[Spot, str]
    merged: tuple[Area, ...]
    header: Header = field(default_factory=lambda: Header(0, 0))

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.rows[0]) if self.rows else 0

    @cached_property
    def _covered(self) -> dict[Spot, Spot]:
        return {
            (row, column): first
            for first, last in self.merged
            for row in range(first[0], last[0] + 1)
            for column in range(first[1], last[1] + 1)
        }

    def text(self, row: int, column: int) -> str:
        """Give what stands in a cell itself; "" outside of the sheet."""
        inside = row < len(self.rows) and column < self.width
        return self.rows[row][column] if inside else ""

    def kind(self, row: int, column: int) -> str:
        """Tell a number, a date or an error from text, which is ""."""
        return self.kinds.get((row, column), "")

    def origin(self, row: int, column: int) -> Spot:
        """Give the first cell of the merged area that a cell lies in, or the cell itself."""
        return self._covered.get((row, column), (row, column))

    def lines(self, column: int, header: Header) -> tuple[str, ...]:
        """Give the header of a column line by line, merged cells spread, each text once."""
        texts = (
            self.text(*self.origin(row, column)) for row in range(header.first, header.last + 1)
        )
        return tuple(dict.fromkeys(filter(None, texts)))

    def title(self, column: int, header: Header) -> str:
        """Give the header of a column in one line."""
        return " / ".join(" ".join(line.split()) for line in self.lines(column, header))

    def above(self, header: Header) -> str:
        """Give the text of the lines above the header."""
        return " ".join(cell for row in self.rows[: header.first] for cell in row if cell)


@dataclass(frozen=True)
class Workbook:
    """A file as it was found.

    Attributes
    ----------
    faults : tuple of Fault
        Why it could not be read; then there are no sheets.
    """

    sheets: tuple[Sheet, ...]
    faults: tuple[Fault, ...] = ()

    def sheet(self, name: str) -> Sheet | None:
        """Find a sheet by its name."""
        return next((sheet for sheet in self.sheets if sheet.name == name), None)

    def visible(self) -> tuple[Sheet, ...]:
        """Give the sheets that a person sees on opening the file."""
        return tuple(sheet for sheet in self.sheets if not sheet.hidden)

    def signature(self) -> str:
        """Name the layout: SHA-256 of the headers of all visible sheets.

        Years in headers and, where there is one sheet, its name are left out, so that next
        year's file is known again. Of several sheets the names count: two sheets with the same
        header may hold self and verified points, and must not be taken for each other.
        """
        sheets = self.visible()
        digest = hashlib.sha256()
        for sheet in sheets:
            name = fold(sheet.name) if len(sheets) > 1 else ""
            titles = [
                YEAR.sub("", fold(sheet.title(column, sheet.header)))
                for column in range(sheet.width)
            ]
            digest.update("\x1f".join([name, *titles]).encode() + b"\x1e")
        return digest.hexdigest()


def look(content: bytes, filename: str) -> Workbook:
    """Read a file as it is, without deciding what its columns mean.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8 or UTF-16, or XLSX, XLSM, XLS, ODS.
    filename : str
        Its name, whose ending tells a workbook that does not look like one.

    Returns
    -------
    Workbook
        All sheets with cells, hidden ones marked. Numbers carry 15 significant digits, as Excel
        shows them. A file that cannot be read has faults and no sheets. A CSV file is one sheet
        named "".
    """
    try:
        if content.startswith(WORKBOOK_STARTS) or filename.lower().endswith(WORKBOOK_NAMES):
            sheets = workbook_sheets(content)
        else:
            sheets = [text_sheet(content)]
    except UnreadableFileError as error:
        return Workbook((), (Fault(error.row, "", "", error.code),))
    filled = tuple(with_header(sheet) for sheet in sheets if sheet.rows)
    if not filled:
        return Workbook((), (Fault(None, "", "", "empty_table"),))
    return Workbook(filled)


def with_header(sheet: Sheet) -> Sheet:
    """Look for the header lines of a sheet."""
    header = find_header(sheet.rows, sheet.kinds, sheet.merged)
    return Sheet(sheet.name, sheet.hidden, sheet.rows, sheet.kinds, sheet.merged, header)


def text_sheet(content: bytes) -> Sheet:
    """Read a CSV file as one sheet whose rows are the file's lines."""
    rows: list[tuple[str, ...]] = []
    for number, cells in within_limits(csv_rows(decoded(content), ())):
        rows.extend([()] * (number - 1 - len(rows)))
        rows.append(cells)
    return Sheet("", False, rectangle(rows), {}, ())


def workbook_sheets(content: bytes) -> list[Sheet]:
    """Read the sheets of a workbook after measuring it."""
    if content.startswith(ARCHIVE_START):
        check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        listed = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
        if len(listed) > MOST_SHEETS:
            raise UnreadableFileError("too_large")
        broken = broken_cells(content)
        return [
            grid_sheet(book, meta.name, meta.visible, broken.get(meta.name, {})) for meta in listed
        ]
    except (CalamineError, OSError, KeyError) as error:
        raise UnreadableFileError("unreadable_workbook") from error


def grid_sheet(
    book: CalamineWorkbook, name: str, visible: SheetVisibleEnum, broken: Mapping[Spot, str]
) -> Sheet:
    """Turn one sheet of a workbook into text and kinds."""
    found = book.get_sheet_by_name(name)
    cells = found.to_python(skip_empty_area=False)
    grid = [[tidy(written(cell)) for cell in row] for row in cells]
    kinds = {
        (row, column): kind_of(cell)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if kind_of(cell)
    }
    for (row, column), shown in broken.items():
        check_area(row + 1, column + 1)
        extend(grid, row, column)
        grid[row][column], kinds[row, column] = shown, ERROR
    merged = tuple(found.merged_cell_ranges or ())
    return Sheet(name, visible is not SheetVisibleEnum.Visible, rectangle(grid), kinds, merged)


def written(cell: object) -> str:
    """Write a cell as text, numbers with the digits that Excel shows."""
    if isinstance(cell, float):
        return f"{Decimal(format(cell, DIGITS)).normalize():f}"
    return cell_text(cell)


def kind_of(cell: object) -> str:
    """Tell a number or a date from text."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return NUMBER
    return DATE if isinstance(cell, date | datetime) else ""


def extend(grid: list[list[str]], row: int, column: int) -> None:
    """Make room for a cell beyond the last one that the reader gave."""
    grid.extend([] for _ in range(row + 1 - len(grid)))
    grid[row].extend([""] * (column + 1 - len(grid[row])))


def rectangle(rows: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Make all rows equally long, and drop empty rows and columns at the end."""
    lines = [*rows]
    while lines and not any(lines[-1]):
        lines.pop()
    ends = ((at + 1 for at, cell in enumerate(line) if cell) for line in lines)
    width = max((max(own, default=0) for own in ends), default=0)
    return tuple((*line[:width], *[""] * (width - len(line))) for line in lines)


def letter(column: int) -> str:
    """Name a column the way spreadsheets do.

    Examples
    --------
    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    name, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        name = chr(ord("A") + place) + name
    return name

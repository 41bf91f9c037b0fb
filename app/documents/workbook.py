"""A workbook of typed tables from values: the same values make the same bytes.

Text is written as text, so that a name beginning with "=" stays a name; numbers are numbers, and
sums are formulas that carry their value for programs that do not calculate.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# One moment for every workbook: the file tells what it holds, not when somebody asked for it.
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  (the file format knows no time zones)
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FONT = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
# Numbers as Vietnamese programs write them, whatever the language of the reader's program.
VIETNAMESE = "[$-42A]"
A4, INK, EDGE = 9, "#07343D", "#B9C6C9"
LONGEST_NAME, FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LINE_HEIGHT, CHARACTERS = 15.0, 1.25
TRIAL = "THỬ NGHIỆM: số liệu của đợt thử nghiệm, không đưa vào Chỉ số, không công bố"


@dataclass(frozen=True)
class Number:
    """A number and how many decimals are shown of it."""

    value: float
    decimals: int = 0


@dataclass(frozen=True)
class Formula:
    """A formula over its own row, or over all rows, and what it comes to.

    Attributes
    ----------
    text : str
        With ``{row}`` for its own line, ``{first}`` and ``{last}`` for those of the rows.
    """

    text: str
    value: float
    decimals: int = 0


@dataclass(frozen=True)
class Remark:
    """Words in the place of a number; they may run on into an empty cell beside them."""

    text: str
    align: str = "left"


Cell = str | Number | Formula | Remark | None
Row = Sequence[Cell]


@dataclass(frozen=True)
class Column:
    """A column and its width in characters."""

    label: str
    width: float


@dataclass(frozen=True)
class Sheet:
    """A table under its title; `foot` closes it, `notes` explain it.

    Attributes
    ----------
    fixed : int
        Columns on the left that stay in sight.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    lines: Sequence[str] = ()
    foot: Sequence[Row] = ()
    notes: Sequence[str] = ()
    fixed: int = 0


@dataclass(frozen=True)
class Book:
    """Sheets under one title; `trial` marks every sheet THỬ NGHIỆM."""

    title: str
    sheets: Sequence[Sheet]
    trial: bool = False


def letter(column: int) -> str:
    """Name a column, counted from 0.

    Examples
    --------
    >>> letter(0), letter(27)
    ('A', 'AB')
    """
    return str(xl_col_to_name(column))


def render(book: Book) -> bytes:
    """Write a workbook.

    Returns
    -------
    bytes
        XLSX; A4 landscape, one page wide, the head of each table repeated on every page.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"title": book.title, "created": CREATED})
        workbook.set_size(2400, 1400)
        styles = Styles(workbook)
        for name, sheet in zip(sheet_names(book.sheets), book.sheets, strict=True):
            _write(workbook.add_worksheet(name), sheet, styles, book.trial)
    return content.getvalue()


def sheet_names(sheets: Sequence[Sheet]) -> list[str]:
    """Make names that spreadsheets accept: at most 31 characters, none twice."""
    names: list[str] = []
    for number, sheet in enumerate(sheets, start=1):
        name = sheet.name.translate(FORBIDDEN).strip()[:LONGEST_NAME].strip() or f"Bảng {number}"
        if name.casefold() in {other.casefold() for other in names}:
            name = f"{name[: LONGEST_NAME - 4].strip()} {number}"
        names.append(name)
    return names


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**FONT, **properties})
        return self._made[key]

    def number(self, decimals: int, **properties: Any) -> Format:
        """Return the format of a number with so many decimals."""
        shown = f"{VIETNAMESE}#,##0{'.' + '0' * decimals if decimals else ''}"
        return self.of(num_format=shown, align="right", **properties)


def _write(sheet: Worksheet, table: Sheet, styles: Styles, trial: bool) -> None:
    band = [TRIAL] if trial else []
    above = [*band, table.title, *table.lines]
    looks: list[Mapping[str, Any]] = [
        *({"bold": True, "bg_color": "#FFE9B5", "font_color": "#5C3900"} for _ in band),
        {"bold": True, "font_size": 14, "font_color": INK},
        *({"italic": True} for _ in table.lines),
    ]
    for line, (text, look) in enumerate(zip(above, looks, strict=True)):
        _across(sheet, line, text, table, styles.of(**look, text_wrap=True))
    head = len(above)
    _head(sheet, head, table, styles)
    first, last = head + 1, head + len(table.rows)
    places = {"first": first + 1, "last": last + 1}
    for line, row in enumerate(table.rows, start=first):
        _row(sheet, line, row, table.columns, styles, places, {"border": 1, "border_color": EDGE})
    for line, row in enumerate(table.foot, start=last + 1):
        look = {"border": 1, "border_color": EDGE, "bold": True, "bg_color": "#EEF3F3"}
        _row(sheet, line, row, table.columns, styles, places, look)
    below = last + len(table.foot) + 2
    for line, note in enumerate(table.notes, start=below):
        _across(sheet, line, note, table, styles.of(text_wrap=True, italic=True))
    _print_setup(sheet, table, head, below + len(table.notes) - 1, trial)


def _across(sheet: Worksheet, line: int, text: str, table: Sheet, look: Format) -> None:
    """Write a text over the whole width, in as many lines as it needs."""
    width = sum(column.width for column in table.columns)
    size = 1.25 if look.font_size > FONT["font_size"] else 1.0
    lines = max(1, ceil(len(text) * size / (width * CHARACTERS)))
    sheet.set_row(line, LINE_HEIGHT * size * lines + 2)
    if len(table.columns) > 1:
        sheet.merge_range(line, 0, line, len(table.columns) - 1, "", look)
    sheet.write_string(line, 0, text, look)


def _head(sheet: Worksheet, line: int, table: Sheet, styles: Styles) -> None:
    look = styles.of(
        bold=True, text_wrap=True, border=1, align="center", bg_color=INK, font_color="#FFFFFF"
    )
    lines = 1
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(line, place, column.label, look)
        words = max((len(word) for word in column.label.split()), default=1)
        lines = max(lines, ceil(len(column.label) / max(column.width - 1, words)))
    sheet.set_row(line, LINE_HEIGHT * (lines + 1))


def _row(
    sheet: Worksheet,
    line: int,
    row: Row,
    columns: Sequence[Column],
    styles: Styles,
    places: Mapping[str, int],
    look: Mapping[str, Any],
) -> None:
    lines = [
        ceil(len(cell) / (column.width * CHARACTERS))
        for cell, column in zip(row, columns, strict=True)
        if isinstance(cell, str)
    ]
    sheet.set_row(line, LINE_HEIGHT * max([1, *lines]) + 1)
    for place, cell in enumerate(row):
        match cell:
            case None:
                sheet.write_blank(line, place, None, styles.of(**look))
            case str():
                sheet.write_string(line, place, cell, styles.of(**look, text_wrap=True, indent=1))
            case Remark(text, align):
                quiet = styles.of(**look, font_color="#4A5D63", font_size=9, align=align)
                sheet.write_string(line, place, text, quiet)
            case Number(value, decimals):
                sheet.write_number(line, place, value, styles.number(decimals, **look))
            case Formula(text, value, decimals):
                formula = text.format(row=line + 1, **places)
                shown = styles.number(decimals, **look)
                sheet.write_formula(line, place, formula, shown, value)


def _print_setup(sheet: Worksheet, table: Sheet, head: int, last: int, trial: bool) -> None:
    sheet.freeze_panes(head + 1, table.fixed)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.print_area(0, 0, last, len(table.columns) - 1)
    sheet.set_footer("&C&9Trang &P/&N" + ("&R&9THỬ NGHIỆM" if trial else ""))
    if trial:
        sheet.set_header("&C&BTHỬ NGHIỆM")

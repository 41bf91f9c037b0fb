"""The rows of a list with their faults beside them, as a workbook to mend."""

import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import xlsxwriter

# What Excel can hold in a cell, and how many notes it opens without trouble.
LONGEST_CELL = 32_767
MOST_NOTES = 2_000
WIDEST, NARROWEST = 60, 8
TEXTS = {
    "vi": {"faults": "Lỗi", "rows": "Danh sách", "row": "Dòng", "column": "Cột", "message": "Lỗi"},
    "en": {
        "faults": "Faults",
        "rows": "List",
        "row": "Row",
        "column": "Column",
        "message": "Fault",
    },
}
# Without these, a text such as =1+1 would become a formula, a link or a number.
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class PlacedFault(Protocol):
    """What the fault of any package tells."""

    @property
    def row(self) -> int | None:
        """Line of the file, None for the whole file."""

    @property
    def column(self) -> str:
        """Name of the column, "" for the whole row."""

    def message(self, locale: str) -> str:
        """What is wrong and how to mend it."""


def fault_workbook(
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Sequence[str],
    faults: Sequence[PlacedFault],
    locale: str,
) -> bytes:
    """Write the list with a column of faults, faulty cells coloured, after a sheet of all faults.

    Parameters
    ----------
    rows : iterable of (int, sequence of str)
        Line number and cells: `zip(table.numbers, table.rows)`.

    Returns
    -------
    bytes
        XLSX. Every cell is text: what looks like a formula stays one's own words.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        list_faults(book, faults, locale)
        list_rows(book, rows, header, faults, locale)
    return stream.getvalue()


def list_faults(book: Any, faults: Sequence[PlacedFault], locale: str) -> None:
    """Write the sheet that names every fault with its place."""
    words = TEXTS[locale]
    sheet = book.add_worksheet(words["faults"])
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, (word, width) in enumerate((("row", 8), ("column", 24), ("message", 80))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, words[word], bold)
    for line, fault in enumerate(faults, start=1):
        if fault.row is not None:
            sheet.write_number(line, 0, fault.row)
        sheet.write_string(line, 1, cut(fault.column))
        sheet.write_string(line, 2, cut(fault.message(locale)))


def list_rows(
    book: Any,
    rows: Iterable[tuple[int, Sequence[str]]],
    header: Sequence[str],
    faults: Sequence[PlacedFault],
    locale: str,
) -> None:
    """Write the list itself, each row after its number and its faults."""
    words = TEXTS[locale]
    sheet = book.add_worksheet(words["rows"])
    bold = book.add_format({"bold": True})
    marked = book.add_format({"bg_color": "#FFC7CE"})
    wrapped = book.add_format({"text_wrap": True, "font_color": "#9C0006"})
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, NARROWEST)
    sheet.set_column(1, 1, WIDEST)
    for place, name in enumerate([words["row"], words["message"], *header]):
        sheet.write_string(0, place, cut(name), bold)
    told = by_row(faults)
    notes = 0
    for line, (number, cells) in enumerate(rows, start=1):
        found = told.get(number, {})
        sheet.write_number(line, 0, number)
        if found:
            lines = [f"{name}: {text}" if name else text for name, text in said(found, locale)]
            sheet.write_string(line, 1, cut("\n".join(lines)), wrapped)
        for place, (name, cell) in enumerate(zip(header, cells, strict=False), start=2):
            if name in found:
                sheet.write_string(line, place, cut(cell), marked)
                notes += 1
                if notes <= MOST_NOTES:
                    sheet.write_comment(line, place, told_of(found[name], locale))
            elif cell:
                sheet.write_string(line, place, cut(cell))


def by_row(faults: Iterable[PlacedFault]) -> Mapping[int, Mapping[str, list[PlacedFault]]]:
    """Sort faults of rows by row and column."""
    found: defaultdict[int, dict[str, list[PlacedFault]]] = defaultdict(dict)
    for fault in faults:
        if fault.row is not None:
            found[fault.row].setdefault(fault.column, []).append(fault)
    return found


def said(found: Mapping[str, list[PlacedFault]], locale: str) -> list[tuple[str, str]]:
    """Each column of a row with what is wrong there."""
    return [(name, told_of(faults, locale)) for name, faults in found.items()]


def told_of(faults: Iterable[PlacedFault], locale: str) -> str:
    """What is wrong with one cell."""
    return "; ".join(dict.fromkeys(fault.message(locale) for fault in faults))


def cut(text: str) -> str:
    """Shorten a text to what a cell holds."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"

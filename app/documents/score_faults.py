"""The sheets of a score file with their faulty cells marked, as a workbook to mend."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol
from xlsxwriter.worksheet import Worksheet

from app.documents.workbook import CREATED, FORBIDDEN, LONGEST_NAME, OPTIONS

MOST_FAULTS = 5_000
LONGEST_COMMENT = 1_000
HEAD = ("Trang tính", "Ô", "Cột", "Nội dung ô", "Cần sửa")
WIDTHS = (22, 10, 30, 30, 90)
LISTED = "Danh sách lỗi"


@dataclass(frozen=True)
class FaultySheet:
    """A sheet of the file as it was found."""

    name: str
    rows: Sequence[Sequence[str]]


def score_faults(sheets: Iterable[FaultySheet], faults: Sequence[Mapping[str, Any]]) -> bytes:
    """Write a list of all faults, then the sheets with each faulty cell coloured and noted.

    Parameters
    ----------
    sheets : iterable of FaultySheet
        The sheets of the file; one named "" is a CSV file.
    faults : sequence of mapping
        With row, column, value and message; sheet, letter and header where the cell is known.

    Returns
    -------
    bytes
        XLSX. Every cell is text: what looks like a formula stays one's own words.
    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"created": CREATED})
        bold = workbook.add_format({"bold": True, "bg_color": "#EEF3F3", "text_wrap": True})
        plain = workbook.add_format({"text_wrap": True, "valign": "top"})
        faulty = workbook.add_format(
            {"bg_color": "#FFD9D6", "border": 1, "border_color": "#B3261E"}
        )
        listed = workbook.add_worksheet(LISTED)
        for column, (title, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
            listed.set_column(column, column, width)
            listed.write_string(0, column, title, bold)
        listed.freeze_panes(1, 0)
        for line, fault in enumerate(faults[:MOST_FAULTS], start=1):
            for column, text in enumerate(told(fault)):
                listed.write_string(line, column, text, plain)
        for number, sheet in enumerate(sheets, start=1):
            name = f"{number}. {sheet.name}".translate(FORBIDDEN)[:LONGEST_NAME].rstrip("' ")
            made = workbook.add_worksheet(name)
            spread(made, sheet, spots(sheet.name, faults), faulty)
    return content.getvalue()


def told(fault: Mapping[str, Any]) -> tuple[str, ...]:
    """Write a fault as a line of the list."""
    row = "" if fault["row"] is None else str(fault["row"])
    header = fault.get("header", fault["column"])
    cell = f"{fault.get('letter', '')}{row}"
    return fault.get("sheet", ""), cell, header, fault["value"], fault["message"]


def spots(name: str, faults: Iterable[Mapping[str, Any]]) -> dict[tuple[int, int], str]:
    """Map the faulty cells of a sheet to what is wrong with them."""
    found: dict[tuple[int, int], str] = {}
    for fault in faults:
        if fault.get("sheet", "") != name or not fault.get("letter") or fault["row"] is None:
            continue
        spot = xl_cell_to_rowcol(f"{fault['letter']}{fault['row']}")
        found[spot] = "\n".join(filter(None, (found.get(spot, ""), fault["message"])))
    return found


def spread(
    made: Worksheet, sheet: FaultySheet, wrong: Mapping[tuple[int, int], str], faulty: Any
) -> None:
    """Write the cells of a sheet, the faulty ones coloured and with a note."""
    made.set_column(0, max(map(len, sheet.rows), default=1), 16)
    for row, cells in enumerate(sheet.rows):
        for column, text in enumerate(cells):
            if text:
                made.write_string(row, column, text)
    for (row, column), message in wrong.items():
        inside = row < len(sheet.rows) and column < len(sheet.rows[row])
        made.write_string(row, column, sheet.rows[row][column] if inside else "", faulty)
        made.write_comment(row, column, message[:LONGEST_COMMENT])

"""Workbooks about people: an empty list to fill in, and the invitations of an import."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.worksheet import Worksheet


@dataclass(frozen=True)
class Sheet:
    """A sheet of text.

    Attributes
    ----------
    widths : sequence of float
        Width of each column, in characters.
    """

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[float]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Make a workbook; whatever a cell holds is text, never a formula or a link."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        for place, width in enumerate(sheet.widths):
            page.set_column(place, place, width, text)
        write(page, 0, sheet.header, bold)
        for number, row in enumerate(sheet.rows, 1):
            write(page, number, row, text)
    book.close()
    return buffer.getvalue()


def write(page: Worksheet, number: int, cells: Sequence[str], form: object) -> None:
    """Write one row of text."""
    for place, cell in enumerate(cells):
        page.write_string(number, place, cell, form)

"""The present scores of an index year as a table that can be imported again."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Protocol

import xlsxwriter

from app.documents.workbook import CREATED, OPTIONS

KEYS = ("group", "unit", "criterion")
OPTIONAL = (
    "points",
    "self_points",
    "verified_points",
    "max_points",
    "value",
    "numerator",
    "denominator",
    "excluded",
    "source",
    "applicable",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
MARK = b"\xef\xbb\xbf"
WIDTH = 16


class Score(Protocol):
    """What is needed of a stored score."""

    @property
    def unit_code(self) -> str:
        """Code of the unit."""

    @property
    def criterion(self) -> str:
        """Code of the criterion."""

    @property
    def cells(self) -> Any:
        """Its cells as they were written, with its group."""


def as_csv(scores: Sequence[Score]) -> bytes:
    """Write the table as CSV in UTF-8 with its mark, which makes Excel read the accents."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in table(scores):
        writer.writerow([harmless(cell) for cell in row])
    return MARK + text.getvalue().encode()


def as_xlsx(scores: Sequence[Score]) -> bytes:
    """Write the table as a workbook of text cells: 1.10 stays 1.10, nothing is a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as workbook:
        workbook.set_properties({"created": CREATED})
        bold = workbook.add_format({"bold": True})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet("SCORES")
        sheet.freeze_panes(1, len(KEYS))
        sheet.set_column(0, len(KEYS) + len(OPTIONAL), WIDTH, text)
        for line, row in enumerate(table(scores)):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, column, cell, text if line else bold)
    return content.getvalue()


def table(scores: Sequence[Score]) -> list[list[str]]:
    """Give header and rows, with the columns that some score fills."""
    used = [name for name in OPTIONAL if any(score.cells.get(name) for score in scores)]
    columns = used or ["points"]
    rows = [
        [
            score.cells["group"],
            score.unit_code,
            score.criterion,
            *(str(score.cells.get(column) or "") for column in columns),
        ]
        for score in scores
    ]
    return [[*KEYS, *columns], *rows]


def harmless(cell: str) -> str:
    """Keep a spreadsheet from taking text for a formula; a dash alone is none."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) and cell != "-" else cell

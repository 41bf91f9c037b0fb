"""A published index as files for machines and spreadsheets."""

import csv
import io
from typing import Any

import rfc8785

from app import exact
from app.queries.index_document import IndexDocument, Unit

COLUMNS = (
    "group",
    "rank",
    "unit",
    "name",
    "total",
    "max_applicable",
    "percent",
    "band",
    "direct",
    "survey",
    "bonus",
    "penalty",
)
NO_BAND = "chưa xếp nhóm"
# What spreadsheets take for the start of a formula, full-width forms included.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def as_json(values: dict[str, Any]) -> bytes:
    """Give the canonical JSON whose SHA-256 is the result's hash."""
    return rfc8785.dumps(values)


def as_csv(document: IndexDocument) -> bytes:
    """Give one row for each unit, UTF-8 with the mark that spreadsheets look for.

    Numbers have a decimal point and are not rounded; a percent whose decimals never end has 20
    significant digits, and its exact quotient is total / max_applicable.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    fields = [field.code for field in document.fields]
    writer.writerow([*COLUMNS, *(harmless(f"field {code}") for code in fields)])
    for group in document.groups:
        for unit in document.ranking(group.code):
            writer.writerow([*cells(unit), *(exact.decimal(unit.fields[code]) for code in fields)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def cells(unit: Unit) -> list[str]:
    """Write the fixed columns of a unit."""
    return [
        harmless(unit.group),
        str(unit.rank),
        harmless(unit.code),
        harmless(unit.name),
        exact.decimal(unit.total),
        exact.decimal(unit.max_applicable),
        exact.decimal(unit.percent),
        harmless(unit.band or NO_BAND),
        exact.decimal(unit.direct),
        exact.decimal(unit.survey),
        exact.decimal(unit.bonus),
        exact.decimal(unit.penalty),
    ]


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking text for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

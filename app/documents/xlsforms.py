"""XLSForm as a workbook: its sheets as rows of text, read within bounds, written as text."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from app.documents.workbook import CREATED, OPTIONS
from sampling.archive import SHEETS, extent
from sampling.errors import UnreadableFileError
from sampling.workbook import ARCHIVE_START, check_archive
from surveys.xlsform.faults import FormError, FormFault

Sheets = Mapping[str, Sequence[Sequence[str]]]
# Far more than any form, far less than a list of dossiers.
MOST_BYTES, MOST_SHEETS, MOST_ROWS = 8 << 20, 20, 20_000
MOST_UNPACKED, MOST_CELLS = 32 << 20, 1_000_000
NARROW, WIDE = 14, 44


def read_sheets(content: bytes) -> dict[str, list[list[str]]]:
    """Read a workbook.

    Returns
    -------
    dict of sheet name to rows of text
        Numbers without idle decimals; truth values as yes and no; days as ISO text.

    Raises
    ------
    FormError
        If it is no workbook that we can read, or larger than any form.
    """
    try:
        if len(content) > MOST_BYTES or not content.startswith(ARCHIVE_START):
            raise UnreadableFileError("unreadable_workbook")
        check_archive(content)
        check_size(content)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(book.sheet_names) > MOST_SHEETS:
            raise UnreadableFileError("too_large")
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS)
            for name in book.sheet_names
        }
    except (CalamineError, PasswordError, UnreadableFileError, OSError) as error:
        raise FormError([FormFault("", None, "", "unreadable")]) from error
    return {name: [[text(cell) for cell in row] for row in rows] for name, rows in sheets.items()}


def check_size(content: bytes) -> None:
    """Refuse what is far larger than a form: it is read while somebody waits for the page.

    Raises
    ------
    UnreadableFileError
        With code "too_large", or "wrong_kind" where there are no sheets of XLSX.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise UnreadableFileError("too_large")
        sheets = [part for part in parts if part.filename.lower().startswith(SHEETS)]
        areas = [rows * columns for rows, columns, _ in map(extent, map(archive.read, sheets))]
    if not sheets:
        raise UnreadableFileError("wrong_kind")
    if sum(areas) > MOST_CELLS:
        raise UnreadableFileError("too_large")


def text(cell: object) -> str:
    """Write a cell as text."""
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell)


def write_sheets(sheets: Sheets) -> bytes:
    """Write a workbook of text cells: nothing is taken for a number or a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        head = book.add_format({"bold": True, "bg_color": "#DCEDEF", "bottom": 1})
        plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 2)
            for place, column in enumerate(rows[0]):
                wide = "::" in column or column in ("relevant", "constraint", "form_title")
                sheet.set_column(place, place, WIDE if wide else NARROW, plain)
                sheet.write_string(0, place, column, head)
            for line, row in enumerate(rows[1:], start=1):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(line, place, cell, plain)
    return content.getvalue()

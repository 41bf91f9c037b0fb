"""The first sheet of a workbook, opened only after its size was measured."""

import io
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from sampling.archive import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, check_archive, check_area
from sampling.errors import UnreadableFileError

__all__ = [
    "MOST_CELLS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "check_archive",
    "check_area",
    "sheet_cells",
]

ARCHIVE_START = b"PK"
OLD_START = b"\xd0\xcf\x11\xe0"
# A workbook under a password is wrapped whole into this stream.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def sheet_cells(content: bytes) -> list[list[object]]:
    """Read the cells of the first sheet, row by row from its first row.

    Parameters
    ----------
    content : bytes
        XLSX, XLSM, XLS or ODS. Macros are never run, links to other files never followed;
        a formula counts as the value that was stored with it.

    Returns
    -------
    list of list
        Texts, numbers, dates and truth values; "" for an empty cell.

    Raises
    ------
    UnreadableFileError
        With code "too_large" beyond the limits of `sampling.archive`, "encrypted_workbook",
        "binary_workbook", "wrong_kind", else "unreadable_workbook".
    """
    if content.startswith(ARCHIVE_START):
        check_archive(content)
    elif content.startswith(OLD_START) and ENCRYPTED in content:
        raise UnreadableFileError("encrypted_workbook")
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        rows: Any = sheet.to_python(skip_empty_area=False)
    except PasswordError as error:
        raise UnreadableFileError("encrypted_workbook") from error
    except (CalamineError, IndexError, OSError) as error:
        raise UnreadableFileError("unreadable_workbook") from error
    cells: list[list[object]] = rows
    return cells

"""The first sheet of a workbook, opened only after its size was measured.

The reader of workbooks makes one array of all cells up to the last; a file of a kilobyte may hold
one cell in the last corner of the sheet, or a part that unpacks to gigabytes.
"""

import io
import re
import zipfile
import zlib
from collections import Counter

from python_calamine import CalamineError, CalamineWorkbook

from sampling.errors import UnreadableFileError

MOST_UNPACKED = 1 << 27
MOST_ROWS = 1_000_000
MOST_COLUMNS = 500
MOST_CELLS = 20_000_000

ARCHIVE_START = b"PK"
SHEETS = "xl/worksheets/"
SHARED_TEXTS = "xl/sharedstrings.xml"
OPEN_DOCUMENT = "content.xml"
# Its sheets cannot be measured without a reader of their own.
BINARY_WORKBOOK = "xl/workbook.bin"

FILLED_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*\s)?r\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,12})[\"'][^>]*(?<!/)>"
)
SHARED_TEXT = re.compile(rb"t\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})")
OPEN_DOCUMENT_TAG = re.compile(rb"<(?:\w+:)?(table-row|(?:covered-)?table-cell)\b([^>]*)>")
REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,12})")


def sheet_cells(content: bytes) -> list[list[object]]:
    """Read the cells of the first sheet, row by row from its first row.

    Parameters
    ----------
    content : bytes
        XLSX, XLSM, XLS or ODS.

    Returns
    -------
    list of list
        Texts, numbers, dates and truth values; "" for an empty cell.

    Raises
    ------
    UnreadableFileError
        With code "too_large" beyond the limits above, else "unreadable_workbook".
    """
    if content.startswith(ARCHIVE_START):
        check_archive(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
        return [list(row) for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, IndexError, OSError) as error:
        raise UnreadableFileError("unreadable_workbook") from error


def check_archive(content: bytes) -> None:
    """Refuse an archive whose parts or sheets are larger than memory should hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError("unreadable_workbook") from error


def check_parts(archive: zipfile.ZipFile) -> None:
    """Measure every part, and the cells of those that hold cells."""
    left = MOST_UNPACKED
    shared: list[int] = []
    used: Counter[int] = Counter()
    for part in archive.infolist():
        text = unpacked(archive, part, left)
        left -= len(text)
        name = part.filename.lower()
        if name == BINARY_WORKBOOK:
            raise UnreadableFileError("unreadable_workbook")
        if name.startswith(SHEETS):
            check_sheet(text)
            used.update(map(int, SHARED_TEXT.findall(text)))
        elif name == SHARED_TEXTS:
            shared = [len(piece) for piece in text.split(b"</si>")]
        elif name == OPEN_DOCUMENT:
            check_open_document(text)
    if sum(shared[at] * times for at, times in used.items() if at < len(shared)) > MOST_UNPACKED:
        raise UnreadableFileError("too_large")


def unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> bytes:
    """Unpack a part, but no more than the limit: its stated size is its author's word."""
    with archive.open(part) as stream:
        text = stream.read(limit + 1)
    if len(text) > limit:
        raise UnreadableFileError("too_large")
    return text


def check_sheet(text: bytes) -> None:
    """Refuse a sheet of XLSX with cells too far from its first."""
    rows = columns = 0
    for match in FILLED_CELL.finditer(text):
        rows, columns = max(rows, int(match[2])), max(columns, column_number(match[1]))
    check_area(rows, columns)


def column_number(letters: bytes) -> int:
    """Number of a column named by letters, 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def check_open_document(text: bytes) -> None:
    """Refuse sheets of ODS that repeat cells too often; empty ones at the end do no harm."""
    rows = columns = width = times = 0
    for match in OPEN_DOCUMENT_TAG.finditer(text):
        repeated = REPEATED.search(match[2])
        count = int(repeated[1]) if repeated else 1
        if match[1] == b"table-row":
            rows, width, times = rows + times, 0, count
            continue
        width += count
        if b"value" in match[2]:
            columns = max(columns, width)
            check_area(rows + times, columns)


def check_area(rows: int, columns: int) -> None:
    """Refuse more rows, columns or cells than a table may have."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise UnreadableFileError("too_large")

"""The parts of a zipped workbook, measured piece by piece before anything is made of them.

The reader of workbooks makes one array of all cells up to the last; a file of a kilobyte may hold
one cell in the last corner of the sheet, or a part that unpacks to gigabytes.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sampling.errors import UnreadableFileError

MOST_UNPACKED = 1 << 29
MOST_PARTS = 10_000
MOST_TEXTS = 1 << 27
LONGEST_TEXT = 1 << 20
PIECE = 1 << 22
MOST_ROWS = 1_048_576
MOST_COLUMNS = 500
MOST_CELLS = 20_000_000

SHEETS = "xl/worksheets/"
SHARED_TEXTS = "xl/sharedstrings.xml"
OPEN_DOCUMENT = "content.xml"
# Its sheets cannot be measured without a reader of their own.
BINARY_WORKBOOK = "xl/workbook.bin"
WORKBOOKS = ("xl/workbook.xml", OPEN_DOCUMENT)

# Almost every program writes cells in this one form, which is counted fast ...
PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
ANY_CELL = tuple(
    start + b"c" + end for start in (b"<", b":") for end in map(bytes, zip(b" \t\r\n/>"))
)
# ... and cells in any other form, or far away ones that may be empty, one by one.
FILLED_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*\s)?r\s*=\s*[\"']([A-Za-z]{1,9})([0-9]{1,12})[\"'][^>]*(?<!/)>"
)
SHARED_TEXT = re.compile(rb"t\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})")
OPEN_DOCUMENT_TAG = re.compile(rb"<(?:\w+:)?(table-row|(?:covered-)?table-cell)\b([^>]*)>")
REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"']([0-9]{1,12})")


Lengths = NDArray[np.int64]


def check_archive(content: bytes) -> None:
    """Refuse an archive that is no workbook, or larger than memory should hold.

    Raises
    ------
    UnreadableFileError
        With code "too_large", "encrypted_workbook", "binary_workbook", "wrong_kind" or
        "unreadable_workbook".
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_names(archive)
            check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise UnreadableFileError("unreadable_workbook") from error
    except (NotImplementedError, RuntimeError) as error:
        # Parts under a password, or packed in a way that nobody uses for workbooks.
        raise UnreadableFileError("encrypted_workbook") from error


def check_names(archive: zipfile.ZipFile) -> None:
    """Look at what the archive states about itself: parts, sizes, kind."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFileError("too_large")
    names = {part.filename.lower() for part in parts}
    if BINARY_WORKBOOK in names:
        raise UnreadableFileError("binary_workbook")
    if not names.intersection(WORKBOOKS):
        raise UnreadableFileError("wrong_kind")


def check_parts(archive: zipfile.ZipFile) -> None:
    """Measure every part, and the cells of those that hold cells."""
    left = MOST_UNPACKED
    shared: Lengths = np.zeros(0, np.int64)
    for part in sorted(archive.infolist(), key=lambda part: part.filename.lower() != SHARED_TEXTS):
        name = part.filename.lower()
        pieces = Pieces(archive, part, left)
        if name == SHARED_TEXTS:
            shared = text_lengths(pieces)
        elif name.startswith(SHEETS):
            check_sheet(pieces, shared)
        elif name == OPEN_DOCUMENT:
            check_open_document(b"".join(pieces))
        else:
            for _ in pieces:
                pass
        left -= pieces.size


class Pieces:
    """A part unpacked piece by piece, but no more than a limit: its stated size is a claim."""

    def __init__(self, archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> None:
        self.archive, self.part, self.limit, self.size = archive, part, limit, 0

    def __iter__(self) -> Iterator[bytes]:
        with self.archive.open(self.part) as stream:
            while piece := stream.read(PIECE):
                self.size += len(piece)
                if self.size > self.limit:
                    raise UnreadableFileError("too_large")
                yield piece


def text_lengths(pieces: Pieces) -> Lengths:
    """Length of every shared text; none may be longer than any cell could show."""
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > MOST_TEXTS:
            raise UnreadableFileError("too_large")
    lengths = np.fromiter(map(len, bytes(content).split(b"</si>")), np.int64)
    if lengths.max() > LONGEST_TEXT:
        raise UnreadableFileError("too_large")
    return lengths


def whole_cells(pieces: Pieces) -> Iterator[bytes]:
    """Cut the stream of a sheet before a cell, so that no cell is torn."""
    rest = b""
    for piece in pieces:
        joined = rest + piece
        cut = max(joined.rfind(b"<c "), joined.rfind(b"<row"))
        cut = joined.rfind(b"<") if cut <= 0 else cut
        cut = max(cut, 0)
        yield joined[:cut]
        rest = joined[cut:]
        if len(rest) > PIECE + LONGEST_TEXT:
            raise UnreadableFileError("too_large")
    yield rest


def check_sheet(pieces: Pieces, shared: Lengths) -> None:
    """Refuse a sheet of XLSX with cells too far from its first, or long texts too often."""
    rows = columns = expanded = 0
    longest = int(shared.max(initial=0))
    for text in whole_cells(pieces):
        row, column, count = extent(text)
        rows, columns = max(rows, row), max(columns, column)
        check_area(rows, columns)
        expanded += expansion(text, shared) if longest * count > PIECE else longest * count
        if expanded > MOST_UNPACKED:
            raise UnreadableFileError("too_large")


def extent(text: bytes) -> tuple[int, int, int]:
    """Last row, last column and number of the filled cells in a piece of a sheet."""
    plain = PLAIN_CELL.findall(text)
    count = text.count(b"<c")
    if count > len(plain) or b":c" in text:
        count = sum(map(text.count, ANY_CELL))
    if len(plain) == count:
        letters, numbers = {letters for letters, _ in plain}, {number for _, number in plain}
        last_row, last_column = (
            max(map(int, numbers), default=0),
            max(map(column_number, letters), default=0),
        )
        if last_row <= MOST_ROWS and last_column <= MOST_COLUMNS:
            return last_row, last_column, count
    rows = columns = 0
    for match in FILLED_CELL.finditer(text):
        rows, columns = max(rows, int(match[2])), max(columns, column_number(match[1]))
    return rows, columns, count


def expansion(text: bytes, shared: Lengths) -> int:
    """Bytes that the shared texts of a piece take once each cell has its own."""
    found = SHARED_TEXT.findall(text)
    used = np.fromstring(b" ".join(found) or b"0", np.int64, sep=" ")[: len(found)]
    return int(shared[used[used < len(shared)]].sum())


def column_number(letters: bytes) -> int:
    """Number of a column named by letters, 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def check_open_document(text: bytes) -> None:
    """Refuse sheets of ODS that repeat cells too often; empty ones at the end do no harm."""
    rows = columns = width = times = expanded = 0
    value, repeats = 0, 0
    for match in OPEN_DOCUMENT_TAG.finditer(text):
        expanded += (match.start() - value) * (repeats - 1) if repeats > 1 else 0
        if expanded > MOST_UNPACKED:
            raise UnreadableFileError("too_large")
        repeats = 0
        repeated = REPEATED.search(match[2])
        count = int(repeated[1]) if repeated else 1
        if match[1] == b"table-row":
            rows, width, times = rows + times, 0, count
            continue
        width += count
        if b"value" in match[2]:
            columns = max(columns, width)
            check_area(rows + times, columns)
            value, repeats = match.start(), count * times


def check_area(rows: int, columns: int) -> None:
    """Refuse more rows, columns or cells than a table may have."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise UnreadableFileError("too_large")

"""Tables that people hand in: CSV files, workbooks and saved web pages, read as text."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from typing import TextIO

from sampling.archive import MOST_COLUMNS, MOST_ROWS
from sampling.encodings import Recognised, decoded, text_stream, unicode_encoding
from sampling.equal_cells import Sharing
from sampling.errors import Fault, UnreadableFileError
from sampling.markup import is_markup, markup_rows, named_charset
from sampling.values import read_date, read_decimal
from sampling.workbook import sheet_cells

__all__ = ["Table", "read_date", "read_decimal", "read_table"]

DELIMITERS = (",", ";", "\t")
# Not .xls: much software saves text under that name.
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".ods")
WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# Pictures, documents and other archives that were given a table's name, and saved web archives.
OTHER_STARTS = (
    *(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"{\\rtf", b"PK\x05\x06"),
    *(b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"MIME-Version:", b"\x7fELF", b"MZ"),
)
XML_START = b"<?xml"

FILLED_LINE = re.compile(r"^.*[^\s,;]", re.MULTILINE)
# Exports put titles, dates and names of offices above the header.
MOST_TITLE_ROWS = 30
HEADER_NAMES = 2
# The header stands within so many letters of the start.
HEAD = 1 << 20
# Floats tell whole numbers apart up to here.
EXACT = 1 << 53

NumberedRow = tuple[int, tuple[str, ...]]
HeaderTest = Callable[[Iterable[str]], bool]


@dataclass(frozen=True)
class Table:
    """A table as its author wrote it.

    Attributes
    ----------
    header : tuple of str
        Names of the columns.
    rows : tuple of tuple of str
        Cells of each row, as many as the header has; an empty cell is "".
    numbers : tuple of int
        Line of the file where each row starts, 1 for the first line of the file.
    faults : tuple of Fault
        What kept the file, or some of its rows, from being read.
    header_row : int
        Line of the file where the header stands.
    title_rows : int
        Lines above it, where a reader looked for them.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    faults: tuple[Fault, ...] = ()
    header_row: int = 1
    title_rows: int = 0

    def column(self, name: str) -> tuple[str, ...]:
        """Give the cells of one column; KeyError when the header lacks it."""
        if name not in self.header:
            raise KeyError(name)
        place = self.header.index(name)
        return tuple(row[place] for row in self.rows)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give each row as its number and a mapping of column name to cell."""
        for number, row in zip(self.numbers, self.rows, strict=True):
            yield number, dict(zip(self.header, row, strict=True))


def read_table(content: bytes, filename: str, known: Collection[str] = ()) -> Table:
    """Read a CSV file, the first sheet of a workbook or the largest table of a web page.

    Parameters
    ----------
    content : bytes
        The file: CSV in UTF-8 or UTF-16 with comma, semicolon or tab; XLSX, XLSM, XLS or ODS;
        HTML, which much software saves under the name of a workbook.
    filename : str
        Its name, whose ending tells a workbook that does not look like one.
    known : collection of str
        Names of columns in lower case: rows above the first that holds two of them are a title
        and are left out. Without names, the first row with text is the header.

    Returns
    -------
    Table
        Cells in Unicode NFC without surrounding blanks; blank lines are left out but counted.
        Dates of a workbook are ISO text, numbers carry no needless decimals. A file that cannot
        be read, or has more than 1,048,576 rows or 500 columns, gives a table without rows and
        with faults; a row with surplus cells is left out and named among the faults.
    """
    try:
        is_header = knows(known)
        rows = within_limits(numbered_rows(content, filename, is_header))
        return assembled(without_title(rows, is_header))
    except UnreadableFileError as error:
        return Table((), (), (), (Fault(error.row, "", "", error.code),))


def numbered_rows(
    content: bytes,
    filename: str,
    is_header: HeaderTest,
    recognised: Recognised | None = None,
) -> Iterator[NumberedRow]:
    """Tell workbook, web page and text apart by what they hold, and give the rows numbered."""
    if content.startswith(WORKBOOK_STARTS):
        return workbook_rows(content)
    start = content.lstrip(b"\xef\xbb\xbf\r\n\t ")[:20]
    if start.startswith(OTHER_STARTS) or start.lower().startswith(XML_START):
        raise UnreadableFileError("wrong_kind")
    if is_markup(content) or (unicode_encoding(content) != "utf-8-sig" and markup_in(content)):
        return markup_table(content)
    if filename.lower().endswith(WORKBOOK_NAMES):
        return workbook_rows(content)
    return text_rows(text_stream(content, recognised), is_header)


def markup_in(content: bytes) -> bool:
    """Tell whether a text in UTF-16 is a web page."""
    return is_markup(decoded(content[:1024]).encode())


def markup_table(content: bytes) -> Iterator[NumberedRow]:
    """Give each row of a web page's largest table."""
    charset = named_charset(content)
    if charset in ("windows-1258", "cp1258"):
        text = unicodedata.normalize("NFC", content.decode("cp1258", "replace"))
    else:
        text = decoded(content)
    for number, row in enumerate(markup_rows(text), start=1):
        yield number, tuple(" ".join(tidy(cell).split()) for cell in row)


def csv_rows(text: str, known: Collection[str] = ()) -> Iterator[NumberedRow]:
    """Give each record of a CSV text; the header is the first line with two known names."""
    return text_rows(io.StringIO(text, newline=""), knows(known))


def text_rows(text: TextIO, is_header: HeaderTest) -> Iterator[NumberedRow]:
    """Give each record of a CSV text with the line it starts on."""
    start = 1
    try:
        mark = delimiter(from_header(text.read(HEAD), is_header))
        text.seek(0)
        reader = csv.reader(text, delimiter=mark, strict=True)
        for cells in reader:
            yield start, tuple(map(tidy, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFileError("broken_csv", start) from error


def from_header(text: str, is_header: HeaderTest) -> str:
    """Cut off what stands above the header; above the first line with text if none is found."""
    lines = [*islice(FILLED_LINE.finditer(text), MOST_TITLE_ROWS)]
    for line in lines:
        if is_header(re.split(r"[,;\t]", line[0].replace('"', ""))):
            return text[line.start() :]
    return text[lines[0].start() :] if lines else ""


def knows(known: Collection[str]) -> HeaderTest:
    """Make the test that a row names at least two of the columns that are known."""

    def is_header(cells: Iterable[str]) -> bool:
        names = {cell.strip().casefold() for cell in cells}
        return len(names.intersection(known)) >= HEADER_NAMES

    return is_header


def without_title(rows: Iterator[NumberedRow], is_header: HeaderTest) -> Iterator[NumberedRow]:
    """Leave out the rows above the header, if a header is found."""
    above = [*islice(rows, MOST_TITLE_ROWS)]
    for place, (_, cells) in enumerate(above):
        if is_header(cells):
            return chain(above[place:], rows)
    return chain(above, rows)


def delimiter(text: str) -> str:
    """Choose the delimiter that splits the header into most cells; a comma if none does."""
    header = io.StringIO(text, newline="")

    def cells(mark: str) -> int:
        header.seek(0)
        return len(next(csv.reader(header, delimiter=mark), []))

    return max(DELIMITERS, key=cells)


def within_limits(rows: Iterable[NumberedRow]) -> Iterator[NumberedRow]:
    """Stop at the first row beyond what a table may hold; equal cells become one text."""
    sharing = Sharing()
    for number, cells in rows:
        if number > MOST_ROWS or (len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:])):
            raise UnreadableFileError("too_large", number)
        yield number, sharing.row(cells)


def workbook_rows(content: bytes) -> Iterator[NumberedRow]:
    """Give each row of the first sheet with its number in the sheet."""
    for number, row in enumerate(sheet_cells(content), start=1):
        yield number, tuple(tidy(cell_text(cell)) for cell in row)


def cell_text(cell: object) -> str:
    """Write a workbook's cell the way a person would have typed it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        whole = int(cell) if cell.is_integer() and abs(cell) < EXACT else None
        return str(whole) if whole is not None else f"{Decimal(repr(cell)).normalize():f}"
    if isinstance(cell, datetime):
        return (
            cell.date().isoformat() if cell.time() == time.min else cell.isoformat(" ", "seconds")
        )
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def tidy(cell: str) -> str:
    """Strip blanks and compose accents, so that equal texts are equal."""
    cell = cell.strip()
    if cell.isascii() or unicodedata.is_normalized("NFC", cell):
        return cell
    return unicodedata.normalize("NFC", cell)


def assembled(rows: Iterable[NumberedRow]) -> Table:
    """Take the first row with text as header and check every other row against it."""
    filled = (row for row in rows if any(row[1]))
    first = next(filled, None)
    if first is None:
        return Table((), (), (), (Fault(None, "", "", "empty_table"),))
    header_row, header = first[0], trimmed(first[1])
    faults = doubled_names(header_row, header)
    numbers, kept = [], []
    for number, cells in filled:
        surplus = [cell for cell in cells[len(header) :] if cell]
        if surplus:
            params = {"found": len(trimmed(cells)), "expected": len(header)}
            faults.append(Fault(number, "", surplus[0], "extra_cells", params))
            continue
        numbers.append(number)
        kept.append((cells + ("",) * (len(header) - len(cells)))[: len(header)])
    return Table(header, tuple(kept), tuple(numbers), tuple(faults), header_row)


def trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Drop empty cells at the end."""
    filled = [place for place, cell in enumerate(cells) if cell]
    return cells[: filled[-1] + 1] if filled else ()


def doubled_names(row: int, header: tuple[str, ...]) -> list[Fault]:
    """Name every column name that is used again; unnamed columns are nobody's."""
    return [
        Fault(row, name, name, "duplicate_column")
        for place, name in enumerate(header)
        if name and name in header[:place]
    ]

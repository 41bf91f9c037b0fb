"""Tables of a web page, for one-stop software that saves one under the name of a workbook."""

import re
from html.parser import HTMLParser

from sampling.errors import UnreadableFileError

MARKUP_START = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|body|table|div|style)\b",
    re.IGNORECASE | re.DOTALL,
)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
PROBE = 4096
MOST_MARKUP = 1 << 26
MOST_SPAN = 500
MOST_CELLS = 5_000_000
SILENT = frozenset({"script", "style", "head", "title"})


def is_markup(content: bytes) -> bool:
    """Tell whether a file begins like a web page."""
    return MARKUP_START.match(content[:PROBE].removeprefix(b"\xef\xbb\xbf")) is not None


def named_charset(content: bytes) -> str:
    """Charset that the page names in its first lines, in small letters; "" if none."""
    match = CHARSET.search(content[:PROBE])
    return match[1].decode().lower() if match else ""


def markup_rows(text: str) -> list[list[str]]:
    """Give the rows of the table with most cells; spans leave empty cells behind.

    Raises
    ------
    UnreadableFileError
        With code "no_table" if the page has none, "too_large" beyond the limits.
    """
    if len(text) > MOST_MARKUP:
        raise UnreadableFileError("too_large")
    reader = TableReader()
    reader.feed(text)
    reader.close()
    reader.end_row()
    if not reader.tables:
        raise UnreadableFileError("no_table")
    return max(reader.tables, key=lambda rows: sum(map(len, rows)))


class TableReader(HTMLParser):
    """Collects tables; what stands in a table within a table counts for the inner one.

    References to outside things are text to it: nothing is ever loaded.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.open_tables: list[list[list[str]]] = []
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        # Columns that cells of rows above still cover, and how many rows more.
        self.covered: dict[int, int] = {}
        self.spans = (1, 1)
        self.silent = 0
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell; HTML lets the end of the one before be left out."""
        if tag in SILENT:
            self.silent += 1
        elif tag == "table":
            self.end_row()
            self.open_tables.append([])
            self.tables.append(self.open_tables[-1])
            self.covered = {}
        elif tag == "tr":
            self.end_row()
            self.row = []
        elif tag in ("td", "th"):
            self.end_cell()
            named = dict(attrs)
            self.spans = span(named.get("colspan")), span(named.get("rowspan"))
            self.row = [] if self.row is None else self.row
            self.cell = []
        elif tag in ("br", "p", "div") and self.cell:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, row or table."""
        if tag in SILENT:
            self.silent = max(self.silent - 1, 0)
        elif tag in ("td", "th"):
            self.end_cell()
        elif tag in ("tr", "table"):
            self.end_row()
            if tag == "table" and self.open_tables:
                self.open_tables.pop()

    def handle_data(self, data: str) -> None:
        """Keep text that stands in a cell."""
        if self.cell is not None and not self.silent:
            self.cell.append(data)

    def end_cell(self) -> None:
        """Put the cell into its row, past columns that a cell above covers."""
        if self.cell is None or self.row is None:
            return
        self.skip_covered()
        wide, high = self.spans
        if high > 1:
            self.covered |= dict.fromkeys(range(len(self.row), len(self.row) + wide), high)
        self.row += ["".join(self.cell), *[""] * (wide - 1)]
        self.cells += wide
        if self.cells > MOST_CELLS:
            raise UnreadableFileError("too_large")
        self.cell = None

    def skip_covered(self) -> None:
        """Leave columns empty that a cell further up reaches down to."""
        row = self.row
        while row is not None and self.covered.get(len(row), 0) > 0:
            row.append("")
            self.cells += 1

    def end_row(self) -> None:
        """Put the row into its table."""
        self.end_cell()
        if self.row is not None and self.open_tables:
            self.open_tables[-1].append(self.row)
            self.covered = {at: left - 1 for at, left in self.covered.items() if left > 1}
        self.row = self.cell = None


def span(value: str | None) -> int:
    """Columns or rows that a cell covers."""
    return min(int(value), MOST_SPAN) if value and value.isdecimal() and int(value) > 0 else 1

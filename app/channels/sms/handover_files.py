"""The files of a hand-over: messages out, deliveries back in."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from app.channels.sms.errors import Fault
from app.channels.sms.provider import StatusEvent
from app.channels.sms.states import RANK, State

HEADINGS = ("request_id", "recipient", "message", "link")
ID, STATE, CODE = "request_id", "status", "code"
IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST_ROWS, LARGEST_UNPACKED, MOST_FAULTS = 200_000, 256 * 1024 * 1024, 1000
# What spreadsheets take for the start of a formula, full-width forms included.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
OPTIONS = {
    "in_memory": True,
    "constant_memory": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WORDS = {
    State.QUEUED: ("queued", "cho gui", "chua gui"),
    State.SENDING: ("sending", "dang gui"),
    State.SENT: ("sent", "da gui"),
    State.FAILED: ("failed", "undelivered", "that bai", "khong gui duoc", "khong nhan duoc", "loi"),
    State.DELIVERED: ("delivered", "seen", "da nhan", "da xem", "thanh cong", "da gui thanh cong"),
}
STATES = {word: state for state, words in WORDS.items() for word in words}
NAMES = {
    **dict.fromkeys(("request_id", "ma tin nhan", "ma tin"), ID),
    **dict.fromkeys(("status", "trang thai", "ket qua"), STATE),
    **dict.fromkeys(("code", "ma loi", "error code"), CODE),
}


@dataclass(frozen=True)
class Row:
    """One message to hand over.

    Attributes
    ----------
    request_id : str
        Comes back with the delivery.
    recipient : str
        Phone as written here (0901234567), or the dossier code where phones stay with the centre.
    message : str
        The whole text, link included.
    link : str
        The link alone, for senders that put it behind a button.
    """

    request_id: str
    recipient: str = field(repr=False)
    message: str = field(repr=False)
    link: str = field(repr=False)

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row as it is written."""
        return self.request_id, self.recipient, self.message, self.link


@dataclass(frozen=True)
class Deliveries:
    """What a delivery file tells; of use only where no fault is found."""

    events: tuple[StatusEvent, ...]
    faults: tuple[Fault, ...]


def as_csv(rows: Iterable[Row]) -> bytes:
    """Write messages as CSV (UTF-8 with its mark, as spreadsheets want it)."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    writer.writerows([_harmless(cell) for cell in row.cells] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def as_workbook(rows: Iterable[Row]) -> bytes:
    """Write messages as XLSX; every cell is text."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, OPTIONS) as book:
        sheet = book.add_worksheet("tin nhan")
        text = book.add_format({"num_format": "@"})
        bold = book.add_format({"bold": True})
        sheet.set_column(0, 1, 26, text)
        sheet.set_column(2, 3, 60, text)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row.cells):
                sheet.write_string(line, column, cell, text)
    return written.getvalue()


def read_deliveries(content: bytes, known: Collection[str]) -> Deliveries:
    """Read a delivery file, XLSX or CSV.

    Parameters
    ----------
    content : bytes
    known : collection of str
        Request ids that went out.

    Returns
    -------
    Deliveries
        One event for each message named; every fault by row and column. A message that stands
        there several times, such as once for each step of its way, has the state they join to.
    """
    table = _table(content)
    if table is None:
        return Deliveries((), (Fault("", "unreadable_file"),))
    if len(table) > MOST_ROWS + 1:
        return Deliveries((), (Fault("", "too_many_rows", {"limit": str(MOST_ROWS)}),))
    columns = {NAMES.get(_bare(cell), ""): at for at, cell in reversed([*enumerate(table[0])])}
    missing = [name for name in (ID, STATE) if name not in columns]
    if missing:
        return Deliveries((), tuple(Fault(name, "missing_column") for name in missing))
    return _read(table[1:], columns, known)


def _read(
    rows: Sequence[Sequence[str]], columns: dict[str, int], known: Collection[str]
) -> Deliveries:
    ids, faults = frozenset(known), []
    events: dict[str, StatusEvent] = {}
    for line, row in enumerate(rows, 2):
        cells = {name: row[at].strip() for name, at in columns.items() if name and at < len(row)}
        if not any(cells.values()):
            continue
        name, word = cells.get(ID, ""), cells.get(STATE, "")
        state = STATES.get(_bare(word))
        wrong = _wrong(name, word, state, ids)
        if wrong is not None:
            column, code, details = wrong
            faults.append(Fault(f"{line}, {column}", code, details))
            if len(faults) == MOST_FAULTS:
                break
        elif state is not None and (name not in events or RANK[state] > RANK[events[name].state]):
            code = cells.get(CODE, "")[:32]
            events[name] = StatusEvent(name, state, code, request_id=name)
    return Deliveries(tuple(events.values()), tuple(faults))


def _wrong(
    name: str, word: str, state: State | None, ids: frozenset[str]
) -> tuple[str, str, dict[str, str]] | None:
    """Say what is wrong with a row, repeating none of its cells: one may hold a phone."""
    if not name:
        return ID, "empty_cell", {}
    if not IDENTITY.fullmatch(name):
        return ID, "not_a_request", {}
    if name not in ids:
        return ID, "unknown_request", {}
    if not word:
        return STATE, "empty_cell", {}
    if state is None:
        return STATE, "unknown_state", {"allowed": ", ".join(words[0] for words in WORDS.values())}
    return None


def _table(content: bytes) -> list[list[str]] | None:
    """Return the cells of the first sheet as text; None if the file cannot be read."""
    if not content.startswith(b"PK"):
        try:
            text = content.decode("utf-8-sig")
            first = text.partition("\n")[0]
            mark = ";" if first.count(";") > first.count(",") else ","
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
        except (UnicodeDecodeError, csv.Error):
            return None
        return [[_unmarked(cell) for cell in row] for row in rows] or None
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                return None
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (BadZipFile, CalamineError, IndexError, ValueError, OSError):
        return None
    return [[_text(cell) for cell in row] for row in sheet] or None


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _bare(text: str) -> str:
    """Fold letters and take their marks off: people write statuses as they like."""
    letters = unicodedata.normalize("NFD", text.strip().casefold().replace("đ", "d"))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _unmarked(cell: str) -> str:
    """Take off what `_harmless` put before a cell."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell

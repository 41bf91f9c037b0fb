"""The frame: the list of dossiers that a sample is drawn from."""

import csv
import hashlib
import io
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampling.dossier import VOCABULARIES, Dossier
from sampling.errors import Fault, UnreadableValueError, in_file_order
from sampling.tabular import Table, doubled_names, read_date

COLUMNS = (
    *("code", "unit", "field", "procedure", "respondent_kind", "channel", "status"),
    *("received", "due", "finished", "receiving_unit", "resolving_unit"),
    *("phone", "name", "language"),
)
REQUIRED = ("code", "unit", "received")
MOMENTS = ("received", "due", "finished")
HASHED = ("code", "unit", "field")


@dataclass(frozen=True)
class FrameReading:
    """What came of reading a frame.

    Attributes
    ----------
    dossiers : tuple of Dossier
        The rows without a fault, in the order of the file.
    faults : tuple of Fault
        Everything to mend, in the order of the file.
    ignored_columns : tuple of str
        Columns that the frame format does not know; they do no harm.
    """

    dossiers: tuple[Dossier, ...]
    faults: tuple[Fault, ...]
    ignored_columns: tuple[str, ...] = ()


def read_frame(table: Table, known_units: Collection[str] | None = None) -> FrameReading:
    """Read a dossier list and list every fault it has.

    Parameters
    ----------
    table : Table
        The list as ``read_table(…, known=COLUMNS)`` gives it; names of columns in any case.
    known_units : collection of str, optional
        Codes that the column `unit` may hold; None leaves units unchecked.

    Returns
    -------
    FrameReading
        Only code, unit and received are needed; an empty cell elsewhere is no fault.
    """
    names = tuple(name.casefold() for name in table.header)
    faults = [*table.faults]
    if names and not {*names} & {*COLUMNS}:
        needed = {"needed": ", ".join(REQUIRED)}
        return FrameReading((), (Fault(table.header_row, "", names[0], "no_header", needed),))
    if names != table.header:
        faults += [fault for fault in doubled_names(table.header_row, names) if fault not in faults]
    faults += [
        Fault(table.header_row, name, "", "missing_column")
        for name in REQUIRED
        if table.header and name not in names
    ]
    if faults and not {*REQUIRED} <= {*names}:
        return FrameReading((), tuple(faults))
    if not table.rows and not faults:
        faults.append(Fault(None, "", "", "no_rows"))
    ignored = tuple(name for name in table.header if name.casefold() not in COLUMNS)
    seen = SeenCodes()
    dossiers = []
    for row, cells in zip(table.numbers, table.rows, strict=True):
        reading = RowReading(row, dict(zip(names, cells, strict=True)))
        dossier = reading.dossier(known_units, seen)
        faults += reading.faults
        if dossier and not reading.faults:
            dossiers.append(dossier)
    return FrameReading(tuple(dossiers), in_file_order(faults), ignored)


@dataclass
class SeenCodes:
    """Dossier codes met so far and the rows they first stood in."""

    first: dict[str, int] = field(default_factory=dict)

    def earlier(self, code: str, row: int) -> int | None:
        """Row of the same code further up, or None after noting this one."""
        first = self.first.setdefault(code, row)
        return None if first == row else first


@dataclass
class RowReading:
    """One row on its way to a dossier."""

    row: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def dossier(self, known_units: Collection[str] | None, seen: SeenCodes) -> Dossier | None:
        """Check every cell; the dossier, or None where the row cannot be one."""
        for name in REQUIRED:
            if not self.cells[name]:
                self.blame(name, "missing_value")
        code, unit = self.cells["code"], self.cells["unit"]
        earlier = seen.earlier(code, self.row) if code else None
        if earlier is not None:
            self.blame("code", "duplicate_code", first=earlier)
        if unit and known_units is not None and unit not in known_units:
            self.blame("unit", "unknown_unit")
        moments = {name: self.moment(name) for name in MOMENTS}
        self.check_order(moments)
        words = {name: self.word(name) for name in VOCABULARIES}
        received = moments.pop("received")
        if received is None:
            return None
        free = {
            name: self.cells.get(name, "")
            for name in COLUMNS
            if name not in MOMENTS and name not in VOCABULARIES
        }
        values: dict[str, Any] = {**free, **moments, **words}
        return Dossier(received=received, **values)

    def blame(self, column: str, code: str, **params: Any) -> None:
        """Add a fault of this row."""
        self.faults.append(Fault(self.row, column, self.cells.get(column, ""), code, params))

    def moment(self, column: str) -> datetime | None:
        """Read a date, None when there is none or it cannot be read."""
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            return read_date(text)
        except UnreadableValueError as error:
            self.blame(column, error.code)
            return None

    def check_order(self, moments: Mapping[str, datetime | None]) -> None:
        """Nothing is due or finished before it was received."""
        received = moments["received"]
        for column in ("due", "finished"):
            moment = moments[column]
            if received and moment and earlier(moment, received):
                self.blame(column, "before_received", received=self.cells["received"])

    def word(self, column: str) -> str:
        """Code of a word from the column's closed list."""
        text = self.cells.get(column, "")
        if not text:
            return ""
        vocabulary = VOCABULARIES[column]
        code = vocabulary.get(" ".join(text.casefold().split()))
        if code is None:
            self.blame(
                column, "unknown_word", allowed=", ".join(dict.fromkeys(vocabulary.values()))
            )
        return code or ""


def earlier(moment: datetime, other: datetime) -> bool:
    """Tell whether a moment precedes another; a day without a time may hold either order."""
    if time.min in (moment.time(), other.time()):
        return moment.date() < other.date()
    return moment < other


def canonical_frame(dossiers: Iterable[Dossier]) -> bytes:
    """Write code, unit and field as the one CSV that stands for the frame.

    Returns
    -------
    bytes
        UTF-8 in NFC, a header, rows sorted by code (by code point), LF, quotes only where needed.
    """
    rows = sorted(
        tuple(unicodedata.normalize("NFC", getattr(dossier, name)) for name in HASHED)
        for dossier in dossiers
    )
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HASHED, *rows])
    return text.getvalue().encode()


def frame_hash(dossiers: Iterable[Dossier]) -> str:
    """SHA-256 of `canonical_frame`, as 64 hexadecimal digits: the same for any order of rows."""
    return hashlib.sha256(canonical_frame(dossiers)).hexdigest()


def strata(dossiers: Sequence[Dossier], by: Sequence[str]) -> NDArray[np.str_]:
    """Name each dossier's stratum.

    Parameters
    ----------
    dossiers : sequence of Dossier
        The frame.
    by : sequence of str
        Attributes of a dossier whose combination is the stratum; none puts all into stratum "".

    Returns
    -------
    ndarray of str, shape (n,)
        Values joined by "|"; a bar or backslash inside a value is escaped by a backslash.
    """
    return np.array(["|".join(escaped(dossier, name) for name in by) for dossier in dossiers], "U")


def escaped(dossier: Dossier, name: str) -> str:
    """One part of a stratum's name, unambiguous when joined."""
    return str(getattr(dossier, name)).replace("\\", "\\\\").replace("|", "\\|")

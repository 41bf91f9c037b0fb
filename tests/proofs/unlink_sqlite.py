"""Files of SQLite read without SQLite: where rows lie, and what each commit of the log wrote.

The format is that of https://sqlite.org/fileformat2.html.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proofs.unlink_evidence import Commit, Place

TABLE_INNER, TABLE_LEAF, INDEX_INNER, INDEX_LEAF = 5, 13, 2, 10
FRAME_HEADER, WAL_HEADER, FILE_HEADER = 24, 32, 100
INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


@dataclass(frozen=True)
class Cell:
    """One entry of a page of a tree."""

    offset: int
    rowid: int
    child: int
    payload: bytes


def varint(content: bytes, at: int) -> tuple[int, int]:
    """Read a number of variable length; the number and where it ends."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | content[place] & 0x7F
        if content[place] < 0x80:
            return value, place + 1
    return value << 8 | content[at + 8], at + 9


def cells(page: bytes, first: bool = False) -> Iterator[Cell]:
    """Give the entries of a page; payloads end where the page does."""
    head = FILE_HEADER if first else 0
    kind = page[head]
    if kind not in {TABLE_INNER, TABLE_LEAF, INDEX_INNER, INDEX_LEAF}:
        return
    inner = kind in {TABLE_INNER, INDEX_INNER}
    start = head + (12 if inner else 8)
    for number in range(int.from_bytes(page[head + 3 : head + 5], "big")):
        offset = int.from_bytes(page[start + 2 * number : start + 2 * number + 2], "big")
        child = int.from_bytes(page[offset : offset + 4], "big") if inner else 0
        at, rowid = offset + (4 if inner else 0), 0
        if kind != TABLE_INNER:
            size, at = varint(page, at)
        if kind in {TABLE_LEAF, TABLE_INNER}:
            rowid, at = varint(page, at)
        payload = b"" if kind == TABLE_INNER else page[at : at + size]
        yield Cell(offset, rowid, child, payload)


def record(payload: bytes) -> list[Any]:
    """Read the values of a row as far as they lie in its page."""
    end, at = varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = varint(payload, at)
        kinds.append(kind)
    values: list[Any] = []
    for kind in kinds:
        if kind >= 12:
            size = (kind - 12) // 2
            found: Any = payload[at : at + size]
            values.append(found.decode("utf-8", "replace") if kind % 2 else found)
        else:
            size = INTEGERS.get(kind, 8 if kind == 7 else 0)
            whole = int.from_bytes(payload[at : at + size], "big", signed=True)
            values.append(None if kind == 0 else kind - 8 if kind in {8, 9} else whole)
        at += size
    return values


def key_of(cell: Cell, rowid: bool) -> Any:
    """Tell the primary key of a row."""
    return cell.rowid if rowid else record(cell.payload)[0]


@dataclass(frozen=True)
class File:
    """A database file."""

    content: bytes

    @property
    def size(self) -> int:
        """Bytes of a page."""
        size = int.from_bytes(self.content[16:18], "big")
        return 65536 if size == 1 else size

    def page(self, number: int) -> bytes:
        """Give a page; the first is number 1."""
        return self.content[(number - 1) * self.size : number * self.size]

    def tree(self, root: int) -> list[int]:
        """List the pages of a tree."""
        found, waiting = [], [root]
        while waiting:
            number = waiting.pop()
            found.append(number)
            page = self.page(number)
            head = FILE_HEADER if number == 1 else 0
            if page[head] in {TABLE_INNER, INDEX_INNER}:
                waiting.append(int.from_bytes(page[head + 8 : head + 12], "big"))
                waiting += [cell.child for cell in cells(page, number == 1)]
        return found

    def places(self, root: int, rowid: bool) -> dict[Any, Place]:
        """Tell where each row of a tree lies; what was written first lies last in a page."""
        found = {}
        for number in self.tree(root):
            page = self.page(number)
            if page[0] != TABLE_INNER:
                for cell in cells(page, number == 1):
                    found[key_of(cell, rowid)] = Place(0, number, -cell.offset)
        return found


@dataclass
class Journal:
    """The write-ahead log, read on as it grows: page numbers and pages of each commit."""

    path: Path
    commits: list[list[tuple[int, bytes]]] = field(default_factory=list)
    salts: bytes = b""
    done: int = WAL_HEADER

    def read_on(self) -> None:
        """Take in what was committed since the last time."""
        log = self.path.read_bytes() if self.path.exists() else b""
        if len(log) < WAL_HEADER:
            return
        if log[16:24] != self.salts:
            self.salts, self.done = log[16:24], WAL_HEADER
        frame = FRAME_HEADER + int.from_bytes(log[8:12], "big")
        pages: list[tuple[int, bytes]] = []
        for start in range(self.done, len(log) - frame + 1, frame):
            header = log[start : start + FRAME_HEADER]
            if header[8:16] != self.salts:
                return
            number = int.from_bytes(header[:4], "big")
            pages.append((number, log[start + FRAME_HEADER : start + frame]))
            if int.from_bytes(header[4:8], "big"):
                self.commits.append(pages)
                self.done, pages = start + frame, []


def replayed(
    commits: Sequence[Sequence[tuple[int, bytes]]],
    ballots: set[int],
    answers: set[int],
    keys: Collection[Any],
    spent_column: int,
) -> list[Commit]:
    """Tell which ballots each commit spent and which answers it wrote, by the pages' places.

    Parameters
    ----------
    ballots, answers : set of int
        Pages of the two tables.
    keys : collection
        The answers there are in the end: a page of theirs held other rows before, perhaps.
    spent_column : int
        Which column of a ballot says that it is spent.
    """
    found, spent, known = [], set[int](), set[Any]()
    for pages in commits:
        new_spent: list[tuple[int, int]] = []
        new_answers: list[tuple[int, int, str]] = []
        for number, page in pages:
            if number in ballots and page[0] == TABLE_LEAF:
                for cell in cells(page):
                    if record(cell.payload)[spent_column] and cell.rowid not in spent:
                        spent.add(cell.rowid)
                        new_spent.append((-cell.offset, cell.rowid))
            elif number in answers and page[0] != TABLE_INNER:
                for cell in cells(page):
                    key = key_of(cell, rowid=page[0] == TABLE_LEAF)
                    if key in keys and key not in known:
                        known.add(key)
                        new_answers.append((number, -cell.offset, str(key)))
        if new_spent or new_answers:
            found.append(
                Commit(
                    tuple(ballot for _, ballot in sorted(new_spent)),
                    tuple(key for *_, key in sorted(new_answers)),
                )
            )
    return found

"""Files of PostgreSQL read beside the server: its log of writes, and rows that are deleted."""

import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from tests.proofs.unlink_evidence import Commit, Dead, Place

PAGE, HEADER, POINTER = 8192, 24, 4
SEGMENT, WAL_FILE_HEADER, WAL_PAGE_HEADER, RECORD_HEADER = 16 << 20, 40, 24, 24
HEAP, READ_AT_ONCE = 10, 1 << 20
READ = text("SELECT pg_read_binary_file(:file, :start, :size)")
# Where an insertion, an update and an update within the page say the place of the new row.
OFFSETS = {0x00: 0, 0x20: 12, 0x40: 12}
SHORT_DATA, LONG_DATA, OTHER_PARTS = 255, 254, {253: 3, 252: 5}
HAS_IMAGE, SAME_FILE = 0x10, 0x80
NAME = re.compile(rb"[0-9a-f]{32}")
LARGE_TABLES = ("box", "answer", "comment", "receipt", "ballot")


def place(ctid: str, transaction: int) -> Place:
    """Read where a row lies, as the server tells it."""
    page, slot = ctid.strip("()").split(",")
    return Place(transaction, int(page), int(slot))


def filenode(connection: Connection, table: str) -> int:
    """Tell the number of a table's file."""
    found = connection.scalar(text("SELECT pg_relation_filenode(:table)"), {"table": table})
    return int(found or 0)


def journal(
    connection: Connection, content: bytes, places: Mapping[str, Mapping[Any, Place]]
) -> list[Commit]:
    """Read who was spent and what was answered in the order of the log, by transaction.

    Parameters
    ----------
    content : bytes
        The log, as `Log` keeps it.
    places : mapping of table to mapping of key to Place
        Where the rows of ballots and answers lie in the end.
    """
    at = {
        (filenode(connection, table), found.page, found.slot): (table, key)
        for table, rows in places.items()
        for key, found in rows.items()
    }
    written: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for entry in records(content):
        row = at.get((entry.file, entry.page, entry.slot))
        if row is not None:
            written[entry.transaction][row[0]].append(row[1])
    ballots, answers = places
    return [Commit(tuple(rows[ballots]), tuple(rows[answers])) for rows in written.values()]


@dataclass
class Log:
    """The log of writes without the heads of its pages, read on as it grows."""

    done: int = 0
    parts: list[bytes] = field(default_factory=list)

    def begin(self, connection: Connection) -> None:
        """Keep what is written from now on; the server must not delete what we did not read."""
        connection.execute(text("ALTER SYSTEM SET wal_keep_size = '128MB'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CHECKPOINT"))
        self.done = number(str(connection.scalar(text("SELECT pg_current_wal_insert_lsn()"))))

    def read_on(self, connection: Connection) -> None:
        """Take in what came to the disk since the last time."""
        last = number(str(connection.scalar(text("SELECT pg_current_wal_flush_lsn()"))))
        while self.done < last:
            page = self.done - self.done % PAGE
            end = min(last, page + READ_AT_ONCE, page - page % SEGMENT + SEGMENT)
            content = bytes(connection.scalar(READ, self.where(page, end - page)) or b"")
            self.parts += list(bodies(content, page, self.done))
            self.done = end

    def end(self, connection: Connection) -> bytes:
        """Stop keeping the log, and give it."""
        self.read_on(connection)
        connection.execute(text("ALTER SYSTEM RESET wal_keep_size"))
        connection.execute(text("SELECT pg_reload_conf()"))
        return b"".join(self.parts)

    @staticmethod
    def where(place: int, size: int) -> dict[str, Any]:
        """Name file and part of it that a position lies in."""
        high, low = divmod(place // SEGMENT, (1 << 32) // SEGMENT)
        name = f"pg_wal/{1:08X}{high:08X}{low:08X}"
        return {"file": name, "start": place % SEGMENT, "size": size}


def bodies(content: bytes, first: int, begin: int) -> Iterator[bytes]:
    """Cut the heads of pages off, and what lies before a position."""
    for at in range(0, len(content), PAGE):
        head = WAL_PAGE_HEADER if (first + at) % SEGMENT else WAL_FILE_HEADER
        yield content[at + max(head, begin - first - at) : at + PAGE]


def number(position: str) -> int:
    """Read a position."""
    high, low = position.split("/")
    return int(high, 16) << 32 | int(low, 16)


@dataclass(frozen=True)
class Entry:
    """That a transaction wrote a row."""

    transaction: int
    file: int
    page: int
    slot: int


def records(content: bytes) -> Iterator[Entry]:
    """Give the rows that were inserted or updated (src/include/access/xlogrecord.h)."""
    at = 0
    while at + RECORD_HEADER <= len(content):
        size, transaction = struct.unpack_from("<II", content, at)
        if size < RECORD_HEADER:
            return
        act, manager = content[at + 16] & 0x70, content[at + 17]
        if manager == HEAP and act in OFFSETS:
            record = content[at + RECORD_HEADER : at + size]
            file, page, main = parts_of(record)
            yield Entry(
                transaction, file, page, struct.unpack_from("<H", record, main + OFFSETS[act])[0]
            )
        at += size + -size % 8


def parts_of(record: bytes) -> tuple[int, int, int]:
    """Find file and page of a record's first block, and where its own data begin."""
    at, file, page, main, first = 0, 0, 0, 0, True
    while True:
        kind = record[at]
        if kind == SHORT_DATA:
            main = record[at + 1]
            break
        if kind == LONG_DATA:
            main = int(struct.unpack_from("<I", record, at + 1)[0])
            break
        if kind in OTHER_PARTS:
            at += OTHER_PARTS[kind]
            continue
        flags = record[at + 1]
        at += 4
        if flags & HAS_IMAGE:
            information = record[at + 4]
            compressed = information & 0x1C and information & 0x01
            at += 7 if compressed else 5
        if not flags & SAME_FILE:
            if first:
                file = int(struct.unpack_from("<I", record, at + 8)[0])
            at += 12
        if first:
            page = int(struct.unpack_from("<I", record, at)[0])
        at, first = at + 4, False
    return file, page, len(record) - main


def file_of(connection: Connection, table: str) -> bytes:
    """Read the file of a table, deleted rows and all."""
    connection.execute(text("CHECKPOINT"))
    query = text("SELECT pg_read_binary_file(pg_relation_filepath(:table))")
    return bytes(connection.scalar(query, {"table": table}))


def files(connection: Connection) -> list[bytes]:
    """Read the files of all tables that matter, with what they keep beside them."""
    found = []
    for table in LARGE_TABLES:
        found.append(file_of(connection, table))
        query = text("SELECT reltoastrelid::regclass::text FROM pg_class WHERE relname = :table")
        beside = connection.scalar(query, {"table": table})
        if beside not in {None, "-"}:
            found.append(file_of(connection, beside))
    return found


def dead(connection: Connection, table: str) -> list[Dead]:
    """List the rows of a table that are deleted, with the command that did it."""
    content, found = file_of(connection, table), []
    for number in range(len(content) // PAGE):
        page = content[number * PAGE : (number + 1) * PAGE]
        lower = int.from_bytes(page[12:14], "little")
        for slot, at in enumerate(range(HEADER, lower, POINTER), start=1):
            pointer = int.from_bytes(page[at : at + POINTER], "little")
            offset, used, size = pointer & 0x7FFF, pointer >> 15 & 3, pointer >> 17
            if used != 1:
                continue
            row = page[offset : offset + size]
            written, deleted, command = (
                int.from_bytes(row[part : part + 4], "little") for part in (0, 4, 8)
            )
            name = NAME.search(row, row[22])
            if deleted and name:
                place_of = Place(written, number, slot)
                found.append(Dead(name.group().decode(), place_of, deleted, command))
    return found

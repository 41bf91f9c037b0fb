"""The archive: every row of every table, with counts and hashes that nothing can slip past.

``format.json`` comes first and says which tables to expect, then ``tables/NAME/000001.jsonl`` and
so on, at last ``manifest.json``. It holds no mixing key and not the installation's secret.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from sqlalchemy import Connection

from app.exact import canonical_hash
from app.queries.migrations import head
from app.services.moving import container, rows, tables
from app.services.moving.container import Source, Target
from app.services.moving.errors import DamagedError, OtherRevisionError

FORMAT, VERSION = "khaosat-data", 1
FIRST, LAST = "format.json", "manifest.json"
AT_ONCE = 1 << 20

Take = Callable[[str, bytes], None]


@dataclass(frozen=True)
class TableSum:
    """How many rows a table has, and the SHA-256 of its lines."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds; `digest` stands for all of it."""

    revision: str
    program: str
    tables: tuple[TableSum, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of all that is told here, and so of every row."""
        return canonical_hash(self._told())

    @property
    def rows(self) -> int:
        """Rows in all tables."""
        return sum(table.rows for table in self.tables)

    def rows_of(self, name: str) -> int:
        """Rows in one table."""
        return next(table.rows for table in self.tables if table.name == name)

    def as_dict(self) -> dict[str, Any]:
        """Give the manifest as it stands in the archive."""
        return {**self._told(), "digest": self.digest}

    def _told(self) -> dict[str, Any]:
        return {
            **beginning(self.revision, self.program),
            "tables": [vars(table) for table in self.tables],
        }


@dataclass
class Sum:
    """A table's count and hash in the making."""

    rows: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def add(self, content: bytes) -> None:
        """Take whole lines in."""
        self.rows += content.count(b"\n")
        self.hash.update(content)

    def named(self, name: str) -> TableSum:
        """Give the result."""
        return TableSum(name, self.rows, self.hash.hexdigest())


def beginning(revision: str, program: str) -> dict[str, Any]:
    """Give what the first file of an archive says."""
    return {"format": FORMAT, "version": VERSION, "revision": revision, "program": program}


def write(connection: Connection, target: Target) -> Manifest:
    """Write everything that a connection sees; it must see one moment."""
    revision, program = str(head()), version("khaosat")
    container.add(target, FIRST, rows.dumped(beginning(revision, program)) + b"\n")
    sums = []
    for table in tables.moved():
        total = Sum()
        for number, content in enumerate(_pieces(rows.lines(connection, table)), start=1):
            total.add(content)
            container.add(target, f"tables/{table.name}/{number:06d}.jsonl", content)
        sums.append(total.named(table.name))
    manifest = Manifest(revision, program, tuple(sums))
    container.add(target, LAST, rows.dumped(manifest.as_dict()) + b"\n")
    container.end(target)
    return manifest


def _pieces(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Put lines together to pieces of about a megabyte."""
    waiting, size = [], 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= AT_ONCE:
            yield b"".join(waiting)
            waiting, size = [], 0
    if waiting:
        yield b"".join(waiting)


def sums(connection: Connection) -> tuple[TableSum, ...]:
    """Count and hash what a database holds, as an archive of it would say."""
    found = []
    for table in tables.moved():
        total = Sum()
        for line in rows.lines(connection, table):
            total.add(line)
        found.append(total.named(table.name))
    return tuple(found)


def read(source: Source, take: Take = lambda *_: None) -> Manifest:
    """Read an archive to its end, giving each piece of each table away on the way.

    What was taken counts only when this returns: the hashes come last.

    Raises
    ------
    OtherRevisionError
        If other tables are in it than this program has.
    DamagedError
        If anything differs from what was written.
    """
    entries = container.entries(source)
    first = _begun(next(entries, ("", b"")))
    found = {table.name: Sum() for table in tables.moved()}
    expected = [(name, 1) for name in found]
    for name, content in entries:
        if name == LAST:
            manifest = _ended(first, found, content)
            break
        expected = _next(expected, name)
        table = expected[0][0]
        if not content.endswith(b"\n"):
            raise DamagedError(place=name)
        found[table].add(content)
        take(table, content)
        expected[0] = (table, expected[0][1] + 1)
    else:
        raise DamagedError(place=LAST)
    if next(entries, None) is not None:
        raise DamagedError(place="tar")
    return manifest


def _begun(entry: tuple[str, bytes]) -> tuple[str, str]:
    name, content = entry
    told = _json(content)
    if name != FIRST or told.get("format") != FORMAT or told.get("version") != VERSION:
        raise DamagedError(place=FIRST)
    revision, program = str(told.get("revision")), str(told.get("program"))
    if content != rows.dumped(beginning(revision, program)) + b"\n":
        raise DamagedError(place=FIRST)
    if revision != head():
        raise OtherRevisionError(archive=revision, program=head(), release=program)
    return revision, program


def _next(expected: list[tuple[str, int]], name: str) -> list[tuple[str, int]]:
    """Pass over tables without rows until the one that a piece belongs to."""
    for place, (table, number) in enumerate(expected):
        if name == f"tables/{table}/{number:06d}.jsonl":
            return expected[place:]
    raise DamagedError(place=name)


def _ended(first: tuple[str, str], found: dict[str, Sum], content: bytes) -> Manifest:
    made = Manifest(*first, tuple(total.named(name) for name, total in found.items()))
    told = _json(content).get("tables", ())
    if content == rows.dumped(made.as_dict()) + b"\n":
        return made
    own = [vars(table) for table in made.tables]
    wrong = [table["name"] for table, other in zip(own, told, strict=False) if table != other]
    raise DamagedError(place=wrong[0] if wrong else LAST)


def _json(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError as error:
        raise DamagedError(place="json") from error
    if not isinstance(told, dict):
        raise DamagedError(place="json")
    return told

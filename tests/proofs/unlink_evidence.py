"""What an insider can keep while a round is answered, and what is only known to us who score.

Everything in `Evidence` could be had by somebody with the whole database, its files and journal
at every moment, all logs, all backups with their passphrase, and the key folder after the mixing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

Ballot = int
Key = str


@dataclass(frozen=True)
class Tables:
    """Where a build keeps what people said."""

    answer: str = "answer"
    answer_key: str = "rid"
    comment: str = "comment"
    comment_key: str = "id"


@dataclass(frozen=True)
class Place:
    """Where a row lies: transaction that wrote it (0 on SQLite), page, place within the page."""

    transaction: int = 0
    page: int = 0
    slot: int = 0


@dataclass(frozen=True)
class BoxSeen:
    """A sealed box as it lay there."""

    cell: int
    key: int
    ciphertext: bytes
    place: Place


@dataclass(frozen=True)
class Moment:
    """What changed in the tables since the look before."""

    spent: Mapping[Ballot, Place]
    boxes: Mapping[Key, BoxSeen]
    gone: frozenset[Key]
    answers: frozenset[Key] = frozenset()
    comments: frozenset[Key] = frozenset()
    receipts: frozenset[Key] = frozenset()
    tallied: int = 0


@dataclass(frozen=True)
class Row:
    """A row at the end."""

    values: Mapping[str, Any]
    place: Place = Place()


@dataclass(frozen=True)
class Statement:
    """A statement of the database's log: its first words and the random numbers it names."""

    text: str
    names: tuple[Key, ...]


@dataclass(frozen=True)
class Commit:
    """What one entry of the journal wrote, each in the order of the journal."""

    ballots: tuple[Ballot, ...]
    answers: tuple[Key, ...]


@dataclass(frozen=True)
class Dead:
    """A deleted row that still lies in a file of PostgreSQL."""

    id: Key
    place: Place
    deleted_by: int
    command: int


@dataclass
class Evidence:
    """Everything an insider kept."""

    database: str
    k: int
    tables: Tables
    secret: str
    moments: list[Moment] = field(default_factory=list)
    ballots: dict[Ballot, Row] = field(default_factory=dict)
    answers: dict[Key, Row] = field(default_factory=dict)
    comments: dict[Key, Row] = field(default_factory=dict)
    receipts: dict[Key, Row] = field(default_factory=dict)
    cells: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    others: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    journal: list[Commit] = field(default_factory=list)
    dead: list[Dead] = field(default_factory=list)
    remnants: list[bytes] = field(default_factory=list)
    backups: list[Mapping[str, list[Mapping[str, Any]]]] = field(default_factory=list)
    logs: str = ""
    keys_after: list[bytes] = field(default_factory=list)
    keys_before: list[bytes] = field(default_factory=list)
    scratch: Path = Path()

    @property
    def boxes(self) -> dict[Key, BoxSeen]:
        """All boxes that were ever seen."""
        return {name: box for moment in self.moments for name, box in moment.boxes.items()}

    @property
    def spending(self) -> dict[Ballot, int]:
        """The order in which ballots were spent: as seen, at one moment as the journal has it."""
        logged = [ballot for commit in self.journal for ballot in commit.ballots]
        entry = {ballot: place for place, ballot in enumerate(logged)}
        order = [
            ballot
            for moment in self.moments
            for ballot in sorted(moment.spent, key=lambda ballot: entry.get(ballot, 0))
        ]
        return {ballot: place for place, ballot in enumerate(order)}

    def ancestors(self, cell: int | None) -> list[int]:
        """List a cell and those above it, from below."""
        found = []
        while cell is not None:
            found.append(cell)
            cell = self.cells[cell]["parent_id"]
        return found

    def leaf(self, ballot: Ballot) -> int:
        """Tell the cell that a ballot's box lay in."""
        return int(self.ballots[ballot].values["cell_id"])

    def cell_of(self, answer: Key) -> int:
        """Tell the cell that an answer names."""
        return int(self.answers[answer].values["cell_id"])

    def unit_of(self, cell: int) -> int | None:
        """Tell the unit of a cell."""
        found: int | None = self.cells[cell]["unit_id"]
        return found


@dataclass(frozen=True)
class Truth:
    """Who gave what: for each ballot the row of its answer, comment and receipt."""

    answer: Mapping[Ballot, Key]
    comment: Mapping[Ballot, Key]
    receipt: Mapping[Ballot, Key]

    def links(self, of: str, to: str) -> Mapping[Any, Any]:
        """Give the true pairs of one kind of row with another."""
        if to == "ballot":
            return {key: ballot for ballot, key in getattr(self, of).items()}
        target: Mapping[Ballot, Key] = getattr(self, to)
        if of == "ballot":
            return target
        source: Mapping[Ballot, Key] = getattr(self, of)
        return {key: target[ballot] for ballot, key in source.items() if ballot in target}


Guesses = Mapping[Any, Any]


def rows_by(
    rows: Sequence[Mapping[str, Any]], key: str, places: Mapping[Any, Place]
) -> dict[Any, Row]:
    """Give rows by their key, each with its place."""
    return {row[key]: Row(row, places.get(row[key], Place())) for row in rows}


def everything(connection: Connection, table: str) -> list[Mapping[str, Any]]:
    """Read a table whole."""
    found = connection.execute(text(f'SELECT * FROM "{table}"')).mappings()
    return [{name: read(value) for name, value in row.items()} for row in found]


def read(value: Any) -> Any:
    """Read a document that SQLite gives as text."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return bytes(value) if isinstance(value, memoryview) else value


def named(found: Mapping[Any, Any]) -> dict[str, Any]:
    """Give keys as text, whatever the database numbers rows by."""
    return {str(key): value for key, value in found.items()}


def flat(parameters: Any) -> Iterator[str]:
    """Give all texts among the parameters of a statement, in their order."""
    if isinstance(parameters, str):
        yield parameters
    elif isinstance(parameters, Mapping):
        yield from flat(list(parameters.values()))
    elif isinstance(parameters, list | tuple):
        for part in parameters:
            yield from flat(part)

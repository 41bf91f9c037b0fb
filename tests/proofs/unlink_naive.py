"""Builds as one must not make them; the attacks must succeed against each."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from app.database import writing
from app.extensions import db
from app.services import batch_writing, keys, mixing, sealing
from tests.proofs.unlink_builds import Direct
from tests.proofs.unlink_evidence import Key, Tables
from tests.proofs.unlink_world import K, Person

TABLES = """
CREATE TABLE naive_answer (
    id {number} PRIMARY KEY {counted}, round_id INTEGER NOT NULL, cell_id INTEGER NOT NULL,
    answers {document} NOT NULL);
CREATE TABLE naive_comment (
    id {number} PRIMARY KEY {counted}, round_id INTEGER NOT NULL, unit_id INTEGER,
    body TEXT NOT NULL)
"""
SQLITE = {"number": "INTEGER", "counted": "AUTOINCREMENT", "document": "JSON"}
POSTGRESQL = {
    "number": "BIGINT",
    "counted": "GENERATED ALWAYS AS IDENTITY",
    "document": "JSONB",
}
SPEND = "UPDATE ballot SET spent = true WHERE id = :ballot AND NOT spent"
ANSWER = """
INSERT INTO naive_answer (round_id, cell_id, answers)
SELECT round_id, cell_id, {answers} FROM ballot WHERE id = :ballot
"""
COMMENT = """
INSERT INTO naive_comment (round_id, unit_id, body)
SELECT b.round_id, c.unit_id, :body FROM ballot b JOIN cell c ON c.id = b.cell_id
WHERE b.id = :ballot
"""


WRITE, STORED = batch_writing.write, batch_writing._stored


@dataclass
class Naive:
    """Answers in clear, in tables of their own without times: anonymous to look at."""

    tables: Tables = field(
        default_factory=lambda: Tables("naive_answer", "id", "naive_comment", "id")
    )

    def __post_init__(self) -> None:
        """Make the tables."""
        self.sqlite = db.engine.dialect.name == "sqlite"
        with writing() as session:
            for statement in TABLES.format(**(SQLITE if self.sqlite else POSTGRESQL)).split(";"):
                session.execute(text(statement))

    def answer(self, people: Sequence[Person]) -> dict[int, Key]:
        """Write each answer in the transaction that spends its ballot."""
        cast = ":answers" if self.sqlite else "CAST(:answers AS jsonb)"
        for person in people:
            told = {"ballot": person.ballot, "answers": json.dumps(dict(person.answers))}
            with writing() as session:
                session.execute(text(SPEND), told)
                session.execute(text(ANSWER.format(answers=cast)), told)
                if person.comment:
                    session.execute(text(COMMENT), {**told, "body": person.comment})
        return {}

    def mix(self) -> None:
        """Have no mixer."""

    def close(self) -> None:
        """Have nothing left to open."""


@dataclass
class Opening:
    """Remembers the order in which boxes were opened, and gives it for every other order."""

    places: dict[str, int] = field(default_factory=dict)

    def write(self, session: Session, batch: batch_writing.Opened) -> int:
        """Note the order, then write."""
        for content in batch.contents:
            for name in (content.rid, content.receipt):
                self.places[name] = len(self.places)
        return WRITE(session, batch)

    def order(self, rows: Iterable[Any], **_: object) -> list[Any]:
        """Give names in the order of their boxes, other rows as they come."""
        return sorted(rows, key=lambda row: self.places.get(row, 0) if type(row) is str else 0)

    def read(self, session: Session, rids: Collection[str]) -> Any:
        """Ask for answers in the order of their boxes."""
        with patch.object(batch_writing, "sorted", self.order, create=True):
            return STORED(session, rids)


@contextmanager
def unsorted() -> Iterator[None]:
    """The mixer writes answers and receipts in the order in which it opened the boxes."""
    opening = Opening()
    with (
        patch.object(batch_writing, "write", opening.write),
        patch.object(batch_writing, "sorted", opening.order, create=True),
    ):
        yield


@contextmanager
def read_as_it_came() -> Iterator[None]:
    """The mixer asks for what it wrote in the order of the boxes, though it sorted the writing."""
    opening = Opening()
    with (
        patch.object(batch_writing, "write", opening.write),
        patch.object(batch_writing, "_stored", opening.read),
    ):
        yield


@contextmanager
def of_any_length() -> Iterator[None]:
    """Boxes are as long as what lies in them."""

    def seal(public: bytes, content: sealing.Content, least: int = 0) -> bytes:
        del least
        return sealing.SealedBox(sealing.PublicKey(public)).encrypt(raw(content))

    with (
        patch.object(sealing, "seal", seal),
        patch.object(sealing, "unpadded", lambda content: content),
    ):
        yield


def raw(content: sealing.Content) -> bytes:
    """Write what lies in a box, without padding."""
    return json.dumps({**vars(content), "answers": dict(content.answers)}).encode()


@contextmanager
def keeping_keys() -> Iterator[None]:
    """Keys are not destroyed."""
    with patch.object(keys, "destroy", lambda public: None):
        yield


@contextmanager
def in_clear_and_never_wiped() -> Iterator[None]:
    """Boxes are not sealed, and what is deleted stays on the disk."""

    def seal(public: bytes, content: sealing.Content, least: int = 0) -> bytes:
        del public, least
        return raw(content)

    def open_box(secret: Any, ciphertext: bytes) -> sealing.Content:
        del secret
        return sealing.Content(**json.loads(ciphertext))

    with ExitStack() as stack:
        stack.enter_context(patch.object(sealing, "seal", seal))
        stack.enter_context(patch.object(sealing, "open_box", open_box))
        stack.enter_context(patch.object(sealing, "reseal", lambda *parts: parts[2]))
        stack.enter_context(patch.object(mixing, "wipe_wal", lambda: None))
        leave_remnants()
        yield


def leave_remnants() -> None:
    """Have SQLite leave what is deleted in the file."""
    if db.engine.dialect.name == "sqlite":
        db.engine.dispose()

        @event.listens_for(db.engine, "connect")
        def careless(connection: Any, _record: object) -> None:
            connection.execute("PRAGMA secure_delete=OFF")


@dataclass
class OneByOne(Direct):
    """A mixer that runs after every answer and needs no crowd."""

    def answer(self, people: Sequence[Person]) -> dict[int, Key]:
        """Take answers and open them at once."""
        found = super().answer(people)
        super().mix()
        return found


@dataclass(frozen=True)
class Flaw:
    """A build with one thing wrong, and an attack that must win against it."""

    name: str
    caught_by: str
    spoiled: Callable[[], AbstractContextManager[None]] = nullcontext
    build: type[Direct] = Direct
    k: int = K


FLAWS = (
    Flaw("a mixer that does not sort", "side: statements", unsorted),
    Flaw("boxes as long as what is in them", "boxes: lengths of comments", of_any_length),
    Flaw("a batch for each single answer", "order: keys by spending", build=OneByOne, k=1),
    Flaw("keys that are kept", "boxes: keys left", keeping_keys),
    Flaw("open boxes that leave remnants", "boxes: remnants", in_clear_and_never_wiped),
    Flaw("answers read back as they came", "side: statements that read", read_as_it_came),
)

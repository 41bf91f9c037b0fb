"""Attackers who try to tie an answer to the ballot it came from.

They see every state of the database: who has answered, which boxes lie there, which
answers came out. For each ballot they name the answers it may have given.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from app.extensions import db
from app.models import Answer, Ballot, Box

FRAME_HEADER, WAL_HEADER = 24, 32


@dataclass(frozen=True)
class Snapshot:
    """One state of the database as a thief of the disk sees it."""

    spent: frozenset[int]
    boxes: frozenset[str]
    answers: frozenset[str]


def snapshot() -> Snapshot:
    """Look at the database now."""
    db.session.rollback()
    return Snapshot(
        frozenset(db.session.scalars(select(Ballot.id).where(Ballot.spent))),
        frozenset(db.session.scalars(select(Box.id))),
        frozenset(db.session.scalars(select(Answer.rid))),
    )


def crowds(states: Sequence[Snapshot]) -> dict[int, int]:
    """Give for each ballot the number of answers among which its own must be.

    A ballot is followed to the answer or the box that appeared with it; a box to the
    answers that appeared when it went. Ballots whose boxes are still there are left out.
    """
    found: dict[int, int] = {}
    for at, (before, after) in enumerate(pairwise(states), start=1):
        direct = after.answers - before.answers
        boxes = after.boxes - before.boxes
        for ballot in after.spent - before.spent:
            size = len(direct) or _opened_with(boxes, states[at:])
            if size:
                found[ballot] = size
    return found


def _opened_with(boxes: frozenset[str], later: Sequence[Snapshot]) -> int:
    for before, after in pairwise(later):
        if not boxes <= after.boxes:
            return len(after.answers - before.answers)
    return 0


def replay(database: Path, scratch: Path) -> list[Snapshot]:
    """Read every state that SQLite's write-ahead log still holds, one for each commit."""
    states = []
    for number, log in enumerate(_commits(Path(f"{database}-wal").read_bytes())):
        copy = scratch / f"state{number}.db"
        shutil.copy(database, copy)
        Path(f"{copy}-wal").write_bytes(log)
        connection = sqlite3.connect(copy)
        states.append(
            Snapshot(
                _column(connection, "SELECT id FROM ballot WHERE spent"),
                _column(connection, "SELECT id FROM box"),
                _column(connection, "SELECT rid FROM answer"),
            )
        )
        connection.close()
    return states


def _column(connection: sqlite3.Connection, query: str) -> frozenset[Any]:
    return frozenset(row[0] for row in connection.execute(query))


def _commits(log: bytes) -> Iterator[bytes]:
    frame = FRAME_HEADER + int.from_bytes(log[8:12], "big")
    for start in range(WAL_HEADER, len(log) - frame + 1, frame):
        header = log[start : start + FRAME_HEADER]
        if header[8:16] != log[16:24]:
            return
        if int.from_bytes(header[4:8], "big"):
            yield log[: start + frame]


def tied_by_transaction() -> int:
    """Count pairs of ballot and answer that PostgreSQL wrote in one transaction."""
    db.session.rollback()
    query = text("SELECT count(*) FROM ballot b JOIN answer a ON a.xmin = b.xmin")
    return int(db.session.scalar(query) or 0)

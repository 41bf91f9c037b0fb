"""Re-checking the log: whether an entry was changed, left out or put in."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import LogEntry, LogHead
from app.services.recording import FIRST, entry_hash


@dataclass(frozen=True)
class Head:
    """The newest entry of a log at some moment: whoever keeps it can prove a rewrite."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Audit:
    """What a check of the log found.

    Attributes
    ----------
    first_bad : int or None
        Number of the first entry that does not follow from the one before it.
    missing_heads : tuple of Head
        Given heads that are not in this log.
    """

    entries: int
    head: Head
    first_bad: int | None
    missing_heads: tuple[Head, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.first_bad is None and not self.missing_heads


def audit(heads: tuple[Head, ...] = ()) -> Audit:
    """Recompute the whole chain and look for the given heads in it."""
    previous, count, first_bad = FIRST, 0, None
    hashes: dict[int, str] = {0: FIRST}
    for entry in db.session.scalars(select(LogEntry).order_by(LogEntry.seq)).yield_per(1000):
        count += 1
        if first_bad is None and not _follows(entry, count, previous):
            first_bad = count
        previous = entry.hash
        hashes[entry.seq] = entry.hash
    stored = db.session.scalars(select(LogHead)).one()
    if first_bad is None and (stored.seq, stored.hash) != (count, previous):
        first_bad = count + 1
    missing = tuple(head for head in heads if hashes.get(head.seq) != head.hash)
    return Audit(count, Head(stored.seq, stored.hash), first_bad, missing)


def _follows(entry: LogEntry, number: int, previous: str) -> bool:
    try:
        told = json.loads(entry.body)["seq"]
    except (ValueError, KeyError, TypeError):
        return False
    return entry.seq == number == told and entry.hash == entry_hash(previous, entry.body)

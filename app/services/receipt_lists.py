"""The list of a round's receipts: public once nothing can be added, and bound to the log.

Each respondent can look for the own receipt; whoever kept the root that the log recorded can
tell that nobody took one out or put one in afterwards.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.extensions import db
from app.queries import receipts
from app.services import recording
from app.services.recording import SYSTEM
from surveys import merkle


@dataclass(frozen=True)
class ReceiptList:
    """How long a list is, and its root in hexadecimal digits."""

    count: int
    root: str


# A final list never changes, so its root is worked out once in the life of a process.
_known: WeakKeyDictionary[Engine, dict[int, ReceiptList]] = WeakKeyDictionary()


def summary(hashes: list[str]) -> ReceiptList:
    """Put a list into one value: the Merkle tree of the hashes' 32 bytes, in their order."""
    return ReceiptList(len(hashes), merkle.root([bytes.fromhex(line) for line in hashes]).hex())


def published(round_id: int) -> ReceiptList | None:
    """Find count and root of a round's list; None as long as receipts may come."""
    known = _known.setdefault(db.engine, {})
    if round_id not in known:
        if not receipts.is_final(round_id):
            return None
        known[round_id] = summary(receipts.hashes(round_id))
    return known[round_id]


def as_text(round_id: int) -> str:
    """Write a list as everybody may have it: one hash a line, sorted."""
    return "".join(f"{line}\n" for line in receipts.hashes(round_id))


def record_if_final(session: Session, round_id: int) -> None:
    """Record the root of a list that has just become final.

    To be called in every transaction that ends a round or takes boxes away from one that has
    ended: the list becomes final in exactly one of them.
    """
    if receipts.is_final(round_id, session):
        found = summary(receipts.hashes(round_id, session))
        recording.record(
            session,
            SYSTEM,
            "round.receipts",
            f"round:{round_id}",
            count=found.count,
            root=found.root,
        )

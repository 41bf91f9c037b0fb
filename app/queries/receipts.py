"""Receipts whose answers have been counted."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Box, Cell, Claim, Receipt, Round
from app.queries.boxes import DEFAULT_K
from app.vocabulary import CellLevel, RoundState

ENDED = (RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED)
# Leaves that are mixed apart from those of drawn dossiers, each kind with a root of its own.
APART = (CellLevel.VOLUNTEER_UNIT, CellLevel.OPEN_UNIT, CellLevel.SESSION)


@dataclass(frozen=True)
class CountedReceipt:
    """A receipt whose answer has left its box; what it counts for is a dry run or a real one."""

    round_id: int
    dry_run: bool


def counted(receipt_hash: str) -> CountedReceipt | None:
    """Find a receipt; None while its answer waits, and for a code that nobody was given."""
    query = (
        select(Round.id, Round.dry_run)
        .join(Receipt, Receipt.round_id == Round.id)
        .where(Receipt.hash == receipt_hash)
    )
    row = db.session.execute(query).one_or_none()
    return CountedReceipt(*row) if row else None


def is_final(round_id: int, session: Session | None = None) -> bool:
    """Whether no receipt of a round can be added any more.

    It is over and its boxes are gone, but for so few answers without a weight that they stay
    sealed for good: those of dossiers that were not drawn, or those without a dossier, fewer
    than k altogether (0033).
    """
    session = session or db.session()
    found = session.execute(select(Round.state, Round.plan).where(Round.id == round_id)).first()
    if found is None or found.state not in ENDED:
        return False
    claimed = select(Claim.hash).where(Claim.round_id == round_id, Claim.spent).limit(1)
    if session.scalar(claimed) is not None:
        return False
    k = int((found.plan or {}).get("k", DEFAULT_K))
    # By cells, which boxes have an index of: another round may have thousands waiting.
    sealed = (
        select(Cell.level, func.count(Box.id))
        .join(Cell, Cell.id == Box.cell_id)
        .where(Cell.round_id == round_id)
        .group_by(Cell.level)
    )
    return all(level in APART and count < k for level, count in session.execute(sealed))


def hashes(round_id: int, session: Session | None = None) -> list[str]:
    """List the hashes of a round's receipts, sorted, in hexadecimal digits."""
    query = select(Receipt.hash).where(Receipt.round_id == round_id)
    # Sorted here, for the order of a database depends on its language.
    return sorted((session or db.session()).scalars(query))

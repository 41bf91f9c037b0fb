"""Receipts whose answers have been counted."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Box, Cell, Receipt, Round
from app.vocabulary import RoundState

ENDED = (RoundState.CLOSED, RoundState.WEIGHTED, RoundState.ESTIMATED)


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
    """Whether no receipt of a round can be added any more: it is over and all boxes are gone."""
    # By cells, which boxes have an index of: another round may have thousands waiting.
    waits = exists(select(Box.id).join(Cell).where(Cell.round_id == Round.id))
    query = select(Round.id).where(Round.id == round_id, Round.state.in_(ENDED), ~waits)
    return (session or db.session()).scalar(query) is not None


def hashes(round_id: int, session: Session | None = None) -> list[str]:
    """List the hashes of a round's receipts, sorted, in hexadecimal digits."""
    query = select(Receipt.hash).where(Receipt.round_id == round_id)
    # Sorted here, for the order of a database depends on its language.
    return sorted((session or db.session()).scalars(query))

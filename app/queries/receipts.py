"""Receipts whose answers have been counted."""

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import Receipt, Round


@dataclass(frozen=True)
class CountedReceipt:
    """A receipt whose answer has left its box; what it counts for is a dry run or a real one."""

    dry_run: bool


def counted(receipt_hash: str) -> CountedReceipt | None:
    """Find a receipt; None while its answer waits, and for a code that nobody was given."""
    query = (
        select(Round.dry_run)
        .join(Receipt, Receipt.round_id == Round.id)
        .where(Receipt.hash == receipt_hash)
    )
    dry_run = db.session.scalar(query)
    return None if dry_run is None else CountedReceipt(dry_run)

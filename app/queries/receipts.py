"""Receipts whose answers have been counted."""

from app.extensions import db
from app.models import Receipt


def is_counted(receipt_hash: str) -> bool:
    """Whether the answer of a receipt has left its box and is counted."""
    return db.session.get(Receipt, receipt_hash) is not None

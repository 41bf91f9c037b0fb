"""The papers of draws, as they are published; only `kept` shows the key of the leaves."""

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.models import KeptRecord


@dataclass(frozen=True)
class Kept:
    """What a draw of a round rests on: the text of its promise and the key of its leaves."""

    promise: str
    leaf_key: bytes


def kept(round_id: int) -> Kept | None:
    """Find the promise of a round; None before the commitment, and for draws without papers."""
    query = select(KeptRecord.promise, KeptRecord.leaf_key).where(KeptRecord.round_id == round_id)
    row = db.session.execute(query).first()
    return Kept(*row) if row else None


def promise(round_id: int) -> str | None:
    """Find the text that was published with the commitment."""
    return db.session.scalar(select(KeptRecord.promise).where(KeptRecord.round_id == round_id))


def leaves(round_id: int) -> str | None:
    """Find the list of leaves."""
    return db.session.scalar(select(KeptRecord.leaves).where(KeptRecord.round_id == round_id))


def record(round_id: int) -> str | None:
    """Find the record; None until the sample is drawn."""
    query = select(KeptRecord.record).where(KeptRecord.round_id == round_id)
    return db.session.scalar(query) or None

"""Pressure reports whose receipts have become known get their round and unit."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.database import writing
from app.extensions import db
from app.models import PressureReport, Receipt

Place = tuple[int, int | None]


def settle_reports(
    session: Session, round_id: int, unit_id: int | None, receipts: Collection[str]
) -> int:
    """Settle the reports among a batch's receipts, in the batch's own transaction.

    The rows are written anew: one that stays where it was made would say on PostgreSQL in which
    transaction, and so beside which other writes, somebody reported.

    Returns
    -------
    int
        How many reports there were.
    """
    return _rewrite(session, dict.fromkeys(receipts, (round_id, unit_id)))


def settle_stragglers() -> int:
    """Settle reports that were sent while their batch was being written."""
    known = (
        select(PressureReport.receipt_hash, Receipt.round_id, Receipt.unit_id)
        .join(Receipt, Receipt.hash == PressureReport.receipt_hash)
        .where(PressureReport.round_id.is_(None))
    )
    waiting = db.session.execute(known).first() is not None
    db.session.rollback()
    if not waiting:
        return 0
    with writing() as session:
        places = {row[0]: (row[1], row[2]) for row in session.execute(known)}
        return _rewrite(session, places)


def _rewrite(session: Session, places: Mapping[str, Place]) -> int:
    told = session.scalars(
        delete(PressureReport)
        .where(PressureReport.receipt_hash.in_(list(places)), PressureReport.round_id.is_(None))
        .returning(PressureReport.receipt_hash)
    ).all()
    if told:
        session.execute(
            insert(PressureReport),
            [
                {"receipt_hash": found, "round_id": places[found][0], "unit_id": places[found][1]}
                for found in sorted(told)
            ],
        )
    return len(told)

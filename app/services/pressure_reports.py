"""Reports of people who were told what to answer, or pressed.

A report is the hash of a receipt and nothing else: not who, not when. It counts for the unit of
the receipt once the answer is counted (`settling`); one of a receipt that nobody was given never
does.
"""

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from app.database import is_sqlite, writing
from app.extensions import db
from app.models import Box, Claim, PressureReport, Receipt

UNSETTLED = PressureReport.round_id.is_(None)


def report(receipt_hash: str) -> bool:
    """Note that the holder of a receipt was pressed; a second time changes nothing.

    Returns
    -------
    bool
        Whether the receipt's answer is counted already. For those who slow down guessing; the
        person is told the same either way.
    """
    with writing() as session:
        found = session.execute(
            select(Receipt.round_id, Receipt.unit_id).where(Receipt.hash == receipt_hash)
        ).one_or_none()
        dialect = sqlite if is_sqlite(session) else postgresql
        session.execute(
            dialect.insert(PressureReport)
            .values(
                receipt_hash=receipt_hash,
                round_id=found.round_id if found else None,
                unit_id=found.unit_id if found else None,
            )
            .on_conflict_do_nothing()
        )
    return found is not None


def drop_unknown() -> int:
    """Delete reports of receipts that nobody was given, once no waiting answer can have them.

    Returns
    -------
    int
        How many there were.
    """
    unsettled = db.session.scalar(select(exists().where(UNSETTLED)))
    db.session.rollback()
    if not unsettled:
        return 0
    counted = exists().where(Receipt.hash == PressureReport.receipt_hash)
    with writing() as session:
        # One statement sees reports, boxes and receipts of one moment: no report is dropped
        # whose answer still waits, nor one that only waits to be settled.
        dropped = session.execute(
            delete(PressureReport)
            .where(UNSETTLED, ~counted, ~exists(select(Box.id)), ~exists().where(Claim.spent))
            .execution_options(synchronize_session=False)
            .returning(PressureReport.receipt_hash)
        ).all()
    return len(dropped)

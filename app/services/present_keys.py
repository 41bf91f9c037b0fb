"""The key that a cell's answers are sealed under now, held until the transaction ends."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.services.spending import ATTEMPTS, CURRENT_KEY


def present_key(database: Connection | Session, cell_id: int) -> tuple[int, bytes] | None:
    """Read number and public half of a cell's key; None where the cell has none yet.

    Nobody retires it before we end. On PostgreSQL somebody who retires it while we wait leaves
    us without a row; the next look sees the key that replaced it.
    """
    for _ in range(ATTEMPTS):
        found = database.execute(CURRENT_KEY, {"cell": cell_id}).one_or_none()
        if found is not None:
            return found.id, found.public
    return None

"""Whether the database can be used."""

from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db
from app.queries.migrations import head


def fault() -> str | None:
    """Name what is wrong with the database, or None."""
    try:
        present = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError:
        return "database"
    return None if present == head() else "migration"

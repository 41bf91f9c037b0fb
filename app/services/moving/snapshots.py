"""One moment of a database that goes on working."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine

from app.queries.migrations import head
from app.services.moving.errors import NotMigratedError


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees the database as it is now, whatever others write meanwhile.

    On SQLite a read transaction keeps its moment in the write-ahead log; nobody waits for it.

    Raises
    ------
    NotMigratedError
        If the database is not at the version of this program.
    """
    options = (
        {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        if engine.dialect.name == "postgresql"
        else {}
    )
    with engine.connect().execution_options(**options) as connection, connection.begin():
        # The first statement fixes the moment.
        check_revision(connection)
        yield connection


def check_revision(connection: Connection) -> None:
    """Refuse a database that was not migrated."""
    present = MigrationContext.configure(connection).get_current_revision()
    if present != head():
        raise NotMigratedError(present=present or "–", program=head())

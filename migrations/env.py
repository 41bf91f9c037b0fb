"""How Alembic reaches the database of the application."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

from app.extensions import db

URL = str(current_app.config["SQLALCHEMY_DATABASE_URI"])


def run(connection: Connection) -> bool:
    """Run the migrations over one connection, in one transaction; whether anything changed."""
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=False,
        transactional_ddl=True,
    )
    before = context.get_context().get_current_heads()
    with context.begin_transaction():
        context.run_migrations()
    return context.get_context().get_current_heads() != before


def run_on_sqlite() -> None:
    """Rebuilding a table must not cascade, and the switch works only outside a transaction.

    Processes that start together wait here for the first one and find nothing left to do.
    """
    with db.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            writing = connection.execution_options(khaosat_writing=True)
            with writing.begin():
                if run(writing):
                    check_references(writing)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def check_references(connection: Connection) -> None:
    """Look at every reference, which takes a while in a large database."""
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"a migration broke foreign keys: {broken[:5]}")


def run_on_postgresql() -> None:
    """Let one process migrate at a time; the others wait and find nothing left to do."""
    with db.engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(8091945)"))
        run(connection)


if URL.startswith("sqlite"):
    run_on_sqlite()
else:
    run_on_postgresql()

"""An archive into an empty database: all of it, exactly, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Insert,
    Table,
    bindparam,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.database import writing
from app.models import LogHead
from app.services import auditing
from app.services.moving import archive, rows, snapshots, tables
from app.services.moving.archive import Manifest
from app.services.moving.container import Source
from app.services.moving.errors import DamagedError, NotEmptyError, UnsuitableError

Opened = Callable[[], AbstractContextManager[Source]]
Finish = Callable[[Session], None]


def nothing(session: Session) -> None:
    """Finish without doing more."""


def import_archive(opened: Opened, *, replace: bool = False, finish: Finish = nothing) -> Manifest:
    """Store an archive in one transaction and read every row back.

    Parameters
    ----------
    opened : callable
        Opens the archive from its start; it is read twice, first to see that it is whole.
    replace : bool
        Throw away what the database holds instead of refusing.
    finish : callable
        Does more inside the same transaction, after all was found as it should be.

    Raises
    ------
    DamagedError
        If the archive is damaged, contradicts itself, or its log was changed.
    NotEmptyError, OtherRevisionError, NotMigratedError, UnsuitableError
        If it cannot go into this database. Nothing is stored in any of these cases.
    """
    with opened() as source:
        checked = archive.read(source)
    with writing() as session:
        connection = session.connection()
        snapshots.check_revision(connection)
        hold_off(connection)
        if replace:
            clear(connection)
        check_empty(connection)
        session.execute(delete(LogHead))
        _store(connection, opened, checked)
        _check(connection, checked)
        finish(session)
    return checked


def hold_off(connection: Connection) -> None:
    """Keep others from writing while an archive goes in; SQLite lets one writer in anyway."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        return
    names = ", ".join(_quoted(connection, table) for table in tables.all_tables())
    connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def check_empty(connection: Connection) -> None:
    """Refuse a database that holds anything but the beginning of its log.

    Raises
    ------
    NotEmptyError
        With the name of a table that has rows.
    """
    for table in tables.moved():
        query = select(func.count()).select_from(table)
        if table is LogHead.__table__:
            query = query.where(table.c.seq > 0)
        if connection.scalar(query):
            raise NotEmptyError(table=table.name)


def clear(connection: Connection) -> None:
    """Delete every row there is, the log too: its guard is set aside for this alone."""
    with _unguarded(connection):
        for table in reversed(tables.all_tables()):
            connection.execute(delete(table))


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE log_entry DISABLE TRIGGER log_entry_guard"))
        yield
        connection.execute(text("ALTER TABLE log_entry ENABLE TRIGGER log_entry_guard"))
        return
    guards = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='log_entry'")
    ).all()
    for guard in guards:
        connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
    yield
    for guard in guards:
        connection.exec_driver_sql(guard.sql)


def _store(connection: Connection, opened: Opened, checked: Manifest) -> None:
    known = {table.name: table for table in tables.moved()}
    inserts = {name: _insert(table) for name, table in known.items()}
    inside: dict[str, list[rows.Row]] = {name: [] for name in known}

    def take(name: str, content: bytes) -> None:
        found = rows.read(known[name], content)
        inside[name] += _taken_apart(known[name], found)
        with _suitable(name):
            for start in range(0, len(found), rows.AT_ONCE):
                connection.execute(inserts[name], found[start : start + rows.AT_ONCE])

    with opened() as source:
        if archive.read(source, take) != checked:
            raise DamagedError(place=archive.LAST)
    for name, table in known.items():
        with _suitable(name):
            _put_together(connection, table, inside[name])
            _set_sequence(connection, table)


@contextmanager
def _suitable(name: str) -> Iterator[None]:
    """Tell of a refused row without showing it: the driver's message would."""
    try:
        yield
    except (SQLAlchemyError, ValueError) as error:
        raise UnsuitableError(table=name) from error


def _insert(table: Table) -> Insert:
    return table.insert().values(
        {column.name: bindparam(column.name, type_=_bound(column)) for column in table.columns}
    )


def _bound(column: Column[Any]) -> Any:
    """Store nothing as NULL where a document may be missing, as JSON's null where it may not."""
    if isinstance(column.type, JSON):
        missing = bool(column.nullable)
        return JSON(none_as_null=missing).with_variant(JSONB(none_as_null=missing), "postgresql")
    return column.type


def _taken_apart(table: Table, found: list[rows.Row]) -> list[rows.Row]:
    """Take references inside the table out of its rows: the other row may come later."""
    columns = [column.name for column in tables.own_references(table)]
    if not columns:
        return []
    (key,) = table.primary_key.columns
    apart = []
    for row in found:
        referring = {column: row[column] for column in columns if row[column] is not None}
        if referring:
            apart.append({"row": row[key.name], **{c: row[c] for c in columns}})
            row.update(dict.fromkeys(columns))
    return apart


def _put_together(connection: Connection, table: Table, apart: list[rows.Row]) -> None:
    if not apart:
        return
    (key,) = table.primary_key.columns
    values = {
        column.name: bindparam(column.name, type_=column.type)
        for column in tables.own_references(table)
    }
    connection.execute(update(table).where(key == bindparam("row")).values(values), apart)


def _set_sequence(connection: Connection, table: Table) -> None:
    """Let PostgreSQL count on from the highest number."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    highest = connection.scalar(select(func.max(column)))
    if highest is not None:
        name = func.pg_get_serial_sequence(_quoted(connection, table), column.name)
        connection.execute(select(func.setval(name, highest)))


def _quoted(connection: Connection, table: Table) -> str:
    return connection.dialect.identifier_preparer.format_table(table)


def _check(connection: Connection, checked: Manifest) -> None:
    """Read everything back, follow every reference, and recompute the log."""
    for stored, told in zip(archive.sums(connection), checked.tables, strict=True):
        if stored != told:
            raise DamagedError(place=told.name)
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken:
            raise DamagedError(place=str(broken[0]))
    if not auditing.audit().sound:
        raise DamagedError(place="log_entry")

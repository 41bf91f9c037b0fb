"""PostgreSQL databases that tests use one after another, emptied in between.

Making a database costs more than most tests that use one. A database goes back on the shelf only
if it cannot be told from a new one: no connection left, no definition touched, no setting of its
own. Otherwise it is dropped and the next test gets a new one.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

TEMPLATE = "template_khaosat"
# What was deleted still takes room: after so many tests a new one is quicker.
USES = 100

# Every definition with the transaction that wrote it last, and settings and rights beside them.
DEFINITIONS = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
  SELECT concat('c', oid, relname, relacl, reloptions, relkind, relhastriggers, relrowsecurity)
    AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'a' || attrelid || attnum || xmin FROM pg_attribute WHERE attrelid >= 16384
  UNION ALL SELECT 't' || oid || xmin FROM pg_trigger
  UNION ALL SELECT 'k' || oid || xmin FROM pg_constraint
  UNION ALL SELECT 'i' || indexrelid || indisvalid FROM pg_index WHERE indexrelid >= 16384
  UNION ALL SELECT 'd' || oid || xmin FROM pg_attrdef
  UNION ALL SELECT 'p' || oid || xmin FROM pg_proc WHERE oid >= 16384
  UNION ALL SELECT 'n' || nspname FROM pg_namespace WHERE oid >= 16384
  UNION ALL SELECT concat('s', setdatabase, setrole, setconfig) FROM pg_db_role_setting
  UNION ALL SELECT concat('b', datallowconn, datconnlimit, datacl)
    FROM pg_database WHERE datname = current_database()
) AS lines
"""
TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""
NUMBERS = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
"""
# A binary copy of no rows: signature, flags, length of the extension, end.
EMPTY = b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"\xff\xff"
PATIENCE, MOMENT = 25, 0.002

Connection = psycopg.Connection[Any]


class Shelf:
    """Databases like the template, for one test at a time."""

    def __init__(self, server: str) -> None:
        """Work on a server: its address, with `{name}` where that of the database stands."""
        self._server = server
        self._keeper: Connection | None = None
        self._kept: _Database | None = None

    def address(self, name: str) -> str:
        """Tell where a database of the server is found."""
        return self._server.format(name=name)

    @contextmanager
    def database(self, unused: bool = False) -> Iterator[str]:
        """Lend an empty, migrated database: its name; on demand one that nobody used before."""
        if unused and self._kept:
            self._drop(self._kept)
            self._kept = None
        found = self._kept or self._new()
        self._kept = None
        try:
            yield found.name
        finally:
            if found.rinsed():
                self._kept = found
            else:
                self._drop(found)

    def close(self) -> None:
        """Drop what is kept."""
        if self._kept:
            self._drop(self._kept)
        if self._keeper:
            self._keeper.close()

    def _new(self) -> "_Database":
        name = f"t{uuid.uuid4().hex}"
        # Copying files is quicker than writing the template again, where no disk is waited for.
        self._run(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return _Database(name, self.address(name))

    def _drop(self, found: "_Database") -> None:
        found.close()
        self._run(f"DROP DATABASE IF EXISTS {found.name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        """Run a statement outside of transactions; a test may have stopped the server meanwhile."""
        if self._keeper is None or self._keeper.closed or self._keeper.broken:
            self._keeper = psycopg.connect(self.address("postgres"), autocommit=True)
        self._keeper.execute(statement)


class _Database:
    """One database, and what it was like when it was new."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.uses = 0
        # Kept open: a new one would plan everything anew. A test that drops or copies its database
        # ends it, and gets no second chance.
        self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=1)
        self._definitions = self._connection.execute(DEFINITIONS).fetchone()
        self._numbers: dict[str, int] = dict(self._connection.execute(NUMBERS).fetchall())
        tables = [name for (name,) in self._connection.execute(TABLES)]
        copies = {name: _copied(self._connection, name) for name in tables}
        self._rows = {name: copy for name, copy in copies.items() if copy != EMPTY}
        self._empty = [name for name in tables if name not in self._rows]
        self._filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
            for name in self._empty
        )
        # Neither references nor the guard of the log look at what is deleted.
        self._connection.execute("SET session_replication_role = replica")

    def rinsed(self) -> bool:
        """Make it as new; False if that cannot be."""
        self.uses += 1
        try:
            if self.uses >= USES or not _alone(self._connection) or self._altered():
                return False
            with self._connection.transaction():
                self._rinse(self._connection)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Leave the database."""
        self._connection.close()

    def _altered(self) -> bool:
        return self._connection.execute(DEFINITIONS).fetchone() != self._definitions

    def _rinse(self, connection: Connection) -> None:
        for (name,) in connection.execute(self._filled).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for name, rows in self._rows.items():
            if _copied(connection, name) != rows:
                _replace(connection, name, rows)
        for name, value in connection.execute(NUMBERS).fetchall():
            first = self._numbers.get(name)
            if value != first:
                connection.execute("SELECT setval(%s, %s, %s)", (name, first or 1, bool(first)))


def _alone(connection: Connection) -> bool:
    """Whether nobody else is connected; who has just left may take a moment."""
    for _ in range(PATIENCE):
        others = connection.execute(OTHERS).fetchone()
        if others == (0,):
            return True
        time.sleep(MOMENT)
    return False


def _copied(connection: Connection, name: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(name))
    with connection.cursor().copy(statement) as copy:
        return b"".join(bytes(part) for part in copy)


def _replace(connection: Connection, name: str, rows: bytes) -> None:
    table = sql.Identifier(name)
    connection.execute(sql.SQL("DELETE FROM {}").format(table))
    into = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(table)
    with connection.cursor().copy(into) as copy:
        copy.write(rows)

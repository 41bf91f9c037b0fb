"""An installation's state set aside, and brought back as often as needed."""

import shutil
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select, text

from app.extensions import db
from app.services import responding
from tests.conftest import psycopg_execute

# Nothing checks references, for the rows come back table by table.
UNCHECKED = text("SET LOCAL session_replication_role = replica")
SQLITE = "khaosat.db"
SEQUENCES = text("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
LEAVE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
SET_SEQUENCE = text("SELECT setval(:name, :value, :used)")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database page by page: threads may hold connections to the file copied to."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)


@dataclass
class Keeper:
    """The database and the keys of one installation.

    Attributes
    ----------
    url : str
        Address of the PostgreSQL database; empty for SQLite in the home folder.
    """

    app: Flask
    home: Path
    url: str
    rows: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    sequences: list[tuple[str, int | None]] = field(default_factory=list)

    @property
    def shelf(self) -> Path:
        return self.home.with_name(f"{self.home.name}-kept")

    def keep(self, *, tables: bool = False) -> None:
        """Set the present state aside, the tables themselves included where they change."""
        self._let_go()
        self.forget()
        self.shelf.mkdir()
        self._copy_keys(self.home, self.shelf)
        if not self.url:
            copy_sqlite(self.home / SQLITE, self.shelf / SQLITE)
        elif tables:
            self._create(f"{self.name}_kept", template=self.name)
        else:
            self._read_rows()

    def bring_back(self) -> None:
        """Make the state that was set aside the present one again."""
        self._let_go()
        responding.questionnaire.cache_clear()
        self._copy_keys(self.shelf, self.home)
        if not self.url:
            copy_sqlite(self.shelf / SQLITE, self.home / SQLITE)
        elif self.rows:
            self._write_rows()
        else:
            self._drop(self.name)
            self._create(self.name, template=f"{self.name}_kept")

    def empty(self) -> None:
        """Start from a database without a table."""
        self._let_go()
        if self.url:
            self._drop(self.name)
            self._create(self.name, template="template1")
        else:
            for path in self.home.glob(f"{SQLITE}*"):
                path.unlink()

    def forget(self) -> None:
        """Throw away what was set aside."""
        shutil.rmtree(self.shelf, ignore_errors=True)
        self.rows, self.sequences = {}, []
        if self.url:
            self._drop(f"{self.name}_kept")

    @property
    def name(self) -> str:
        """Name of the PostgreSQL database."""
        return self.url.partition("?")[0].rpartition("/")[2]

    def _let_go(self) -> None:
        db.session.remove()
        db.engine.dispose()

    def _copy_keys(self, source: Path, target: Path) -> None:
        shutil.rmtree(target / "keys", ignore_errors=True)
        if (source / "keys").exists():
            shutil.copytree(source / "keys", target / "keys")

    def _read_rows(self) -> None:
        """Read everything: copying a whole PostgreSQL database takes longer than a few rows."""
        with db.engine.connect() as connection:
            for table in db.metadata.sorted_tables:
                found = connection.execute(select(table)).mappings().all()
                self.rows[table.name] = [dict(row) for row in found]
            self.sequences = [tuple(row) for row in connection.execute(SEQUENCES)]

    def _write_rows(self) -> None:
        with db.engine.begin() as connection:
            connection.execute(UNCHECKED)
            for table in db.metadata.sorted_tables:
                connection.execute(delete(table))
                if self.rows[table.name]:
                    connection.execute(insert(table), self.rows[table.name])
            for name, value in self.sequences:
                given = {"name": name, "value": value or 1, "used": value is not None}
                connection.execute(SET_SEQUENCE, given)

    def _drop(self, name: str) -> None:
        self._administrate(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _create(self, name: str, template: str) -> None:
        # A database is copied only while nobody is connected.
        self._administrate(LEAVE.format(name=template))
        self._administrate(f"CREATE DATABASE {name} TEMPLATE {template}")

    def _administrate(self, statement: str) -> None:
        psycopg_execute(self.url.replace(f"/{self.name}", "/postgres", 1), statement)

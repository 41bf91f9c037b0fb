"""Which tables an archive holds, in which order, and what is left out."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, String, Table, collate

import app.models  # noqa: F401  (the tables must be known)
from app.extensions import db

# Of the moment: open sessions, who holds what, and files on their way. Files of jobs may hold
# what is shown once only, such as slips with their codes.
LEFT_OUT = frozenset({"lease", "sign_in", "upload", "job_file"})


def moved() -> list[Table]:
    """List the tables of an archive, each after those it refers to."""
    return [table for table in db.metadata.sorted_tables if table.name not in LEFT_OUT]


def all_tables() -> list[Table]:
    """List every table, each after those it refers to."""
    return list(db.metadata.sorted_tables)


def order(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """Sort by primary key, byte by byte: each database has its own idea of the alphabet."""
    return [
        collate(column, "C")
        if isinstance(column.type, String) and connection.dialect.name == "postgresql"
        else column
        for column in table.primary_key.columns
    ]


def own_references(table: Table) -> list[Column[Any]]:
    """List the columns that refer to the same table: their rows may stand in any order."""
    return [
        constraint.parent
        for constraint in sorted(table.foreign_keys, key=lambda found: found.parent.name)
        if constraint.column.table is table
    ]


def is_bytes(column: Column[Any]) -> bool:
    """Whether a column holds bytes."""
    return isinstance(column.type, LargeBinary)

"""Inserting what is not there yet, where somebody else may do the same at this moment."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_new(
    database: Connection | Session, model: type[Any], rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows and pass over those that are there; how many were new.

    On PostgreSQL it waits for whoever is about to insert the same; a look afterwards sees it.
    """
    table = model.__table__
    assert isinstance(table, Table)
    if isinstance(database, Session):
        database.flush()  # what the rows refer to
        database = database.connection()
    dialect = sqlite if database.dialect.name == "sqlite" else postgresql
    if not rows:
        return 0
    statement = (
        dialect.insert(table)
        .values([dict(row) for row in rows])
        .on_conflict_do_nothing()
        .returning(*table.primary_key)
    )
    return len(database.execute(statement).all())

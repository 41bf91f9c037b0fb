"""A database's schema as plain values, to compare what two ways of making it give."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Enum, MetaData, inspect, text
from sqlalchemy.engine import Inspector

WORD = re.compile(r"'([^']*)'")
Schema = dict[str, dict[str, Any]]


def schema(connection: Connection) -> Schema:
    """Describe every table but Alembic's own."""
    found = inspect(connection)
    names = sorted(set(found.get_table_names()) - {"alembic_version"})
    return {name: table(connection, found, name) for name in names}


def table(connection: Connection, found: Inspector, name: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"])
            for column in found.get_columns(name)
        },
        "key": (found.get_pk_constraint(name)["name"], keys_of(found, name)),
        "checks": {
            check["name"]: condition(check["sqltext"])
            for check in found.get_check_constraints(name)
        },
        "uniques": {
            unique["name"]: unique["column_names"] for unique in found.get_unique_constraints(name)
        },
        "references": {
            key["name"]: (
                key["constrained_columns"],
                key["referred_table"],
                key["referred_columns"],
                key["options"].get("ondelete"),
            )
            for key in found.get_foreign_keys(name)
        },
        "indexes": {
            index["name"]: (index["column_names"], bool(index["unique"]), where(index))
            for index in found.get_indexes(name)
            if "duplicates_constraint" not in index
        },
        "without_rowid": without_rowid(connection, name),
    }


def keys_of(found: Inspector, name: str) -> list[str]:
    return list(found.get_pk_constraint(name)["constrained_columns"])


def where(index: Mapping[str, Any]) -> str:
    options = index.get("dialect_options", {})
    return condition(str(options.get("sqlite_where", options.get("postgresql_where", ""))))


def condition(sql: str) -> str:
    """Write a condition in one way: spaces single, the words of a list in order."""
    listed = sorted(WORD.findall(sql))
    left = iter(listed)
    return " ".join(WORD.sub(lambda _: f"'{next(left)}'", sql).split())


def without_rowid(connection: Connection, name: str) -> bool:
    if connection.dialect.name != "sqlite":
        return False
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return str(connection.scalar(query, {"name": name})).upper().endswith("WITHOUT ROWID")


def triggers(connection: Connection) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    return set(connection.scalars(text(query)))


def names(described: Schema) -> set[str]:
    """Every name that a database may cut off."""
    found = set(described)
    for told in described.values():
        # SQLite cannot name a key that counts on.
        found |= {told["key"][0] or "", *told["columns"]}
        for part in ("checks", "uniques", "references", "indexes"):
            found |= set(told[part])
    return found


def listed_words(described: Schema) -> dict[tuple[str, str], set[str]]:
    """The words that each CHECK of the database allows: (table, constraint) → words."""
    return {
        (name, check): set(WORD.findall(sql))
        for name, told in described.items()
        for check, sql in told["checks"].items()
        if WORD.search(sql)
    }


def known_words(metadata: MetaData) -> dict[tuple[str, str], set[str]]:
    """The words that each column of the models may hold."""
    return {
        (found.name, f"ck_{found.name}_{column.type.name}"): set(column.type.enums)
        for found in metadata.sorted_tables
        for column in found.columns
        if isinstance(column.type, Enum)
    }

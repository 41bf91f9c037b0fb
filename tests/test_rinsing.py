"""A database that was used looks like a new one, or is not lent again."""

import psycopg
import pytest

from tests.rinsing import Shelf


def used(shelf: Shelf, *statements: str) -> str:
    """Borrow a database and run statements in it; its name."""
    with shelf.database() as name:
        with psycopg.connect(shelf.address(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
        return name


def found(shelf: Shelf) -> tuple[str, list[object]]:
    """Borrow a database: its name, and what stands in it."""
    with shelf.database() as name, psycopg.connect(shelf.address(name)) as connection:
        logged = connection.execute("SELECT count(*) FROM log_entry").fetchone()
        settings = connection.execute("SELECT name, value FROM office_setting").fetchall()
        next_unit = connection.execute("SELECT nextval('unit_id_seq')").fetchone()
        return name, [logged, settings, next_unit]


def test_rows_and_numbers_of_a_used_database_are_those_of_a_new_one(shelf: Shelf) -> None:
    _, new = found(shelf)
    name = used(
        shelf,
        "INSERT INTO log_entry (seq, body, hash) VALUES (1, '{}', repeat('a', 64))",
        "DELETE FROM office_setting",
        "SELECT setval('unit_id_seq', 500)",
    )
    again, seen = found(shelf)
    assert (again, seen) == (name, new)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE unit ADD COLUMN more int",
        "ALTER TABLE log_entry DISABLE TRIGGER ALL",
        "CREATE TABLE more (id int)",
        "CREATE SCHEMA more",
    ],
)
def test_a_database_whose_definitions_were_touched_is_not_lent_again(
    shelf: Shelf, change: str
) -> None:
    name = used(shelf, change)
    assert found(shelf)[0] != name


def test_a_database_that_somebody_is_still_connected_to_is_not_lent_again(shelf: Shelf) -> None:
    with shelf.database() as name:
        held = psycopg.connect(shelf.address(name))
    assert found(shelf)[0] != name
    held.close()

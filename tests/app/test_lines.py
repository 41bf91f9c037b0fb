import os
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine, literal, select, text
from sqlalchemy.exc import DataError, OperationalError

from app import lines
from app.extensions import db
from app.lines import CONNECTIONS, Lines
from app.queries import ballots
from app.statements import Statement, run_alone

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NUMBER = Statement(select(literal(7)))
OWN = Statement(select(text("pg_backend_pid()")))
BROKEN = Statement(select(text("1 / 0")))
PATIENCE = 10.0


@pytest.fixture
def engine(app: Flask) -> Iterator[Engine]:
    yield db.engine
    lines.close(db.engine)


def own(engine: Engine) -> int:
    """Number of the server's process that a line talks to."""
    number: int = run_alone(engine, OWN, {})[1][0]
    return number


def connections(engine: Engine) -> set[int]:
    """Processes of the server that still serve lines of ours."""
    asked = text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_backend_pid%'")
    with engine.connect() as connection:
        return set(connection.scalars(asked))


def end(engine: Engine, number: int) -> None:
    with engine.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({number})"))


def gone(engine: Engine, number: int) -> bool:
    """Wait until the server has parted with a connection."""
    ends = time.monotonic() + PATIENCE
    while number in connections(engine) and time.monotonic() < ends:
        time.sleep(0.02)
    return number not in connections(engine)


def test_one_connection_serves_one_after_another(engine: Engine) -> None:
    assert own(engine) == own(engine)


def test_a_statement_that_fails_takes_its_connection_with_it(engine: Engine) -> None:
    first = own(engine)
    with pytest.raises(DataError):
        run_alone(engine, BROKEN, {})
    assert run_alone(engine, NUMBER, {})[1] == (7,)
    assert own(engine) != first
    assert gone(engine, first)


def test_a_lost_connection_is_told_once_and_then_another_is_opened(engine: Engine) -> None:
    first = own(engine)
    end(engine, first)
    with pytest.raises(OperationalError):
        own(engine)
    assert own(engine) != first


def test_with_one_lost_the_others_that_rest_are_not_trusted_either(engine: Engine) -> None:
    found = lines.of_database(engine)
    with found.one(engine) as one, found.one(engine):
        number = one.execute("SELECT pg_backend_pid()", []).rows[0][0]
    end(engine, number)
    assert len(found.resting) == 2
    found.resting.sort(key=lambda line: line.connection.info.backend_pid == number)
    with pytest.raises(OperationalError):
        own(engine)
    assert found.resting == []


def test_one_that_rested_is_asked_whether_its_server_is_there(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = own(engine)
    end(engine, first)
    monkeypatch.setattr(lines, "RESTED", 0.0)
    assert own(engine) != first


def test_no_connection_is_left_when_the_engine_is_disposed_of(engine: Engine) -> None:
    with lines.of_database(engine).one(engine) as line:
        lent = line.execute("SELECT pg_backend_pid()", []).rows[0][0]
        other = own(engine)
        engine.dispose()
        assert gone(engine, other)
        assert not line.connection.closed
    assert line.connection.closed
    assert gone(engine, lent)
    assert own(engine) not in {lent, other}


def test_nobody_takes_more_than_their_number_and_all_are_served(engine: Engine) -> None:
    found, most = lines.of_database(engine), [0, 0]
    lock = threading.Lock()

    def use() -> None:
        with found.one(engine) as line:
            with lock:
                most[0] += 1
                most[1] = max(most)
            line.execute("SELECT pg_sleep(0.02)", [])
            with lock:
                most[0] -= 1

    people = [threading.Thread(target=use) for _ in range(4 * CONNECTIONS)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert most == [0, CONNECTIONS]
    assert len(found.resting) == CONNECTIONS


def test_a_database_that_is_away_is_told_as_elsewhere_and_holds_nobody_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise engine.dialect.loaded_dbapi.OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "raw_connection", away)
        for _ in range(2 * CONNECTIONS):
            with pytest.raises(OperationalError):
                own(engine)
    assert own(engine)


def test_a_child_opens_its_own_and_leaves_its_parents_open(engine: Engine) -> None:
    first = own(engine)
    child = os.fork()
    if child == 0:
        inherited = engine in lines._lines
        engine.dispose(close=False)
        os._exit(int(inherited or own(engine) == first))
    assert os.waitpid(child, 0)[1] == 0
    assert own(engine) == first


def test_values_of_each_kind_arrive_as_they_are(engine: Engine) -> None:
    given = [b"\0\xff", 3, "Đồng Nai", True, [b"\0", b""], [1, 2], ["a,b", '"']]
    kinds = ("bytea", "int", "text", "bool", "bytea[]", "int[]", "text[]")
    asked = ", ".join(f"${at}::{kind}" for at, kind in enumerate(kinds, 1))
    with lines.of_database(engine).one(engine) as line:
        assert line.execute(f"SELECT {asked}", given).fetchall() == [tuple(given)]
        assert line.execute("SELECT NULL::int", []).fetchone() == (None,)
        assert line.execute("SELECT 1 WHERE $1", [False]).fetchone() is None


def test_lines_that_are_closed_twice_stay_closed(engine: Engine) -> None:
    found = Lines()
    found.close()
    with found.one(engine) as line:
        assert ballots.by_token(b"") is None
    assert line.connection.closed

import threading
from concurrent.futures import Future
from contextvars import Context
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event, func, insert, select, text, update
from sqlalchemy.exc import OperationalError

from app.database import writing
from app.extensions import db
from app.models import Round
from app.services.group_commit import Writer, write
from app.vocabulary import RoundState
from tests.app.round_factory import make_round

TOGETHER = 12


def add_one(connection: Connection, round_id: int) -> int:
    return connection.execute(
        update(Round).where(Round.id == round_id).values(year=Round.year + 1)
    ).rowcount


def year(round_id: int) -> int:
    db.session.rollback()
    return db.session.scalars(select(Round.year).where(Round.id == round_id)).one()


def at_once(app: Flask, acts: list) -> list:
    """Write from as many threads; the results, or what each of them met."""
    engine = db.engine
    barrier = threading.Barrier(len(acts))
    results: list = [None] * len(acts)

    def run(at: int) -> None:
        barrier.wait()
        try:
            results[at] = write(engine, acts[at])
        except (ValueError, RuntimeError) as error:
            results[at] = error

    threads = [threading.Thread(target=Context().run, args=(run, at)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_what_is_written_at_once_is_all_there(app: Flask) -> None:
    made = make_round({})
    before = year(made.id)
    assert at_once(app, [partial(add_one, round_id=made.id)] * TOGETHER) == [1] * TOGETHER
    assert year(made.id) == before + TOGETHER


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_those_who_wait_share_a_commit(app: Flask) -> None:
    made = make_round({})
    db.session.rollback()
    commits: list[Connection] = []
    event.listen(db.engine, "commit", commits.append)
    first = threading.Event()

    def wait_for_the_others(connection: Connection) -> int:
        first.wait(timeout=10)
        return add_one(connection, made.id)

    engine = db.engine
    leader = threading.Thread(target=Context().run, args=(write, engine, wait_for_the_others))
    leader.start()
    others = [
        threading.Thread(
            target=Context().run, args=(write, engine, partial(add_one, round_id=made.id))
        )
        for _ in range(TOGETHER)
    ]
    for other in others:
        other.start()
    threading.Timer(0.3, first.set).start()
    for thread in (leader, *others):
        thread.join()
    assert len(commits) == 2


def test_an_act_that_fails_takes_nobody_with_it(app: Flask) -> None:
    made = make_round({})
    before = year(made.id)

    def fail(connection: Connection) -> int:
        add_one(connection, made.id)
        raise ValueError("mine alone")

    acts = [partial(add_one, round_id=made.id), fail] * (TOGETHER // 2)
    results = at_once(app, acts)
    assert results[0::2] == [1] * (TOGETHER // 2)
    assert {str(result) for result in results[1::2]} == {"mine alone"}
    assert year(made.id) == before + TOGETHER // 2


def test_nobody_hears_of_success_when_the_commit_fails(app: Flask) -> None:
    made = make_round({})
    before = year(made.id)

    def refuse(_: Connection) -> None:
        raise RuntimeError("disk full")

    event.listen(db.engine, "commit", refuse)
    try:
        with pytest.raises(RuntimeError, match="disk full"):
            write(db.engine, partial(add_one, round_id=made.id))
    finally:
        event.remove(db.engine, "commit", refuse)
    assert year(made.id) == before
    assert write(db.engine, partial(add_one, round_id=made.id)) == 1


def test_an_insert_of_a_failed_act_leaves_no_row(app: Flask) -> None:
    def half(connection: Connection) -> None:
        connection.execute(
            insert(Round).values(
                name="x",
                year=2026,
                state=RoundState.PLANNED,
                dry_run=False,
                questionnaire_code="x",
                questionnaire_hash="x",
                questionnaire={},
                declared_lost=0,
                created_at=func.now(),
            )
        )
        raise ValueError("after the insert")

    with pytest.raises(ValueError, match="after the insert"):
        write(db.engine, half)
    assert db.session.scalar(select(func.count()).select_from(Round)) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_acknowledges_nothing_that_it_took_back(app: Flask) -> None:
    made = make_round({})
    before = year(made.id)
    with writing() as session:
        session.execute(text("CREATE TABLE heap (content BLOB)"))

    def fill_up(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
        connection.exec_driver_sql("INSERT INTO heap VALUES (zeroblob(1000000))")

    one = partial(add_one, round_id=made.id)
    writer: Writer[Any] = Writer(db.engine)
    futures: list[Future[Any]] = [Future() for _ in range(3)]
    writer.waiting.extend(zip([one, fill_up, one], futures, strict=True))
    writer.commit_group()
    told = sum(future.exception() is None for future in futures)
    assert told == 0
    assert year(made.id) - before == told
    assert all(isinstance(future.exception(), OperationalError) for future in futures)

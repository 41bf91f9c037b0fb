import threading
import time
from contextvars import Context
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, event, func, insert, select, text, update
from sqlalchemy.exc import OperationalError

from app.database import WRITING, writing
from app.extensions import db
from app.models import Round
from app.services import group_commit
from app.services.group_commit import Waiting, Work, Writer
from app.vocabulary import RoundState
from tests.app.round_factory import make_round

TOGETHER = 12


def add_one(connection: Connection, round_id: int) -> int:
    return connection.execute(
        update(Round).where(Round.id == round_id).values(year=Round.year + 1)
    ).rowcount


def each(connection: Connection, acts: list) -> list:
    """Do several acts as one piece of work would: the first that fails ends it."""
    return [act(connection) for act in acts]


WORK = Work(lambda connection, act: act(connection), each)


def write(engine: Engine, act):
    """Do an act as answers are written on this kind of database."""
    if engine.dialect.name == "sqlite":
        return group_commit.write_all(engine, WORK, [act])[0]
    with engine.begin() as connection:
        return act(connection)


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
    inside, first = threading.Event(), threading.Event()

    def wait_for_the_others(connection: Connection) -> int:
        inside.set()
        first.wait(timeout=10)
        return add_one(connection, made.id)

    engine = db.engine
    leader = threading.Thread(target=Context().run, args=(write, engine, wait_for_the_others))
    leader.start()
    assert inside.wait(timeout=10)  # else the others could be of its group
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
    entries = [Waiting(WORK, act) for act in (one, fill_up, one)]
    group_commit.commit_group(db.engine.execution_options(**{WRITING: True}), entries)
    assert year(made.id) == before
    assert all(isinstance(entry.error, OperationalError) for entry in entries)
    assert all(entry.settled.acquire(blocking=False) for entry in entries)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_group_that_fails_together_is_written_one_by_one(app: Flask) -> None:
    made = make_round({})
    before = year(made.id)
    tried: list[int] = []

    def together(connection: Connection, acts: list) -> list:
        tried.append(len(acts))
        each(connection, acts)
        raise ValueError("not alike after all")

    work = Work(WORK.one, together)
    entries = [Waiting(work, partial(add_one, round_id=made.id)) for _ in range(3)]
    group_commit.commit_group(db.engine.execution_options(**{WRITING: True}), entries)
    assert tried == [3]
    assert [entry.outcome() for entry in entries] == [1, 1, 1]
    assert year(made.id) == before + 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_thread_ends_when_idle_and_comes_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "IDLE_SECONDS", 0.01)
    made = make_round({})
    before = year(made.id)
    writer = Writer()
    for turn in (1, 2):
        assert writer.write(db.engine, WORK, [partial(add_one, round_id=made.id)]) == [1]
        for _ in range(500):
            if writer.thread is None:
                break
            time.sleep(0.01)
        assert writer.thread is None
        assert year(made.id) == before + turn


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_waits_for_ever_when_the_database_cannot_be_opened(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_round({})
    writer, one = Writer(), partial(add_one, round_id=made.id)

    def unopened(_: Engine) -> Connection:
        raise OSError("too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "connect", unopened)
        with pytest.raises(OSError, match="too many"):
            writer.write(db.engine, WORK, [one])
    assert writer.write(db.engine, WORK, [one]) == [1]

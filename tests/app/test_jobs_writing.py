"""Read, change, write: two hundred at once lose nothing, whoever writes."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app import create_app
from app.config import read_settings
from app.database import writing
from app.extensions import db
from app.models import Job
from app.services import jobs
from app.services.recording import SYSTEM
from app.vocabulary import JobKind
from tests.proofs.workers import environ_of

TIMES, PROCESSES = 200, 4


@pytest.fixture
def counter(app: Flask) -> int:
    """The number of a row in which somebody counts."""
    return jobs.ask(SYSTEM, JobKind.MIX, {})


def add_one(job_id: int, *, locked: bool = True, between: Callable[[], object] = int) -> None:
    with writing() as session:
        row = session.get_one(Job, job_id, with_for_update=locked)
        count = row.done
        between()
        row.done = count + 1


def counted(job_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True).done


def test_two_hundred_threads_that_count_at_once_lose_none(app: Flask, counter: int) -> None:
    start = threading.Barrier(TIMES)

    def act(_: int) -> None:
        start.wait()
        with app.app_context():
            add_one(counter)
            db.session.remove()

    with ThreadPoolExecutor(TIMES) as pool:
        list(pool.map(act, range(TIMES)))
    assert counted(counter) == TIMES


def count_in_a_process(environ: dict[str, str], counter: int, times: int) -> None:
    app = create_app(read_settings(environ))
    for _ in range(times):
        with app.app_context():
            add_one(counter)
            db.session.remove()


def test_processes_that_count_at_once_lose_none(
    app: Flask, counter: int, database_url: str, tmp_path
) -> None:
    context = multiprocessing.get_context("forkserver")
    environ = environ_of(tmp_path, database_url)
    each = TIMES // PROCESSES
    started = [
        context.Process(target=count_in_a_process, args=(environ, counter, each))
        for _ in range(PROCESSES)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * PROCESSES
    assert counted(counter) == TIMES


def test_without_a_row_lock_one_of_two_is_lost_where_writers_do_not_exclude_each_other(
    app: Flask, counter: int
) -> None:
    """What the tests above would see if somebody forgot the lock."""
    both_have_read = threading.Barrier(2)

    def wait() -> None:
        try:
            both_have_read.wait(timeout=1)
        except threading.BrokenBarrierError:
            assert db.engine.dialect.name == "sqlite"

    def act() -> None:
        with app.app_context():
            add_one(counter, locked=False, between=wait)
            db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(counter) == (2 if db.engine.dialect.name == "sqlite" else 1)

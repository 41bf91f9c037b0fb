"""Worker processes: stopped, killed, hung, several of them on one queue."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.channels import queue
from app.config import SettingsError, read_settings
from app.extensions import db
from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import jobs, keys
from app.services.recording import SYSTEM
from app.tasks import worker
from app.vocabulary import JobKind, JobState, RoundState
from tests.app.round_factory import make_round
from tests.app.test_opening import state_of
from tests.proofs import workers

STEPS = {JobKind.DRAW: workers.wait_in_steps}
PATIENCE = 30.0
# A worker that waits less, where how long it waits is not the question.
HURRIED = {"LOOK_SECONDS": 1.0, "GRACE_SECONDS": 0.5}


def until(holds: Callable[[], bool], patience: float = PATIENCE) -> float:
    """Wait until something holds, and tell how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + patience
        time.sleep(0.02)
    return time.monotonic() - began


def the_job(job_id: int) -> JobView:
    db.session.rollback()
    found = rows.job(job_id)
    assert found is not None
    return found


def ended(job_id: int) -> Callable[[], bool]:
    return lambda: the_job(job_id).ended


def begun(job_id: int) -> Callable[[], bool]:
    return lambda: the_job(job_id).done > 0


def ask(steps: int) -> int:
    return jobs.ask(SYSTEM, JobKind.DRAW, {"steps": steps})


@pytest.fixture
def environ(app: Flask, database_url: str, tmp_path: Path) -> dict[str, str]:
    return workers.environ_of(tmp_path, database_url)


@pytest.fixture
def start() -> Iterator[Callable[..., object]]:
    """Start workers and end those that are left."""
    started = []

    def begin(*given, **named):
        started.append(workers.start(*given, **named))
        return started[-1]

    yield begin
    for process in started:
        if process.is_alive():
            os.kill(process.pid, signal.SIGCONT)
            workers.kill(process)


def test_a_worker_that_is_told_to_stop_ends_a_short_job_first(environ, start) -> None:
    process = start(environ, STEPS)
    job_id = ask(steps=15)
    until(begun(job_id))
    assert workers.stop(process) < worker.GRACE_SECONDS
    assert the_job(job_id).state is JobState.DONE
    assert the_job(job_id).attempts == 1


def test_a_worker_that_is_told_to_stop_puts_a_long_job_back(environ, start) -> None:
    process = start(environ, STEPS, **HURRIED)
    job_id = ask(steps=1000)
    until(begun(job_id))
    assert workers.stop(process) < HURRIED["GRACE_SECONDS"] + 4
    found = the_job(job_id)
    assert (found.state, found.attempts, found.lease_holder) == (JobState.QUEUED, 0, "")


def test_a_worker_in_the_middle_of_something_silent_stops_too(environ, start) -> None:
    process = start(environ, {JobKind.DRAW: workers.hang}, **HURRIED)
    job_id = jobs.ask(SYSTEM, JobKind.DRAW, {})
    until(lambda: the_job(job_id).state is JobState.RUNNING)
    assert workers.stop(process) < HURRIED["GRACE_SECONDS"] + 4
    assert the_job(job_id).state is JobState.QUEUED


def test_after_a_kill_the_next_worker_does_not_wait_for_the_lease(environ, start) -> None:
    process = start(environ, STEPS)
    job_id = ask(steps=20)
    until(begun(job_id))
    workers.kill(process)
    assert the_job(job_id).state is JobState.RUNNING
    start(environ, STEPS)
    assert until(ended(job_id)) < 20
    found = the_job(job_id)
    assert (found.state, found.attempts) == (JobState.DONE, 2)


def test_a_wake_up_that_is_lost_only_delays(environ, start, monkeypatch) -> None:
    start(environ, STEPS, **HURRIED)
    first = ask(steps=1)
    until(ended(first))
    monkeypatch.setattr(queue, "poke", lambda job_id: None)
    job_id = ask(steps=1)
    assert until(ended(job_id)) < HURRIED["LOOK_SECONDS"] + 5


def test_a_queue_that_is_away_does_not_refuse_the_job(app: Flask, monkeypatch) -> None:
    queue.connect("redis://127.0.0.1:1/0")
    assert the_job(ask(steps=1)).state is JobState.QUEUED


def test_redis_without_its_client_is_named_at_the_start(monkeypatch) -> None:
    url = {"KHAOSAT_QUEUE_URL": "redis://127.0.0.1/0"}
    assert read_settings(url).queue == "redis://127.0.0.1/0"
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SettingsError, match=r"khaosat\[redis\]"):
        read_settings(url)


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of our own, on a socket that nobody else knows."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("REQUIRE_REDIS"):
            pytest.fail("REQUIRE_REDIS is set, but there is no redis-server")
        pytest.skip("needs redis-server: run 'sudo apt install redis-server'")
    place = Path("/tmp") / f"khaosat-redis-{os.getpid()}-{time.monotonic_ns()}.sock"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(place), "--save", "", "--appendonly", "no"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
    )
    until(place.exists)
    yield f"unix://{place}"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture
def two(app: Flask, database_url: str, redis_url: str, tmp_path: Path) -> list[dict[str, str]]:
    """Settings of two machines with one database and one Redis; the first has the keys."""
    shared = database_url or f"sqlite:///{tmp_path / 'khaosat.db'}"
    queue.connect(redis_url)
    other = tmp_path / "other"
    other.mkdir()
    return [workers.environ_of(home, shared, redis_url) for home in (tmp_path, other)]


def test_two_workers_on_redis_share_the_jobs_and_do_each_once(two, start) -> None:
    for environ in two:
        start(environ, STEPS)
    numbers = [ask(steps=2) for _ in range(12)]
    until(lambda: all(the_job(number).ended for number in numbers))
    found = [the_job(number) for number in numbers]
    assert {(job.state, job.attempts) for job in found} == {(JobState.DONE, 1)}
    assert len({job.lease_holder for job in found}) == 2


def test_what_a_stopped_worker_put_back_the_other_takes_at_once(two, start) -> None:
    first = start(two[0], STEPS, **HURRIED)
    job_id = ask(steps=25)
    until(begun(job_id))
    holder = the_job(job_id).lease_holder
    start(two[1], STEPS)
    workers.stop(first)
    assert until(ended(job_id)) < 25
    assert the_job(job_id).state is JobState.DONE
    assert the_job(job_id).lease_holder != holder


def test_work_with_keys_waits_for_the_machine_that_has_them(two, start) -> None:
    first = start(two[0], **HURRIED)
    until(lambda: rows_held("mixer"))
    workers.stop(first)
    made = make_round({"TB": {"land": 2}})
    start(two[1], STEPS, **HURRIED)
    until(lambda: rows_held("worker:"))
    with_keys = jobs.ask(SYSTEM, JobKind.OPEN_ROUND, {"round_id": made.id})
    without = ask(steps=1)
    until(ended(without))
    time.sleep(HURRIED["LOOK_SECONDS"] + 1)
    assert the_job(with_keys).state is JobState.QUEUED
    assert keys.kept() == set()
    start(two[0])
    until(ended(with_keys))
    assert state_of(made.id) is RoundState.OPEN
    assert len(keys.kept()) == 1


def rows_held(lease: str) -> bool:
    db.session.rollback()
    return rows.held(lease)


def test_a_worker_that_hangs_loses_its_job_to_another(two, start, monkeypatch) -> None:
    """Frozen as a suspended machine is; it comes back too late and stores nothing."""
    hung = start(two[0], STEPS)
    job_id = ask(steps=25)
    until(begun(job_id))
    os.kill(hung.pid, signal.SIGSTOP)
    holder = the_job(job_id).lease_holder
    run_out(job_id)
    start(two[1], STEPS)
    until(lambda: the_job(job_id).lease_holder not in {holder, ""})
    os.kill(hung.pid, signal.SIGCONT)
    until(ended(job_id))
    found = the_job(job_id)
    assert (found.state, found.attempts) == (JobState.DONE, 2)
    assert found.lease_holder != holder


def run_out(job_id: int) -> None:
    """Let a lease run out as a minute would."""
    from app import clock
    from app.database import writing
    from app.models import Job

    with writing() as session:
        session.get_one(Job, job_id).lease_until = clock.now()

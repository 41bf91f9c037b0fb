"""A list on its way into the tables is seen by nobody, and leaves nothing when it stops."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Contact, Dossier, Frame, Job, LogEntry, Upload
from app.queries import frames, jobs as rows, rounds
from app.services import contacts, frame_staging, framing, jobs, leases
from app.services.errors import WrongStateError
from app.services.framing import Origin
from app.services.leases import LostLeaseError
from app.services.recording import SYSTEM
from app.services.rounds import ask
from app.tasks import running
from app.vocabulary import FrameState, JobKind, JobState, RoundState
from tests.app import round_steps

ROOT = Path(__file__).parents[2]
DOSSIERS = 60


@pytest.fixture(autouse=True)
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_staging, "CHUNK", 7)


@pytest.fixture
def planned(app) -> int:
    round_steps.add_units("A")
    return round_steps.planned()


def content(count: int = DOSSIERS) -> bytes:
    return round_steps.listing({"A": count})


def asked(round_id: int, count: int = DOSSIERS) -> int:
    return ask(SYSTEM, JobKind.READ_FRAME, round_id, file=("thang-7.csv", content(count)))


def left() -> tuple[int, int, int]:
    """Frames that count or may come to count, dossiers and contacts in the tables."""
    db.session.rollback()
    living = db.session.query(Frame).filter(Frame.state != FrameState.REMOVED)
    return living.count(), db.session.query(Dossier).count(), db.session.query(Contact).count()


def take(round_id: int, progress: Callable[[int, int], None], job_id: int | None = None) -> None:
    origin = Origin(job_id=job_id)
    framing.import_frame(SYSTEM, round_id, content(), "list.csv", progress, origin)


def test_nothing_staged_is_seen(planned):
    seen = []

    def look(done: int, total: int) -> None:
        stored = left()[1]
        if not stored:
            return
        seen.append(stored)
        assert frames.of_round(planned) is None
        assert rounds.one(planned).state is RoundState.PLANNED
        assert [listed.dossiers for listed in rounds.all_rounds()] == [None]
        assert contacts.search(SYSTEM, "0903000001") == []

    take(planned, look)
    assert seen == [7, 14, 21, 28, 35, 42, 49, 56, 60]
    assert frames.of_round(planned).dossiers == DOSSIERS
    assert [listed.dossiers for listed in rounds.all_rounds()] == [DOSSIERS]


def test_progress_moves_from_reading_to_the_end(planned):
    shares = []
    take(planned, lambda done, total: shares.append(done / total if total else 0))
    assert shares == sorted(shares)
    assert len(set(shares)) >= 9
    assert shares[-1] == 1


def test_the_list_of_a_framed_round_is_one_even_with_another_on_its_way(planned):
    take(planned, lambda *_: None)
    with writing() as session:
        session.add(
            Frame(
                round_id=planned,
                state=FrameState.STAGED,
                filename="other.csv",
                file_hash="0" * 64,
                hash="1" * 64,
                dossiers=9,
                imported_at=clock.now(),
            )
        )
    assert frames.of_round(planned).filename == "list.csv"
    assert [listed.dossiers for listed in rounds.all_rounds()] == [DOSSIERS]


def test_a_cancelled_import_leaves_nothing(planned, monkeypatch: pytest.MonkeyPatch):
    job_id = asked(planned)
    real = leases.progress

    def cancel_half_way(job, done: int, total: int) -> None:
        if left()[1] > DOSSIERS / 2 and not rows.job(job_id).cancel_asked:
            jobs.cancel(SYSTEM, job_id)
        real(job, done, total)

    monkeypatch.setattr(leases, "progress", cancel_half_way)
    running.perform(leases.claim(job_id, "test"))
    assert rows.job(job_id).state is JobState.CANCELLED
    assert left() == (0, 0, 0)
    assert rounds.one(planned).state is RoundState.PLANNED
    assert db.session.query(Upload).count() == 0


def test_a_cancellation_at_the_last_moment_still_counts(planned, monkeypatch):
    job_id = asked(planned)
    real = framing._let_count

    def cancel_first(*arguments):
        jobs.cancel(SYSTEM, job_id)
        real(*arguments)

    monkeypatch.setattr(framing, "_let_count", cancel_first)
    running.perform(leases.claim(job_id, "test"))
    assert rows.job(job_id).state is JobState.CANCELLED
    assert left() == (0, 0, 0)
    assert not db.session.query(LogEntry).filter(LogEntry.body.contains("round.framed")).count()


def test_a_failed_import_leaves_nothing(planned, monkeypatch: pytest.MonkeyPatch):
    real = contacts.store
    calls = []

    def fail_later(session, listed) -> None:
        calls.append(1)
        if len(calls) == 5:
            raise OSError("disk full")
        real(session, listed)

    monkeypatch.setattr(contacts, "store", fail_later)
    job_id = asked(planned)
    running.perform(leases.claim(job_id, "test"))
    assert rows.job(job_id).state is JobState.FAILED
    assert left() == (0, 0, 0)


def test_a_worker_given_up_for_dead_cannot_finish(planned):
    """Its job was taken over and its rows were dropped while it slept."""
    job_id = asked(planned)
    slow = leases.claim(job_id, "slow")

    def sleep_half_way(done: int, total: int) -> None:
        if left()[1] > DOSSIERS / 2:
            expire(job_id)
            running.perform(leases.claim(job_id, "quick"))
        leases.progress(slow, done, total)

    with pytest.raises(LostLeaseError):
        take(planned, sleep_half_way, job_id)
    # Numbers of frames never come back, or the sleeper would have dropped its successor's.
    assert left() == (1, DOSSIERS, DOSSIERS)
    assert rows.job(job_id).state is JobState.DONE


def test_rows_are_not_added_to_a_frame_that_was_dropped(planned):
    steps = []

    def drop_half_way(done: int, total: int) -> None:
        steps.append(left()[1])
        if steps[-1] > DOSSIERS / 2:
            for frame in db.session.query(Frame).all():
                frame_staging.drop(frame.id)

    with pytest.raises(WrongStateError):
        take(planned, drop_half_way)
    assert left() == (0, 0, 0)
    # The transaction after the drop was refused: there was nothing more to tell.
    assert steps[-1] > DOSSIERS / 2


def expire(job_id: int) -> None:
    """Let the lease of a job run out."""
    with writing() as session:
        past = clock.now() - timedelta(seconds=1)
        session.execute(update(Job).where(Job.id == job_id).values(lease_until=past))


def killed_half_way(app: Flask, job_id: int, count: int, chunk: int) -> None:
    """Start a worker on a job and kill it outright once half of the rows are in."""
    settings = app.config["KHAOSAT"]
    environ = {name: value for name, value in os.environ.items() if "KHAOSAT" not in name}
    environ |= {"KHAOSAT_HOME": str(settings.folder), "KHAOSAT_SECRET_KEY": settings.secret_key}
    if settings.database_url:
        environ["KHAOSAT_DATABASE_URL"] = settings.database_url
    command = [sys.executable, "-m", "tests.app.importing", str(job_id), str(chunk)]
    process = subprocess.Popen(command, cwd=ROOT, env=environ)
    try:
        while left()[1] < count // 2:
            assert process.poll() is None, "the import ended before it was killed"
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_kill_half_way_and_a_restart_leave_one_import(app, planned):
    job_id = asked(planned, 1500)
    killed_half_way(app, job_id, 1500, 25)
    staged, stored, _ = left()
    assert (staged, rows.job(job_id).state) == (1, JobState.RUNNING)
    assert 0 < stored < 1500
    assert frames.of_round(planned) is None
    expire(job_id)
    running.perform(leases.claim(job_id, "restarted"))
    assert rows.job(job_id).state is JobState.DONE
    assert left() == (1, 1500, 1500)
    assert frames.of_round(planned).dossiers == 1500


def test_a_kill_and_a_cancellation_leave_nothing_after_the_clock(app, planned):
    job_id = asked(planned, 1500)
    killed_half_way(app, job_id, 1500, 25)
    assert framing.drop_abandoned() == 0
    assert left()[1]
    jobs.cancel(SYSTEM, job_id)
    expire(job_id)
    running.perform(leases.claim(job_id, "restarted"))
    assert rows.job(job_id).state is JobState.CANCELLED
    framing.drop_abandoned()
    assert left() == (0, 0, 0)


@pytest.mark.parametrize("state", list(JobState))
def test_the_clock_drops_what_no_living_job_works_on(planned, state: JobState):
    job_id = asked(planned)
    stop_in_the_middle(planned, job_id)
    with writing() as session:
        session.get(Job, job_id).state = state
    dropped = framing.drop_abandoned()
    alive = state in jobs.ALIVE
    assert dropped == (0 if alive else 1)
    assert (left()[1] > 0) == alive


def stop_in_the_middle(round_id: int, job_id: int | None = None) -> None:
    """Leave a half stored list behind, as a kill does."""

    class KilledError(BaseException):
        pass

    def kill(done: int, total: int) -> None:
        if left()[1] > DOSSIERS / 2:
            raise KilledError()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame_staging, "drop", lambda frame_id: None)
        with pytest.raises(KilledError):
            take(round_id, kill, job_id)


def test_an_import_without_a_job_is_given_an_hour(planned):
    stop_in_the_middle(planned)
    assert framing.drop_abandoned() == 0
    with writing() as session:
        long_ago = clock.now() - timedelta(hours=2)
        session.execute(update(Frame).values(imported_at=long_ago))
    assert framing.drop_abandoned() == 1
    assert left() == (0, 0, 0)


def test_the_clock_leaves_lists_in_use_alone(planned):
    take(planned, lambda *_: None)
    assert framing.drop_abandoned() == 0
    assert left() == (1, DOSSIERS, DOSSIERS)
    with pytest.raises(WrongStateError):
        frame_staging.empty(frames.of_round(planned).id)
    assert left() == (1, DOSSIERS, DOSSIERS)


def test_the_clock_finishes_a_removal_that_was_cut_short(planned, monkeypatch):
    take(planned, lambda *_: None)
    with monkeypatch.context() as broken:
        broken.setattr(frame_staging, "empty", lambda frame_id: None)
        framing.remove_frame(SYSTEM, planned)
    assert left() == (0, DOSSIERS, DOSSIERS)
    assert frames.of_round(planned) is None
    assert framing.drop_abandoned() == 1
    assert left() == (0, 0, 0)
    assert framing.drop_abandoned() == 0

"""Leases: who may do a job, and what happens to work that somebody else has taken over."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import writing
from app.extensions import db
from app.models import CriteriaSet, Job, JobFile, LogEntry
from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import criteria_sets, job_files, jobs, leases
from app.services.errors import NotFoundError, WrongStateError
from app.services.leases import MOST_ATTEMPTS, CancelledError, LostLeaseError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobKind, JobState
from tests.app.index_factory import SCHEME

LATER = leases.LENGTH + timedelta(seconds=1)


@pytest.fixture
def later() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def asked(content: bytes = SCHEME) -> int:
    return jobs.ask(SYSTEM, JobKind.IMPORT_CRITERIA, {}, ("bo.yaml", content))


def claimed(job_id: int, holder: str = "one") -> JobView:
    found = leases.claim(job_id, holder)
    assert found is not None
    return found


def state(job_id: int) -> JobState:
    db.session.rollback()
    found = rows.job(job_id)
    assert found is not None
    return found.state


def sets() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(CriteriaSet.id))) or 0


def test_of_many_who_claim_at_once_one_gets_the_job(app: Flask) -> None:
    job_id = asked()
    start, got = threading.Barrier(8), []

    def claim(name: str) -> None:
        with app.app_context():
            start.wait()
            found = leases.claim(job_id, name)
            got.append(found.lease_holder if found else None)
            db.session.remove()

    threads = [threading.Thread(target=claim, args=(f"worker {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got.count(None) == 7


def test_a_job_is_free_again_once_its_lease_has_run_out(app: Flask, later) -> None:
    job_id = asked()
    claimed(job_id)
    later.shift(leases.LENGTH - timedelta(seconds=1))
    assert leases.takeable() == []
    assert leases.claim(job_id, "two") is None
    later.shift(timedelta(seconds=2))
    assert leases.takeable() == [job_id]
    assert claimed(job_id, "two").attempts == 2


@pytest.mark.parametrize("how", ["heartbeat", "progress"])
def test_a_lease_that_is_renewed_does_not_run_out(app: Flask, later, how: str) -> None:
    job = claimed(asked())
    for _ in range(5):
        later.shift(leases.LENGTH * 0.8)
        if how == "heartbeat":
            leases.renew(job.id, "one")
        else:
            leases.progress(job, 1, 2)
        assert leases.takeable() == []


def test_nobody_renews_what_somebody_else_has_taken(app: Flask, later) -> None:
    job = claimed(asked())
    later.shift(LATER)
    claimed(job.id, "two")
    later.shift(leases.LENGTH * 0.9)
    leases.renew(job.id, "one")
    later.shift(leases.LENGTH * 0.2)
    assert leases.takeable() == [job.id]


def test_a_worker_that_lost_its_lease_stores_nothing(app: Flask, later) -> None:
    late = claimed(asked())
    later.shift(LATER)
    claimed(late.id, "two")
    with pytest.raises(LostLeaseError):
        running.perform(late)
    assert sets() == 0
    assert state(late.id) is JobState.RUNNING
    for act in (leases.finish, leases.progress):
        with pytest.raises(LostLeaseError):
            act(late, *(({},) if act is leases.finish else (1, 2)))


def test_the_one_who_took_over_ends_the_job_and_the_first_comes_too_late(app: Flask, later) -> None:
    late = claimed(asked())
    later.shift(LATER)
    running.perform(claimed(late.id, "two"))
    assert (state(late.id), sets()) == (JobState.DONE, 1)
    # Its file is gone with the end of the job; whatever it tries does not reach the job's row.
    running.perform(late)
    assert (state(late.id), sets()) == (JobState.DONE, 1)
    assert leases.claim(late.id, "three") is None


def test_what_a_job_did_and_its_end_are_stored_together(app: Flask, monkeypatch) -> None:
    job = claimed(asked())

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(leases, "drop_upload", killed)
    with pytest.raises(KeyboardInterrupt):
        running.perform(job)
    assert (state(job.id), sets()) == (JobState.RUNNING, 0)


def test_a_job_that_stops_its_worker_five_times_is_given_up_visibly(app: Flask, later) -> None:
    job_id = asked()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert claimed(job_id).attempts == attempt
        later.shift(LATER)
    assert leases.claim(job_id, "one") is None
    found = rows.job(job_id)
    assert found is not None
    assert found.state is JobState.FAILED
    assert found.message % found.result["params"] == (
        "The worker stopped 5 times during this work; it was given up."
    )
    assert leases.takeable() == []


def test_work_left_to_others_is_neither_listed_nor_claimed(app: Flask) -> None:
    job_id = asked()
    assert leases.takeable({JobKind.IMPORT_CRITERIA}) == []
    assert leases.claim(job_id, "one", {JobKind.IMPORT_CRITERIA}) is None
    assert claimed(job_id).attempts == 1


def test_a_job_cancelled_in_the_queue_never_runs_and_its_file_is_gone(app: Flask) -> None:
    job_id = asked()
    jobs.cancel(SYSTEM, job_id)
    assert state(job_id) is JobState.CANCELLED
    assert leases.claim(job_id, "one") is None
    found = rows.job(job_id)
    assert found is not None
    assert rows.upload(found.arguments["upload"]) is None


def test_a_job_cancelled_while_it_runs_stops_at_its_next_step(app: Flask) -> None:
    job = claimed(asked())
    leases.progress(job, 1, 2)
    jobs.cancel(SYSTEM, job.id)
    with pytest.raises(CancelledError):
        leases.progress(job, 2, 2)
    assert state(job.id) is JobState.RUNNING


def test_a_job_cancelled_before_its_end_stores_nothing(app: Flask) -> None:
    job = claimed(asked())
    jobs.cancel(SYSTEM, job.id)
    running.perform(job)
    assert (state(job.id), sets()) == (JobState.CANCELLED, 0)


def test_a_cancelled_job_that_another_worker_takes_up_is_not_even_begun(
    app: Flask, later, monkeypatch
) -> None:
    job_id = asked()
    claimed(job_id)
    jobs.cancel(SYSTEM, job_id)
    later.shift(LATER)
    monkeypatch.setattr(running, "HANDLERS", {})
    running.perform(claimed(job_id, "two"))
    assert state(job_id) is JobState.CANCELLED


def test_what_has_ended_cannot_be_cancelled(app: Flask) -> None:
    job = claimed(asked())
    running.perform(job)
    with pytest.raises(WrongStateError):
        jobs.cancel(SYSTEM, job.id)
    with pytest.raises(NotFoundError):
        jobs.cancel(SYSTEM, 4711)
    bodies = "".join(db.session.scalars(select(LogEntry.body)))
    assert "job.cancelled" not in bodies


def test_cancelling_and_concluding_at_once_end_one_way_or_the_other(app: Flask) -> None:
    for number in range(10):
        job = claimed(asked(SCHEME.replace(b"1.1", f"{number + 3}.1".encode())))
        start = threading.Barrier(2)

        def cancel(job_id: int = job.id, start: threading.Barrier = start) -> None:
            with app.app_context():
                start.wait()
                with suppress(WrongStateError):
                    jobs.cancel(SYSTEM, job_id)
                db.session.remove()

        before = sets()
        thread = threading.Thread(target=cancel)
        thread.start()
        start.wait()
        running.perform(job)
        thread.join()
        ended = state(job.id)
        assert ended in {JobState.DONE, JobState.CANCELLED}
        assert sets() - before == (ended is JobState.DONE)


def test_a_set_that_is_there_already_ends_its_job_too(app: Flask) -> None:
    known = criteria_sets.add_criteria_set(SYSTEM, SCHEME)
    job = claimed(asked())
    running.perform(job)
    found = rows.job(job.id)
    assert found is not None
    assert (found.state, found.result["criteria_set"]) == (JobState.DONE, known)


def test_files_of_jobs_are_sealed_and_deleted_after_their_days(app: Flask, later) -> None:
    job = claimed(asked())
    with writing() as session:
        file_id = job_files.keep(session, job, "loi.xlsx", "text/plain", b"0901234567")
    assert b"0901234567" not in db.session.scalars(select(JobFile.sealed)).one()
    assert job_files.take(SYSTEM, job.id, file_id).content == b"0901234567"
    with pytest.raises(NotFoundError):
        job_files.take(SYSTEM, job.id + 1, file_id)
    later.shift(job_files.LIFETIME + timedelta(seconds=1))
    assert rows.files(job.id) == []
    with pytest.raises(NotFoundError):
        job_files.take(SYSTEM, job.id, file_id)
    assert (job_files.purge(), job_files.purge()) == (1, 0)
    assert db.session.scalar(select(func.count(Job.id))) == 1

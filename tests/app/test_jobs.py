"""Background work: asked for once, done once, and told about whatever happens."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Job, Upload
from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import jobs, secrets
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.tasks import running
from app.tasks.worker import AlreadyRunningError, lock
from app.vocabulary import JobKind, JobState, Role
from sampling.errors import Fault


def handled(monkeypatch: pytest.MonkeyPatch, handler: Callable[[JobView], dict[str, Any]]) -> None:
    monkeypatch.setattr(running, "HANDLERS", {JobKind.MIX: handler})


def run(app: Flask, job_id: int) -> JobView:
    running.runner(app, "test")(job_id)
    found = rows.job(job_id)
    assert found is not None
    return found


def ask(file: tuple[str, bytes] | None = None) -> int:
    return jobs.ask(SYSTEM, JobKind.MIX, {"round_id": 7}, file)


def test_a_job_gets_its_arguments_and_keeps_its_result(app: Flask, monkeypatch):
    handled(monkeypatch, lambda job: {"seen": job.arguments["round_id"]})
    done = run(app, ask())
    assert (done.state, done.result) == (JobState.DONE, {"seen": 7})
    assert done.finished_at is not None


def test_a_job_runs_once_however_often_it_is_called(app: Flask, monkeypatch):
    calls: list[int] = []
    handled(monkeypatch, lambda job: {"n": calls.append(job.id)})
    job_id = ask()
    threads = [
        threading.Thread(target=running.runner(app, "test"), args=(job_id,)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [job_id]


def test_faults_are_listed_with_row_and_column(app: Flask, monkeypatch):
    def faulty(job: JobView) -> dict[str, Any]:
        raise InvalidInputError(faults=[Fault(3, "received", "x", "not_a_number")])

    handled(monkeypatch, faulty)
    failed = run(app, ask())
    assert failed.state is JobState.FAILED
    assert failed.result["count"] == 1
    assert failed.result["faults"][0]["row"] == 3
    assert failed.result["faults"][0]["column"] == "received"


def test_a_refused_step_is_told_in_words(app: Flask, monkeypatch):
    def refuse(job: JobView) -> dict[str, Any]:
        raise WrongStateError()

    handled(monkeypatch, refuse)
    assert "reload" in run(app, ask()).message


def test_an_unexpected_error_ends_the_job_without_its_details(app: Flask, monkeypatch, caplog):
    def break_down(job: JobView) -> dict[str, Any]:
        raise RuntimeError("".join(["secret ", "09012", "34567"]))

    handled(monkeypatch, break_down)
    failed = run(app, ask())
    assert failed.state is JobState.FAILED
    assert "0901234567" not in failed.message + caplog.text


def test_a_file_waits_encrypted_and_goes_with_the_job(app: Flask, monkeypatch):
    seen: list[bytes] = []

    def read(job: JobView) -> dict[str, Any]:
        found = rows.upload(job.arguments["upload"])
        assert found is not None
        seen.append(secrets.unseal(jobs.UPLOAD, found.sealed))
        return {}

    handled(monkeypatch, read)
    job_id = ask(("a.csv", b"code,phone\nA,0901234567"))
    assert b"0901234567" not in db.session.scalars(select(Upload.sealed)).one()
    db.session.rollback()
    run(app, job_id)
    assert seen == [b"code,phone\nA,0901234567"]
    assert db.session.scalars(select(Upload)).all() == []


def test_what_a_dead_worker_held_waits_again(app: Flask):
    job_id = ask()
    assert jobs.claim(job_id)
    assert not jobs.claim(job_id)
    jobs.put_back_unfinished()
    assert rows.waiting() == [job_id]
    assert jobs.claim(job_id)


def test_one_worker_at_a_time_holds_the_keys(tmp_path):
    held = lock(tmp_path / "worker.lock")
    with pytest.raises(AlreadyRunningError):
        lock(tmp_path / "worker.lock")
    held.close()
    lock(tmp_path / "worker.lock").close()


def test_faults_are_for_who_asked_and_for_administrators(app: Flask, signed_in):
    job_id = ask()
    jobs.claim(job_id)
    jobs.fail(
        job_id,
        "",
        {"faults": [{"row": 3, "column": "c", "value": "v9", "message": "m"}], "count": 1},
    )
    assert "v9" in signed_in(Role.ADMINISTRATOR).get(f"/jobs/{job_id}").text
    assert "v9" not in signed_in(Role.COORDINATOR).get(f"/jobs/{job_id}").text


def test_every_kind_of_job_has_its_handler():
    assert set(running.HANDLERS) == set(JobKind)


def test_the_log_names_the_job_but_not_the_file(app: Flask):
    ask(("danh-sach-Nguyen-Van-A.csv", b"x"))
    from app.models import LogEntry

    bodies = "".join(db.session.scalars(select(LogEntry.body)))
    assert "job.mix" in bodies
    assert "Nguyen" not in bodies
    assert db.session.scalars(select(Job)).one().state is JobState.QUEUED

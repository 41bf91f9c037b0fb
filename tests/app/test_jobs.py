"""Background work: asked for once, done once, and told about whatever happens."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app import clock
from app.extensions import db
from app.models import Job, Upload
from app.queries import jobs as rows
from app.queries.jobs import JobView
from app.services import jobs, leases, secrets
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM
from app.tasks import given, running
from app.tasks.worker import AlreadyRunningError, lock
from app.vocabulary import JobKind, JobState, Role
from sampling.errors import Fault


def handled(monkeypatch: pytest.MonkeyPatch, handler: Callable[[JobView], dict[str, Any]]) -> None:
    monkeypatch.setattr(running, "HANDLERS", {JobKind.MIX: handler})


def run(app: Flask, job_id: int) -> JobView:
    running.runner(app, "test")(job_id)
    db.session.rollback()
    found = rows.job(job_id)
    assert found is not None
    return found


def together(act: Callable[[], None], times: int) -> None:
    """Do something at the same time in several threads."""
    threads = [threading.Thread(target=act) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


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
    together(lambda: running.runner(app, "test")(job_id), 6)
    assert calls == [job_id]


def test_faults_are_listed_with_row_and_column(app: Flask, monkeypatch):
    fault = Fault(3, "received", "x", "not_a_number")

    def faulty(job: JobView) -> dict[str, Any]:
        raise InvalidInputError(faults=[fault])

    handled(monkeypatch, faulty)
    failed = run(app, ask())
    assert failed.state is JobState.FAILED
    assert failed.result["count"] == 1
    assert failed.result["faults"][0]["row"] == 3
    assert failed.result["faults"][0]["column"] == "received"
    told = [failed.result["faults"][0][name] for name in ("message", "english")]
    assert told == [fault.message("vi"), fault.message("en")]


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
        seen.append(jobs.unpacked(found.sealed))
        return {}

    handled(monkeypatch, read)
    job_id = ask(("a.csv", b"code,phone\nA,0901234567"))
    assert b"0901234567" not in db.session.scalars(select(Upload.sealed)).one()
    db.session.rollback()
    run(app, job_id)
    assert seen == [b"code,phone\nA,0901234567"]
    assert db.session.scalars(select(Upload)).all() == []


def test_a_file_is_kept_compressed_and_one_of_an_older_version_is_read_as_it_lies(app: Flask):
    content = b"code,unit,received\n" * 10_000
    ask(("a.csv", content))
    sealed = db.session.scalars(select(Upload.sealed)).one()
    assert len(sealed) < len(content) / 10
    assert jobs.unpacked(sealed) == content
    assert jobs.unpacked(secrets.seal(jobs.UPLOAD, content)) == content


def test_a_database_that_is_away_makes_a_job_wait_instead_of_failing(app: Flask, monkeypatch):
    def find_it_locked(job: JobView) -> dict[str, Any]:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    handled(monkeypatch, find_it_locked)
    job_id = ask()
    with pytest.raises(OperationalError):
        run(app, job_id)
    waits = rows.job(job_id)
    assert waits is not None
    assert waits.state is JobState.RUNNING
    with time_machine.travel(clock.now() + 2 * leases.LENGTH, tick=False):
        assert leases.takeable() == [job_id]


def test_a_second_click_gets_the_same_job(app: Flask):
    first, second = (
        jobs.ask(SYSTEM, JobKind.DRAW, {"round_id": 7}, subject="round:7") for _ in range(2)
    )
    assert first == second
    assert jobs.ask(SYSTEM, JobKind.DRAW, {"round_id": 8}, subject="round:8") != first


def test_many_clicks_at_once_give_one_job_and_one_file(app: Flask):
    found: list[int] = []
    start = threading.Barrier(8)

    def click() -> None:
        with app.app_context():
            start.wait()
            asked = {"round_id": 7}
            found.append(
                jobs.ask(SYSTEM, JobKind.IMPORT_FRAME, asked, ("a.csv", b"x"), subject="round:7")
            )
            db.session.remove()

    together(click, 8)
    assert len(set(found)) == 1
    assert len(found) == 8
    assert len(db.session.scalars(select(Upload)).all()) == 1


def test_another_file_or_number_is_refused_while_the_first_is_under_way(app: Flask):
    def ask_with(arguments: dict[str, int], content: bytes) -> int:
        file = ("a.csv", content)
        return jobs.ask(SYSTEM, JobKind.IMPORT_FRAME, arguments, file, subject="round:7")

    first = ask_with({"round_id": 7}, b"x")
    for arguments, content in (({"round_id": 7}, b"y"), ({"round_id": 8}, b"x")):
        with pytest.raises(WrongStateError):
            ask_with(arguments, content)
    jobs.cancel(SYSTEM, first)
    assert ask_with({"round_id": 7}, b"y") != first


def test_a_file_that_waited_a_day_is_deleted_and_its_job_says_so(app: Flask, monkeypatch):
    handled(monkeypatch, lambda job: {"read": given.file(job)})
    job_id = ask(("a.csv", b"code,phone"))
    assert jobs.purge_uploads() == 0
    with time_machine.travel(clock.now() + jobs.UPLOAD_LIFETIME + timedelta(minutes=1)):
        assert jobs.purge_uploads() == 1
        assert db.session.scalars(select(Upload)).all() == []
        failed = run(app, job_id)
    assert (failed.state, "send it again" in failed.message) == (JobState.FAILED, True)


def test_a_kind_without_a_handler_ends_failed_and_not_silent(app: Flask, monkeypatch):
    monkeypatch.setattr(running, "HANDLERS", {})
    assert run(app, ask()).state is JobState.FAILED


def test_one_worker_at_a_time_holds_the_keys(tmp_path):
    held = lock(tmp_path / "worker.lock")
    with pytest.raises(AlreadyRunningError):
        lock(tmp_path / "worker.lock")
    held.close()
    lock(tmp_path / "worker.lock").close()


def test_faults_are_for_who_asked_and_for_administrators(app: Flask, signed_in):
    job_id = ask()
    claimed = leases.claim(job_id, "test")
    assert claimed is not None
    fault = {"row": 3, "column": "c", "value": "v9", "message": "m"}
    leases.fail(claimed, "", {"faults": [fault], "count": 1})
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

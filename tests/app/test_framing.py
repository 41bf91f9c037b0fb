"""A dossier list is taken over as a whole or not at all, without phones and names."""

import io
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select, text

from app import clock
from app.extensions import db
from app.models import Dossier, Frame, JobFile, LogEntry, Upload
from app.queries import frames, jobs, rounds as rows
from app.services import job_files, leases
from app.services.errors import InvalidInputError, ServiceError, WrongStateError
from app.services.recording import SYSTEM
from app.services.rounds import ask
from app.tasks import frames as tasks, running
from app.vocabulary import JobKind, JobState, Role, RoundState
from sampling.frame import frame_hash, read_frame
from sampling.tabular import read_table
from tests.app import round_steps
from tests.factories import actor


def faults_of(round_id: int, content: bytes) -> list[tuple]:
    with pytest.raises(InvalidInputError) as caught:
        round_steps.take(round_id, content)
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


def test_a_list_is_taken_over_with_every_dossier(app):
    round_steps.add_units("A", "B")
    round_id = round_steps.planned()
    content = round_steps.listing({"A": 3, "B": 2})
    done = round_steps.take(round_id, content)
    stored = db.session.scalars(select(Dossier).order_by(Dossier.code)).all()
    assert done.dossiers == len(stored) == 5
    assert done.units == {"A": 3, "B": 2}
    assert stored[0].code == "HS-A-00000"
    assert (stored[0].field, stored[0].received) == ("Đất đai", date(2026, 7, 15))
    assert rows.one(round_id).state is RoundState.FRAMED
    listed = read_frame(read_table(content, "x.csv")).dossiers
    assert done.hash == frames.of_round(round_id).hash == frame_hash(listed)


def test_phones_and_names_reach_no_table(app):
    round_steps.add_units("A")
    round_steps.framed({"A": 3})
    tables = db.inspect(db.engine).get_table_names()
    for table in tables:
        stored = str(db.session.execute(text(f'SELECT * FROM "{table}"')).all())
        assert "903000001" not in stored, table
        assert "Nguyễn Văn 1" not in stored, table


def test_every_fault_is_told_and_nothing_is_stored(app):
    round_steps.add_units("A")
    round_steps.add_units("OLD", valid_to=clock.today() - timedelta(days=1))
    round_id = round_steps.planned()
    rows_with_faults = [
        "code,unit,received,field",
        "1,A,15/07/2026,",
        "1,A,16/07/2026,",
        "2,OLD,15/07/2026,",
        "3,A,31/02/2026,",
        f"{'x' * 65},A,15/07/2026,",
        f"5,A,15/07/2026,{'y' * 201}",
        '"6\n7",A,15/07/2026,',
    ]
    found = faults_of(round_id, "\n".join(rows_with_faults).encode())
    assert found == [
        (3, "code", "duplicate_code"),
        (5, "received", "impossible_list_date"),
        (6, "code", "too_long"),
        (7, "field", "too_long"),
        (8, "code", "control_character"),
    ]
    assert db.session.query(Frame).count() == db.session.query(Dossier).count() == 0
    assert rows.one(round_id).state is RoundState.PLANNED
    assert not db.session.query(LogEntry).filter(LogEntry.body.contains("round.framed")).count()


def test_faults_repeat_nothing_personal(app):
    round_steps.add_units("A")
    content = "\n".join(
        [
            "code,unit,received,phone",
            "1,A,Trần Thị Bí,0903123456",
            "2,A,0903 123 456,",
        ]
    ).encode()
    with pytest.raises(InvalidInputError) as caught:
        round_steps.take(round_steps.planned(), content)
    assert [fault.code for fault in caught.value.faults] == ["bad_list_date", "bad_list_date"]
    for fault in caught.value.faults:
        said = str(fault.as_dict("vi")) + fault.line("en")
        assert "Trần" not in said
        assert "0903" not in said


def test_a_failure_in_the_middle_stores_nothing(app, monkeypatch: pytest.MonkeyPatch):
    round_steps.add_units("A")
    round_id = round_steps.planned()

    def fail(*args: object, **details: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("app.services.recording.record", fail)
    with pytest.raises(OSError, match="disk full"):
        round_steps.take(round_id, round_steps.listing({"A": 4}))
    assert db.session.query(Dossier).count() == 0
    assert frames.of_round(round_id) is None
    assert rows.one(round_id).state is RoundState.PLANNED


def test_a_second_list_is_refused(app):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 4})
    with pytest.raises(WrongStateError):
        round_steps.take(round_id, round_steps.listing({"A": 2}, "X"))
    assert db.session.query(Dossier).count() == 4


def test_two_imports_at_once_leave_one_list(app):
    round_steps.add_units("A")
    round_id = round_steps.planned()
    start = Barrier(2)
    outcomes = []

    def run(prefix: str) -> None:
        with app.app_context():
            start.wait()
            try:
                round_steps.take(round_id, round_steps.listing({"A": 50}, prefix))
                outcomes.append("done")
            except ServiceError:
                outcomes.append("refused")
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(prefix,)) for prefix in ("X", "Y")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    db.session.rollback()
    assert sorted(outcomes) == ["done", "refused"]
    assert db.session.query(Dossier).count() == 50


def test_the_log_tells_of_the_list_without_dossier_codes(app):
    round_steps.add_units("A")
    round_id = round_steps.framed({"A": 4})
    bodies = db.session.scalars(select(LogEntry.body)).all()
    framed = [body for body in bodies if '"round.framed"' in body]
    assert len(framed) == 1
    assert frames.of_round(round_id).hash in framed[0]
    assert not any("HS-A" in body for body in bodies)


def test_the_worker_imports_a_list_in_the_frame_format_at_once(app):
    round_steps.add_units("A", "B")
    round_id = round_steps.planned()
    asking = actor(Role.COORDINATOR)
    content = round_steps.listing({"A": 3, "B": 1})
    job_id = ask(asking, JobKind.READ_FRAME, round_id, file=("Tháng 7.csv", content))
    running.perform(leases.claim(job_id, "test"))
    job = jobs.job(job_id)
    assert job.state is JobState.DONE
    assert job.result["units"] == {"A": 3, "B": 1}
    assert job.result["next"] == f"/rounds/{round_id}/coverage"
    assert job.done == job.total == 8
    assert frames.of_round(round_id).filename == "Tháng 7.csv"
    assert db.session.query(Upload).count() == 0


def test_a_job_whose_file_is_gone_is_told(app):
    job_id = ask(SYSTEM, JobKind.IMPORT_FRAME, round_steps.planned(), {"upload": 99})
    with pytest.raises(WrongStateError):
        tasks.HANDLERS[JobKind.IMPORT_FRAME](jobs.job(job_id))


def test_a_list_with_faults_comes_back_as_a_workbook(app):
    round_steps.add_units("A")
    round_id = round_steps.planned()
    content = b"code,unit,received,phone\n1,A,15/07/2026,0903123456\n2,A,soon,0903123457\n"
    job_id = ask(SYSTEM, JobKind.READ_FRAME, round_id, file=("thang-7.csv", content))
    running.perform(leases.claim(job_id, "test"))
    job = jobs.job(job_id)
    assert job.state is JobState.FAILED
    assert [(fault["row"], fault["column"]) for fault in job.result["faults"]] == [(3, "received")]
    assert "0903" not in str(job.result)
    kept = db.session.scalars(select(JobFile).where(JobFile.job_id == job_id)).one()
    assert b"0903" not in kept.sealed
    workbook = job_files.content_of(kept)
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
    assert any("soon" in map(str, row) for rows in sheets for row in rows)


def test_eight_thousand_dossiers_are_not_imported_one_by_one(app):
    codes = [f"U{place:02}" for place in range(95)]
    round_steps.add_units(*codes)
    content = round_steps.listing(dict.fromkeys(codes, 84))
    round_id = round_steps.planned()
    statements: list[str] = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    done = round_steps.take(round_id, content)
    event.remove(db.engine, "before_cursor_execute", count)
    assert done.dossiers == 7_980
    assert len(statements) < 120
    # Of a table that grows PostgreSQL has no figures: each such question would read all of it.
    assert not [it for it in statements if "dossier.code IN" in it]

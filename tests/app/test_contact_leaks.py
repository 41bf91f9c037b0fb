"""A thousand planted phone numbers are found nowhere: not in tables, files, logs or the queue."""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.extensions import db
from app.models import Contact, JobFile
from app.queries import jobs as rows
from app.services import contacts, job_files, jobs, leases, mixing
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import JobKind, JobState, Role
from tests.app import round_steps
from tests.app.test_frame_mapping import filled, settled

PLANTED = 1000
# Numbers as people, spreadsheets and programs write them.
RUN = re.compile(rb"\d(?:[ .()-]{0,2}\d){8,}")


def number(place: int) -> str:
    """The nine digits of a number that nothing else looks like."""
    return f"9{(place * 7919 + 12345678) % 10**8:08d}"


def spelled(place: int) -> str:
    core = number(place)
    forms = (f"0{core}", core, f"+84{core}", f"84{core}", f"0{core[:3]} {core[3:6]} {core[6:]}")
    return forms[place % len(forms)]


def listing(broken: bool = False) -> bytes:
    lines = ["code,unit,received,phone,name"]
    lines += [
        f"HS-{place:04},A,{'hôm qua' if broken and place % 50 == 0 else '15/07/2026'},"
        f"{spelled(place)},Nguyễn Văn {place}"
        for place in range(PLANTED)
    ]
    return "\n".join(lines).encode()


def foreign() -> bytes:
    """The same people in a list whose header nobody knows, a phone in a wrong column too."""
    lines = ["Mã hồ sơ;Đơn vị tiếp nhận;Ngày tiếp nhận;Số điện thoại;Ghi chú"]
    lines += [
        f"KH-{place:04};A;15/07/2026;{spelled(place)};gọi {spelled(place)}"
        for place in range(PLANTED)
    ]
    return "\n".join(lines).encode()


def leaked(content: bytes, planted: frozenset[bytes]) -> set[bytes]:
    """Planted numbers in some bytes, however their digits are set apart."""
    found = set()
    for run in RUN.findall(content):
        digits = re.sub(rb"\D", b"", run)
        found |= {digits[at : at + 9] for at in range(len(digits) - 8)} & planted
    return found


@pytest.fixture
def planted() -> frozenset[bytes]:
    return frozenset(number(place).encode() for place in range(PLANTED))


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any part of the program says, down to the smallest remark."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def dump(app: Flask) -> bytes:
    """Every row of every table, and every file of the installation."""
    db.session.rollback()
    mixing.wipe_wal()
    parts = []
    for table in db.inspect(db.engine).get_table_names():
        for row in db.session.execute(text(f'SELECT * FROM "{table}"')):
            parts += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    db.session.rollback()
    folder = app.config["KHAOSAT"].folder
    parts += [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return b"\n".join(parts)


def worked(reply) -> rows.JobView:
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.perform(leases.claim(job_id, "test"))
    return rows.job(job_id)


def sent(browser: FlaskClient, content: bytes, name: str) -> rows.JobView:
    round_id = round_steps.planned()
    file = (io.BytesIO(content), name)
    return worked(browser.post(f"/rounds/{round_id}/frame", data={"file": file}))


def test_no_planted_number_is_found_anywhere(app, signed_in, planted, log, monkeypatch):
    round_steps.add_units("A")
    browser = signed_in(Role.COORDINATOR)
    pages = []
    assert sent(browser, listing(), "tot.csv").state is JobState.DONE
    failed = sent(browser, listing(broken=True), "loi.csv")
    assert failed.state is JobState.FAILED
    assert len(failed.result["faults"]) == PLANTED // 50
    look = sent(browser, foreign(), "la.csv")
    page = browser.get(look.result["next"]).text
    assert worked(browser.post(look.result["next"], data=settled(filled(page)))).state is (
        JobState.DONE
    )
    pages += [page, browser.get(f"/jobs/{failed.id}").text, browser.get("/jobs").text]
    pages += [browser.get(f"/rounds/{round_id}/coverage").text for round_id in (1, 3)]
    pages += [browser.post("/contacts", data={"phone": spelled(place)}).text for place in (1, 2)]
    with monkeypatch.context() as broken:
        broken.setattr(contacts, "store", fail_with_a_number)
        assert sent(browser, listing(), "hong.csv").state is JobState.FAILED
    job_id = jobs.ask(SYSTEM, JobKind.ROTATE_KEY, {}, subject="data_keys")
    running.perform(leases.claim(job_id, "test"))
    assert db.session.query(Contact).count() == 2 * PLANTED
    assert leaked("\n".join(pages).encode(), planted) == set()
    assert leaked(log.getvalue().encode(), planted) == set()
    assert leaked(dump(app), planted) == set()


def fail_with_a_number(session, listed) -> None:
    raise ValueError(f"cannot store {listed[0][1].phone} and {spelled(0)}")


def test_the_workbook_of_faults_holds_the_list_for_its_sender_alone(app, signed_in, planted):
    """The control: what lies sealed there does hold the numbers, and this test would see them."""
    round_steps.add_units("A")
    browser = signed_in(Role.COORDINATOR)
    failed = sent(browser, listing(broken=True), "loi.csv")
    kept = db.session.scalars(select(JobFile).where(JobFile.job_id == failed.id)).one()
    assert leaked(kept.sealed, planted) == set()
    workbook = job_files.content_of(kept)
    assert workbook.startswith(b"PK")
    assert len(leaked(listing(), planted)) == PLANTED
    assert len(leaked(foreign(), planted)) == PLANTED

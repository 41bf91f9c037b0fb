"""A list nobody has seen before is mapped once on a page; the next one needs no asking."""

import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from app.database import writing
from app.extensions import db
from app.models import Dossier, ImportSource, Job, LogEntry, Upload
from app.queries import frames, jobs as rows, sources
from app.services import jobs, leases
from app.tasks import running
from app.vocabulary import JobKind, JobState, Role, SourceKind
from tests.app import round_steps, vendor_list
from tests.factories import dong_nai

DOSSIERS = 40


@pytest.fixture
def coordinator(signed_in) -> FlaskClient:
    dong_nai()
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def work_done(reply) -> Job:
    """Follow a redirect to a job and let a worker do it."""
    assert reply.status_code == 302, reply.text
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.perform(leases.claim(job_id, "test"))
    db.session.rollback()
    return rows.job(job_id)


def send(browser: FlaskClient, round_id: int, content: bytes, **more: str) -> Job:
    file = (io.BytesIO(content), "thang-1.xlsx")
    return work_done(browser.post(f"/rounds/{round_id}/frame", data={"file": file, **more}))


def filled(page: str) -> dict[str, str]:
    """What the form of a page holds, as a browser would send it."""
    given = dict(
        re.findall(r'<input[^>]*name="([\w-]+)"[^>]*type="text"[^>]*value="([^"]*)"', page)
    )
    given |= dict(
        re.findall(r'<input[^>]*name="([\w-]+)"[^>]*type="number"[^>]*value="(\d+)"', page)
    )
    for tag, value in re.findall(r'<input checked[^>]*?name="([\w-]+)"[^>]*?value="(\w+)"', page):
        given[tag] = value
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        given[name] = chosen[1] if chosen else ""
    return given


@pytest.fixture
def asked(coordinator) -> tuple[int, str, dict[str, str]]:
    """A round, the address of its mapping page and what the form there holds."""
    round_id = round_steps.planned()
    job = send(coordinator, round_id, vendor_list.workbook(DOSSIERS))
    assert job.state is JobState.DONE, job.message
    given = filled(coordinator.get(job.result["next"]).text)
    return round_id, job.result["next"], given


def settled(given: dict[str, str], **more: str) -> dict[str, str]:
    """Give every word a meaning and the source a name."""
    words = {name: value or "returned" for name, value in given.items() if name[:4] == "word"}
    return {**given, **words, "source_name": "Một cửa tỉnh", **more}


def test_an_unknown_list_leads_to_the_mapping_page(asked, coordinator):
    round_id, address, given = asked
    assert address.startswith(f"/rounds/{round_id}/frame/mapping/")
    page = coordinator.get(address).text
    assert "Thời gian / Ngày tiếp nhận" in page
    assert "99/99/9999 99:99" in page
    assert given["column-code-0"] == "1"
    assert given["column-received-0"] == "6"
    assert (given["rows"], given["unit_from"]) == ("step", "receiving")
    assert list(given.values()).count("returned") == 1
    assert frames.of_round(round_id) is None


def test_nothing_personal_stands_on_the_page_or_in_the_job(asked, coordinator):
    _, address, _ = asked
    page = coordinator.get(address).text
    stored = str([job.result for job in db.session.scalars(select(Job))])
    for number in range(DOSSIERS):
        assert vendor_list.phone(number) not in page + stored
        assert f"Nguyễn Thị {number}" not in page + stored


def test_a_word_without_meaning_is_told_beside_it(asked, coordinator):
    _, address, given = asked
    reply = coordinator.post(address, data=settled(given) | {"word-status-9-1": ""})
    assert reply.status_code == 422
    told = reply.text.split("Kết thúc vòng đời</label>")[-1].split("<select")[0]
    assert "Choose what this word means." in told
    assert db.session.query(ImportSource).count() == 0
    assert db.session.query(Job).count() == 1


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"column-code-0": ""}, "Choose the column."),
        ({"column-received-0": "1"}, "more than one thing"),
        ({"column-receiving_unit-0": ""}, "no column is chosen that names the rated unit"),
        ({"source_name": " "}, "Name the source of this file"),
        ({"shared_above": "0"}, "Enter a number from 1 to 1000."),
        ({"rows": "page"}, "Not a valid choice"),
        ({"column-code-0": "99"}, "Not a valid choice."),
    ],
)
def test_a_mapping_that_cannot_be_is_told(asked, coordinator, entry, message):
    _, address, given = asked
    reply = coordinator.post(address, data=settled(given) | entry)
    assert reply.status_code == 422
    assert message in reply.text
    assert db.session.query(Job).count() == 1


def test_a_mapped_list_is_imported_and_its_source_remembered(asked, coordinator):
    round_id, address, given = asked
    job = work_done(coordinator.post(address, data=settled(given)))
    assert (job.kind, job.state) == (JobKind.IMPORT_FRAME, JobState.DONE), job.result
    frame = frames.of_round(round_id)
    assert frame.dossiers == DOSSIERS - 2
    # Two dossiers, one of them with a second step.
    assert job.result["unresolved"] == frame.report["unresolved"] == 3
    source = sources.of_kind(SourceKind.FRAME)[0]
    assert source.name == "Một cửa tỉnh"
    assert source.mapping["words"]["status"]["ket thuc vong doi"] == "returned"
    assert db.session.query(Upload).count() == 0
    stored = db.session.scalars(select(Dossier).order_by(Dossier.code)).first()
    assert (stored.status, stored.channel) == ("returned", "online")
    assert stored.receiving_unit_id == stored.unit_id


def test_the_next_list_of_the_source_is_read_without_asking(asked, coordinator):
    _, address, given = asked
    work_done(coordinator.post(address, data=settled(given)))
    another = round_steps.planned()
    job = send(coordinator, another, vendor_list.workbook(60, "H19.27"))
    assert job.result["next"] == f"/rounds/{another}/coverage"
    assert frames.of_round(another).dossiers == 57


def test_a_known_list_is_checked_when_somebody_wants_to(asked, coordinator):
    _, address, given = asked
    work_done(coordinator.post(address, data=settled(given, shared_above="7")))
    another = round_steps.planned()
    job = send(coordinator, another, vendor_list.workbook(60, "H19.27"), check="y")
    assert "/frame/mapping/" in job.result["next"]
    again = filled(coordinator.get(job.result["next"]).text)
    assert again["source_name"] == "Một cửa tỉnh"
    assert again["shared_above"] == "7"
    assert "" not in [value for name, value in again.items() if name.startswith("word-")]


def test_a_list_of_a_known_source_with_a_new_word_is_asked_about(asked, coordinator):
    _, address, given = asked
    work_done(coordinator.post(address, data=settled(given)))
    another = round_steps.planned()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vendor_list, "STATUSES", ("Đã trả kết quả", "Chuyển vào lưu trữ"))
        job = send(coordinator, another, vendor_list.workbook(30, "H19.27"))
    assert "/frame/mapping/" in job.result["next"]
    assert "Chuyển vào lưu trữ" in coordinator.get(job.result["next"]).text


def test_a_second_click_asks_for_one_import(asked, coordinator):
    _, address, given = asked
    first = coordinator.post(address, data=settled(given))
    again = coordinator.post(address, data=settled(given))
    assert first.headers["Location"] == again.headers["Location"]
    db.session.rollback()
    assert db.session.query(Job).count() == 2


def test_a_file_that_is_gone_is_told(asked, coordinator):
    _, address, given = asked
    with writing() as session:
        session.execute(delete(Upload))
    for reply in (coordinator.get(address), coordinator.post(address, data=settled(given))):
        assert reply.status_code == 409
        assert "send it again" in reply.text


def test_the_file_that_waits_is_purged_after_a_day(asked):
    with writing() as session:
        session.execute(update(Upload).values(expires_at=Upload.created_at))
    jobs.purge_uploads()
    assert db.session.query(Upload).count() == 0


def test_the_mapping_of_another_round_is_not_found(asked, coordinator):
    _, address, _ = asked
    elsewhere = round_steps.planned()
    job_id = address.rsplit("/", 1)[1]
    assert coordinator.get(f"/rounds/{elsewhere}/frame/mapping/{job_id}").status_code == 404
    assert coordinator.get(f"/rounds/{elsewhere}/frame/mapping/999").status_code == 404


def test_a_job_of_another_kind_is_no_mapping(coordinator):
    round_steps.add_units("A")
    round_id = round_steps.planned()
    job = send(coordinator, round_id, round_steps.listing({"A": 3}))
    assert coordinator.get(f"/rounds/{round_id}/frame/mapping/{job.id}").status_code == 404


def test_what_is_no_table_is_told(coordinator):
    round_id = round_steps.planned()
    job = send(coordinator, round_id, b"PK\x03\x04 this is no workbook")
    assert job.state is JobState.FAILED
    assert job.result["faults"]
    assert db.session.query(Upload).count() == 0


def test_the_log_tells_of_the_mapping_by_its_hash(asked, coordinator):
    _, address, given = asked
    work_done(coordinator.post(address, data=settled(given)))
    bodies = "\n".join(db.session.scalars(select(LogEntry.body)))
    assert '"source.remembered"' in bodies
    assert "Mã hồ sơ" not in bodies
    assert "H19.26" not in bodies


@pytest.mark.parametrize("role", [Role.HOME_AFFAIRS, Role.ADMINISTRATOR])
def test_only_coordinators_map(asked, signed_in, role: Role):
    _, address, given = asked
    browser = signed_in(role)
    assert browser.get(address).status_code == 403
    assert browser.post(address, data=given).status_code == 403

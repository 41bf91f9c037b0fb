"""Lists of people: every fault told with its place, all or nothing, and twice changes nothing."""

import io
import re
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.documents.people_lists import Sheet, workbook
from app.extensions import db
from app.models import Account, JobFile, LogEntry
from app.queries import jobs as job_rows, people, units
from app.queries.jobs import JobView
from app.queries.people import Grant
from app.services import account_links, accounts, job_files, leases
from app.services.errors import ForbiddenError, InvalidInputError
from app.services.importing_people import PeopleImport, import_people
from app.services.people_lists import ROLE_NAMES, TEMPLATE_HEADER, read_people, role_called
from app.services.recording import Actor
from app.tasks import running
from app.vocabulary import JobState, Role
from app.web.labels import NAMES
from sampling.tabular import read_table
from tests.factories import account, actor, dong_nai

GOOD = """họ tên;email;vai trò;mã đơn vị
Nguyễn Thị An;an@x.vn;điều phối viên khảo sát;
Trần Văn Bình;binh@x.vn;cơ quan, đơn vị;STP
Lê Chi;chi@x.vn;"Người thẩm định; người kiểm tra";STC
"""


@pytest.fixture
def boss(app: Flask) -> Actor:
    dong_nai()
    return actor(Role.ADMINISTRATOR)


def take_over(boss: Actor, text: str) -> PeopleImport:
    return import_people(boss, text.encode(), "nguoi.csv")


def faults(boss: Actor, text: str) -> list[tuple[int | None, str, str]]:
    before = count()
    with pytest.raises(InvalidInputError) as caught:
        take_over(boss, text)
    assert count() == before
    return [(fault.row, fault.column, fault.code) for fault in caught.value.faults]


def count() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Account.id))) or 0


def held(email: str) -> frozenset[Grant]:
    row = people.account_by_email(email)
    assert row
    return people.as_person(row).grants


def unit(code: str) -> int:
    found = units.by_code(code)
    assert found
    return found.id


def test_a_list_invites_everybody_on_it(boss: Actor):
    done = take_over(boss, GOOD)
    assert [link.email for link in done.links] == ["an@x.vn", "binh@x.vn", "chi@x.vn"]
    assert held("an@x.vn") == {Grant(Role.COORDINATOR)}
    assert held("binh@x.vn") == {Grant(Role.AGENCY, unit("STP"))}
    assert held("chi@x.vn") == {
        Grant(Role.VERIFIER, unit("STC")),
        Grant(Role.INSPECTOR, unit("STC")),
    }
    db.session.rollback()
    assert account_links.spend(done.links[0].token, "chín con nai uống nước suối")


def test_the_same_list_again_changes_nothing(boss: Actor):
    first = take_over(boss, GOOD)
    rows = [
        [tuple(row) for row in db.session.execute(select(table))]
        for table in (Account.__table__, account_links.AccountLink.__table__)
    ]
    db.session.rollback()
    again = take_over(boss, GOOD)
    assert (again.links, again.extended, again.unchanged) == ((), 0, 3)
    assert rows == [
        [tuple(row) for row in db.session.execute(select(table))]
        for table in (Account.__table__, account_links.AccountLink.__table__)
    ]
    db.session.rollback()
    assert account_links.look(first.links[1].token) is not None


def test_somebody_known_gets_the_roles_they_lack_and_loses_none(boss: Actor):
    take_over(boss, GOOD)
    more = "name,email,role\nNguyễn Thị An,AN@x.vn,home affairs\nĐỗ Dũng,d@x.vn,administrator\n"
    done = take_over(boss, more)
    assert (len(done.links), done.extended, done.unchanged) == (1, 1, 0)
    assert held("an@x.vn") == {Grant(Role.COORDINATOR), Grant(Role.HOME_AFFAIRS)}


def test_rows_of_one_person_are_put_together(boss: Actor):
    text = (
        "Họ và tên,E-mail,Vai trò,Mã đơn vị\nLê Chi,chi@x.vn,người thẩm định,STC\n"
        "Lê Chi,Chi@X.vn,thẩm định,STP\n"
    )
    done = take_over(boss, text)
    assert len(done.links) == 1
    assert held("chi@x.vn") == {
        Grant(Role.VERIFIER, unit("STC")),
        Grant(Role.VERIFIER, unit("STP")),
    }


def test_every_fault_is_told_with_its_place(boss: Actor):
    account(Role.COORDINATOR, email="quen@x.vn")
    text = """DANH SÁCH NGƯỜI DÙNG;;;
họ tên;email;vai trò;mã đơn vị
;an@x.vn;điều phối;
Bình;không phải;điều phối;
Chi;chi@x.vn;vua;
Dũng;dung@x.vn;điều phối;XXX
Em;em@x.vn;Sở Nội vụ;STP
Giang;giang@x.vn;đơn vị;
Hà;ha@x.vn;điều phối;
Hai;ha@x.vn;điều phối;
Kim;kim@x.vn;người phê duyệt; ĐIỀU PHỐI
Lan;quen@x.vn;điều phối;
"""
    assert faults(boss, text.replace("duyệt; ĐIỀU PHỐI", "duyệt;")) == [
        (3, "họ tên", "missing_value"),
        (4, "email", "bad_email"),
        (5, "vai trò", "unknown_role"),
        (6, "mã đơn vị", "unknown_unit_code"),
        (7, "vai trò", "role_everywhere_only"),
        (8, "mã đơn vị", "role_needs_unit"),
        (10, "họ tên", "duplicate_person"),
        (12, "", "other_name"),
    ]


def test_roles_that_exclude_each_other_are_refused(boss: Actor):
    text = 'name,email,role\nKim,kim@x.vn,"phê duyệt; điều phối"\n'
    assert faults(boss, text) == [(2, "", "conflicting_roles")]


def test_somebody_disabled_is_not_brought_back_by_a_list(boss: Actor):
    take_over(boss, GOOD)
    chi = people.account_by_email("chi@x.vn")
    assert chi
    accounts.disable(boss, chi.id)
    assert faults(boss, GOOD) == [(4, "", "disabled_person")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_table"),
        ("họ tên,vai trò\nA,điều phối\n", "missing_column"),
        ("name,email,role\n" + "A,a@x.vn,verifier\n" * 5001, "too_many_people"),
    ],
)
def test_a_file_that_cannot_be_used_is_told(boss: Actor, text: str, code: str):
    assert code in {found for _, _, found in faults(boss, text)}


def test_addresses_and_names_are_not_repeated_in_faults(boss: Actor):
    text = f"name,email,role\nBí Mật,khong-phai-dia-chi,điều phối\n{'x' * 301},a@x.vn,vua\n"
    _, found = read_people(text.encode(), "a.csv", {})
    assert len(found) == 3
    told = " ".join(fault.line(locale) for fault in found for locale in ("vi", "en"))
    assert "khong-phai" not in told
    assert "xxx" not in told


def test_only_an_administrator_of_now_imports(boss: Actor):
    other = actor(Role.HOME_AFFAIRS)
    with pytest.raises(ForbiddenError):
        take_over(other, GOOD)
    assert boss.account_id is not None
    accounts.disable(actor(Role.ADMINISTRATOR), boss.account_id)
    with pytest.raises(ForbiddenError):
        take_over(boss, GOOD)


def test_every_role_is_understood_by_the_words_of_pages_and_programs(app: Flask):
    assert set(ROLE_NAMES) == set(Role)
    for role, names in ROLE_NAMES.items():
        for name in (*names, role.value, role.value.replace("_", " ").upper()):
            assert role_called(name) is role, name
    words = [name for names in ROLE_NAMES.values() for name in names]
    assert len(set(words)) == len(words)
    assert role_called("") is None
    assert all(role in NAMES for role in Role)


def run_job(browser: FlaskClient, content: bytes, name: str = "nguoi.xlsx") -> JobView:
    reply = browser.post("/people/import", data={"file": (io.BytesIO(content), name)})
    assert reply.status_code == 302, reply.text
    job_id = int(reply.headers["Location"].rpartition("/")[2])
    db.session.rollback()
    claimed = leases.claim(job_id, "test")
    assert claimed
    running.perform(claimed)
    db.session.rollback()
    job = job_rows.job(job_id)
    assert job
    return job


def sheet(rows: Sequence[Sequence[str]]) -> bytes:
    return workbook([Sheet("A", TEMPLATE_HEADER, rows, (10, 10, 10, 10))])


def test_the_worker_leaves_a_file_of_links_for_whoever_asked(app: Flask, signed_in):
    browser = signed_in(Role.ADMINISTRATOR)
    job = run_job(browser, sheet([("=1+1", "an@x.vn", "điều phối", "")]))
    assert (job.state, job.result["added"]) == (JobState.DONE, 1)
    file = db.session.scalars(select(JobFile)).one()
    content = job_files.content_of(file)
    table = read_table(content, file.filename)
    row = table.rows[0]
    assert row[:2] == ("=1+1", "an@x.vn")
    found = re.fullmatch(r"http://127.0.0.1:\d+/join/([\w-]{43})", row[2])
    assert found
    db.session.rollback()
    assert account_links.look(found[1]) is not None
    stored = repr(job) + "".join(db.session.scalars(select(LogEntry.body)))
    assert found[1] not in stored
    assert "an@x.vn" not in stored
    stranger = signed_in(Role.COORDINATOR)
    assert stranger.get(f"/jobs/{job.id}/files/{file.id}").status_code in {403, 404}


def test_faults_of_a_job_are_listed_on_its_page(app: Flask, signed_in):
    browser = signed_in(Role.ADMINISTRATOR)
    job = run_job(browser, sheet([("An", "an@x.vn", "vua", "")]))
    assert job.state is JobState.FAILED
    assert job.result["faults"][0]["row"] == 2
    assert "vua" in browser.get(f"/jobs/{job.id}").text
    assert db.session.scalars(select(JobFile)).all() == []


def test_the_empty_list_can_be_filled_in_and_imported(app: Flask, signed_in):
    dong_nai()
    browser = signed_in(Role.ADMINISTRATOR)
    reply = browser.get("/people/import/template.xlsx")
    assert reply.status_code == 200
    table = read_table(reply.data, "a.xlsx")
    assert table.header == TEMPLATE_HEADER
    assert table.rows == ()
    job = run_job(browser, sheet([("An", "an@x.vn", "cơ quan, đơn vị; đơn vị", "STP")]))
    assert job.state is JobState.DONE, job.result

"""Counters: who keeps them, what their codes look like, how lists of them are read."""

import io
import re

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Counter, LogEntry, Unit
from app.queries import counters as rows
from app.services import counters
from app.services.counters import LETTERS
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import SYSTEM
from app.vocabulary import Role, UnitKind, UnitLevel
from tests.app.test_pages_accessible import faults
from tests.factories import PASSWORD, account


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    """Two wards."""
    with writing() as session:
        made = [
            Unit(code=code, name=f"Phường {code}", level=UnitLevel.COMMUNE, kind=UnitKind.WARD)
            for code in ("TB", "LB")
        ]
        session.add_all(made)
        session.flush()
        return {unit.code: unit.id for unit in made}


def add(unit_id: int, name: str = "Quầy 1", code: str = "") -> rows.CounterView:
    found = rows.one(counters.add(SYSTEM, unit_id, name, "", code))
    assert found is not None
    return found


def acts() -> list[str]:
    db.session.rollback()
    found = db.session.scalars(select(LogEntry.body).order_by(LogEntry.seq))
    return [match[1] for body in found if (match := re.search(r'"act":"([^"]+)"', body))]


def test_a_counter_without_a_code_gets_a_short_one(units: dict[str, int]) -> None:
    codes = {add(units["TB"], f"Quầy {at}").code for at in range(50)}
    assert len(codes) == 50
    assert all(re.fullmatch(f"[{LETTERS}]{{6}}", code) for code in codes)
    assert not set("ILOU") & set("".join(codes))


def test_a_code_is_found_as_it_is_typed(units: dict[str, int]) -> None:
    made = add(units["TB"], code="q0l1-a")
    assert made.code == "Q0L1-A"
    for typed in ("q0l1-a", " Q0L1-A ", "Q0L1-A"):
        assert rows.by_code(typed) == made
    for typed in ("", "Q0L1", "x" * 70, "Q\0", "Q0L1-A\n1"):
        assert rows.by_code(typed) is None
    plain = add(units["TB"], "Quầy 2", "7K0211")
    assert rows.by_code("7ko2li") == plain


@pytest.mark.parametrize("code", ["X", "A B", "Ă1", "A--B", "-A", "A/B", "A" * 17, "A?", "<b>"])
def test_a_code_that_no_link_should_hold_is_refused(units: dict[str, int], code: str) -> None:
    with pytest.raises(InvalidInputError):
        counters.add(SYSTEM, units["TB"], "Quầy", "", code)
    assert rows.all_counters() == []


def test_no_two_counters_have_codes_that_look_alike(units: dict[str, int]) -> None:
    add(units["TB"], code="B0L")
    for code in ("b0l", "BOL", "B01", "BOI"):
        with pytest.raises(InvalidInputError):
            counters.add(SYSTEM, units["LB"], "Quầy", "", code)
    assert len(rows.all_counters()) == 1


def test_a_counter_needs_a_unit_that_exists(units: dict[str, int]) -> None:
    with pytest.raises(NotFoundError):
        counters.add(SYSTEM, 4711, "Quầy")
    with pytest.raises(NotFoundError):
        counters.change(SYSTEM, 4711, "Quầy", "")


def test_every_act_is_logged(units: dict[str, int]) -> None:
    made = add(units["TB"])
    counters.change(SYSTEM, made.id, "Quầy 1A", "Tầng 2")
    counters.switch(SYSTEM, made.id, active=False)
    counters.switch(SYSTEM, made.id, active=False)
    counters.switch(SYSTEM, made.id, active=True)
    counters.import_counters(SYSTEM, b"unit,name\nTB,Quay 3\n", "d.csv")
    counters.set_hotline(SYSTEM, " 1022 ")
    assert acts() == [
        *("counter.added", "counter.changed", "counter.switched_off", "counter.switched_on"),
        *("counters.imported", "office.hotline_changed"),
    ]
    assert rows.hotline() == "1022"
    counters.set_hotline(SYSTEM, "")
    assert rows.hotline() == ""


def test_a_list_adds_what_is_new_and_mends_what_is_there(units: dict[str, int]) -> None:
    known = add(units["TB"], "Quầy 1", "TB-1")
    text = "unit;name;address;code\nTB;Quầy một;Số 5;tb-1\nLB;Quầy 2;;\nLB;Quầy 3;Số 7;LB-3\n"
    done = counters.import_counters(SYSTEM, text.encode(), "diem.csv")
    assert (done.added, done.changed) == (2, 1)
    found = {counter.name: counter for counter in rows.all_counters()}
    assert set(found) == {"Quầy một", "Quầy 2", "Quầy 3"}
    assert found["Quầy một"].id == known.id
    assert found["Quầy một"].address == "Số 5"
    made = found["Quầy 2"].code
    again = counters.import_counters(SYSTEM, text.encode(), "diem.csv")
    assert (again.added, again.changed) == (0, 3)
    assert {c.name: c for c in rows.all_counters()}["Quầy 2"].code == made


def test_a_list_may_be_a_workbook(units: dict[str, int]) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate((["unit", "name"], ["TB", "Quầy 1"], ["LB", "Quầy 2"])):
            sheet.write_row(at, 0, row)
    assert counters.import_counters(SYSTEM, file.getvalue(), "diem.xlsx").added == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_table"),
        ("unit,address\nTB,x\n", "missing_column"),
        ("unit,name\nTB,\n", "missing_value"),
        ("unit,name\nXX,Quầy\n", "unknown_unit"),
        ("unit,name,code\nTB,Quầy,A/B\n", "bad_code"),
        ("unit,name\nTB,Quầy\nTB,Quầy\n", "duplicate_counter"),
        ("unit,name,code\nTB,Quầy,B0\nTB,Quầy 2,BO\n", "duplicate_counter"),
        (f"unit,name\nTB,{'x' * 301}\n", "too_long"),
    ],
)
def test_a_list_with_a_fault_changes_nothing(units: dict[str, int], text: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        counters.import_counters(SYSTEM, text.encode(), "diem.csv")
    assert code in {fault.code for fault in caught.value.faults}
    assert all(fault.message("vi") and fault.message("en") for fault in caught.value.faults)
    db.session.rollback()
    assert db.session.scalars(select(Counter)).all() == []


def test_a_coordinator_keeps_counters_on_the_pages(signed_in, units: dict[str, int]) -> None:
    browser = signed_in(Role.COORDINATOR)
    assert browser.get("/counters").status_code == 200
    new = {"unit": units["TB"], "name": " Quầy 1 ", "address": "Số 5", "code": "tb-1"}
    reply = browser.post("/counters", data=new)
    page = browser.get(reply.headers["Location"])
    assert "TB-1" in page.text
    assert "/c/TB-1" in page.text
    path = reply.headers["Location"]
    twice = browser.post("/counters", data={**new, "code": "TB-I"})
    assert twice.status_code == 422
    assert "Phường TB" in twice.text
    assert browser.post("/counters", data={"unit": "", "name": ""}).status_code == 422
    assert browser.post(path, data={"name": ""}).status_code == 422
    assert browser.post(path, data={"name": "Quầy A"}).status_code == 302
    assert browser.post(f"{path}/active", data={"active": "no"}).status_code == 302
    [found] = rows.all_counters()
    assert (found.name, found.address, found.active) == ("Quầy A", "", False)
    assert browser.post("/counters/hotline", data={"hotline": "x" * 61}).status_code == 422
    assert browser.post("/counters/hotline", data={"hotline": "1022"}).status_code == 302
    assert 'value="1022"' in browser.get("/counters").text
    assert browser.post("/counters/release", data={"dossier": ""}).status_code == 422
    assert browser.post("/counters/release", data={"dossier": "H19-1"}).status_code == 302


def test_a_list_is_sent_on_the_page_and_its_faults_are_told(signed_in, units) -> None:
    browser = signed_in(Role.ADMINISTRATOR)

    def send(text: str):
        file = (io.BytesIO(text.encode()), "diem.csv")
        return browser.post("/counters/import", data={"file": file})

    assert send("unit,name\nXX,Quầy\n").status_code == 422
    assert send("unit,name\nTB,Quầy hộ tịch\n").status_code == 302
    assert "Quầy hộ tịch" in browser.get("/counters").text
    assert browser.post("/counters/import", data={}).status_code == 422


def test_an_agency_sees_the_counters_of_its_unit_and_changes_nothing(
    app: Flask, units: dict[str, int]
) -> None:
    own, other = add(units["TB"], "Quầy nhà"), add(units["LB"], "Quầy bạn")
    person = account(Role.AGENCY, unit=units["TB"])
    browser = app.test_client()
    browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    page = browser.get("/counters").text
    assert "Quầy nhà" in page
    assert "Quầy bạn" not in page
    assert 'action="/counters' not in page
    assert browser.get(f"/counters/{own.id}").status_code == 200
    assert browser.get(f"/counters/{own.id}/poster.pdf").status_code == 200
    assert browser.get(f"/counters/{other.id}").status_code == 403
    assert browser.get(f"/counters/{other.id}/poster.pdf").status_code == 403
    for path in ("", "/import", "/posters", "/release", "/hotline", f"/{own.id}"):
        assert browser.post(f"/counters{path}", data={}).status_code == 403


def test_the_pages_have_no_faults(signed_in, units: dict[str, int]) -> None:
    made = add(units["TB"])
    for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        browser = signed_in(role)
        assert faults(browser.get("/counters").text) == []
        assert faults(browser.get(f"/counters/{made.id}").text) == []
        assert faults(browser.post("/counters", data={"name": ""}).text) == []
    assert f"/c/{made.code}" in browser.get(f"/counters/{made.id}").text

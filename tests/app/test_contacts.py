"""Phones are kept encrypted, found by a hash, erased on request, and shown nowhere."""

import re

import pytest
from sqlalchemy import select, text

from app.extensions import db
from app.models import Contact, Dossier, LogEntry
from app.queries import contacts as rows, frames
from app.services import contacts, framing
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.app import round_steps
from tests.factories import actor


@pytest.fixture
def listed(app) -> int:
    round_steps.add_units("A", "B")
    return round_steps.framed({"A": 6, "B": 3})


def codes(phone: str) -> list[str]:
    return [found.code for found in contacts.search(SYSTEM, phone)]


@pytest.mark.parametrize(
    "spelled",
    ["0903000004", "0903 000 004", "+84 903.000.004", "84903000004", "903000004", " 0903-000-004 "],
)
def test_a_phone_is_found_however_it_is_spelled(listed, spelled: str):
    assert codes(spelled) == ["HS-A-00004"]


def test_a_phone_on_several_dossiers_finds_them_all(listed):
    assert codes("0903000001") == ["HS-A-00001", "HS-B-00001"]
    again = round_steps.framed({"A": 2}, prefix="T")
    assert again
    assert codes("0903000001") == ["HS-A-00001", "HS-B-00001", "T-A-00001"]


@pytest.mark.parametrize("nonsense", ["", "12", "09xx***123", "không có", "9" * 300])
def test_what_is_no_phone_is_told(listed, nonsense: str):
    with pytest.raises(InvalidInputError):
        contacts.search(SYSTEM, nonsense)


def test_a_search_is_logged_without_the_number(listed):
    contacts.search(actor(Role.COORDINATOR), "0903000004")
    bodies = db.session.scalars(select(LogEntry.body)).all()
    searched = [body for body in bodies if "contact.searched" in body]
    assert len(searched) == 1
    assert '"dossiers":1' in searched[0]
    assert "903000004" not in re.sub(r"\D", "", searched[0])
    assert "HS-A" not in searched[0]


def test_an_erased_contact_is_gone_and_its_dossier_stays(listed):
    found = contacts.search(SYSTEM, "0903000001")
    assert contacts.erase(SYSTEM, [row.dossier_id for row in found]) == 2
    assert codes("0903000001") == []
    assert db.session.query(Dossier).count() == 9
    assert db.session.query(Contact).count() == 7
    bodies = db.session.scalars(select(LogEntry.body)).all()
    assert sum("contact.erased" in body for body in bodies) == 2
    with pytest.raises(NotFoundError):
        contacts.erase(SYSTEM, [row.dossier_id for row in found])


def test_the_digits_of_a_dossier_are_hashed_with_its_code(listed):
    query = select(Contact.digits_hash, Dossier.code).join(Dossier)
    hashes = {code: digits for digits, code in db.session.execute(query)}
    # The same last four digits on two dossiers look different.
    assert len(set(hashes.values())) == 9
    assert all(len(digits) == 32 for digits in hashes.values())


def test_reach_counts_whom_a_message_may_reach(listed):
    frame = frames.of_round(listed)
    found = contacts.search(SYSTEM, "0903000005")
    contacts.erase(SYSTEM, [row.dossier_id for row in found])
    db.session.execute(
        text("UPDATE contact SET barred = 'sensitive_procedure' WHERE dossier_id = :id"),
        {"id": contacts.search(SYSTEM, "0903000004")[0].dossier_id},
    )
    db.session.commit()
    counts = {unit.code: (unit.dossiers, unit.reachable) for unit in rows.reach(frame.id)}
    assert counts == {"A": (6, 4), "B": (3, 3)}


def test_a_shared_phone_is_told_by_its_dossiers(listed):
    frame = frames.of_round(listed)
    assert rows.shared_phones(frame.id) == []
    db.session.execute(text("UPDATE contact SET barred = 'shared_phone'"))
    db.session.commit()
    groups = rows.shared_phones(frame.id)
    assert groups[0].codes == ("HS-A-00000", "HS-B-00000")
    assert groups[0].units == 2
    assert len(groups) == 6
    assert "0903" not in str(groups)


def test_a_list_taken_back_takes_its_phones_along(listed):
    framing.remove_frame(SYSTEM, listed)
    assert db.session.query(Contact).count() == db.session.query(Dossier).count() == 0
    assert codes("0903000001") == []


@pytest.fixture
def coordinator(signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def test_the_page_finds_dossiers_and_does_not_repeat_the_number(listed, coordinator):
    page = coordinator.post("/contacts", data={"phone": "0903 000 001"})
    assert page.status_code == 200
    assert "HS-A-00001" in page.text
    assert "HS-B-00001" in page.text
    assert "0903 000 001" not in page.text
    assert "903000001" not in re.sub(r"\D", "", page.text)


def test_the_page_erases_what_it_found(listed, coordinator):
    page = coordinator.post("/contacts", data={"phone": "0903000001"}).text
    dossiers = re.findall(r'name="dossier" value="(\d+)"', page)
    assert len(dossiers) == 2
    reply = coordinator.post("/contacts/erase", data={"dossier": dossiers})
    assert reply.status_code == 302
    assert (
        "No dossier has this number"
        in coordinator.post("/contacts", data={"phone": "0903000001"}).text
    )


@pytest.mark.parametrize("phone", ["", "hello", "0" * 41])
def test_the_page_tells_what_is_no_phone(listed, coordinator, phone: str):
    reply = coordinator.post("/contacts", data={"phone": phone})
    assert reply.status_code == 422
    assert "Enter a phone number" in reply.text


def test_an_erasure_of_nothing_is_told(listed, coordinator):
    assert coordinator.post("/contacts/erase", data={"dossier": "x"}).status_code == 404


@pytest.mark.parametrize("role", [Role.HOME_AFFAIRS, Role.APPROVER, Role.AGENCY])
def test_others_may_not_search(listed, signed_in, role: Role):
    browser = signed_in(role)
    assert browser.get("/contacts").status_code == 403
    assert browser.post("/contacts", data={"phone": "0903000001"}).status_code == 403

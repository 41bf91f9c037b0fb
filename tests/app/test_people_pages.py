"""What administrators do with people: invite, change, disable, reset; and who may not."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Account, AccountLink, LogEntry
from app.queries import approvals, people, units
from app.services import account_links, accounts, four_eyes, second_factors, signing
from app.services.errors import InvalidInputError
from app.services.four_eyes import RESET_SECOND_FACTOR
from app.services.recording import Actor
from app.vocabulary import Role
from tests.app.enrolling import enrol
from tests.factories import PASSWORD, account, actor, dong_nai

LAN = {"name": "Đặng Thị  Lan", "email": " Lan@DongNai.gov.vn ", "role": "coordinator", "unit": ""}
CHOSEN = "chín con nai uống nước suối"


@pytest.fixture
def boss(signed_in) -> FlaskClient:
    return signed_in(Role.ADMINISTRATOR, email="boss@x.vn")


def token_in(page: str) -> str:
    found = re.search(r'value="http://127.0.0.1:\d+/join/([\w-]{43})"', page)
    assert found
    return found[1]


def known(email: str = "lan@dongnai.gov.vn") -> people.Person:
    db.session.rollback()
    row = people.account_by_email(email)
    assert row
    return people.as_person(row)


def test_an_invitation_is_shown_once_and_opens_the_account(app: Flask, boss: FlaskClient):
    reply = boss.post("/people", data=LAN)
    assert reply.status_code == 200
    token = token_in(reply.text)
    lan = known()
    assert (lan.name, lan.roles) == ("Đặng Thị Lan", {Role.COORDINATOR})
    assert token not in boss.get(f"/people/{lan.id}").text
    assert token not in boss.get("/people").text
    assert account_links.spend(token, CHOSEN)
    assert signing.check("lan@dongnai.gov.vn", CHOSEN) is not None


def test_a_new_link_replaces_the_one_before_and_can_be_revoked(app: Flask, boss: FlaskClient):
    first = token_in(boss.post("/people", data=LAN).text)
    lan = known()
    second = token_in(boss.post(f"/people/{lan.id}/link").text)
    db.session.rollback()
    assert account_links.look(first) is None
    assert account_links.look(second) is not None
    assert boss.post(f"/people/{lan.id}/link/revoke").status_code == 302
    db.session.rollback()
    assert account_links.look(second) is None


@pytest.mark.parametrize(
    "entered",
    [
        {**LAN, "email": "không phải"},
        {**LAN, "email": "boss@x.vn"},
        {**LAN, "name": "  "},
        {**LAN, "role": ""},
        {**LAN, "role": "king"},
        {**LAN, "unit": "999999"},
        {**LAN, "email": "a" * 250 + "@x.vn"},
    ],
)
def test_a_faulty_invitation_stores_nothing(boss: FlaskClient, entered: dict[str, str]):
    reply = boss.post("/people", data=entered)
    assert reply.status_code == 422
    db.session.rollback()
    assert len(db.session.scalars(select(Account)).all()) == 1
    assert db.session.scalars(select(AccountLink)).all() == []


def test_a_role_that_holds_everywhere_is_not_given_for_a_unit(boss: FlaskClient):
    dong_nai()
    unit = units.by_code("STP")
    assert unit
    entered = {**LAN, "role": "home_affairs", "unit": str(unit.id)}
    assert boss.post("/people", data=entered).status_code == 422
    entered = {**LAN, "role": "agency", "unit": str(unit.id)}
    assert boss.post("/people", data=entered).status_code == 200
    assert known().may_for({Role.AGENCY}, unit.id)
    assert "Sở Tư pháp" in boss.get("/people").text


def test_roles_are_given_and_taken_and_the_next_click_knows(app: Flask, boss: FlaskClient):
    person = account(Role.COORDINATOR, email="lan@dongnai.gov.vn")
    browser = app.test_client()
    browser.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    assert browser.get("/rounds").status_code == 200
    given = {"role": "home_affairs", "unit": ""}
    assert boss.post(f"/people/{person.id}/roles", data=given).status_code == 302
    taken = {"role": "coordinator", "unit": ""}
    assert boss.post(f"/people/{person.id}/roles/take", data=taken).status_code == 302
    assert boss.post(f"/people/{person.id}/roles/take", data=taken).status_code == 404
    assert known().roles == {Role.HOME_AFFAIRS}
    assert browser.get("/rounds/new").status_code == 403
    both = boss.post(f"/people/{person.id}/roles", data={"role": "approver", "unit": ""})
    assert both.status_code == 422


def test_name_and_address_are_corrected(boss: FlaskClient):
    person = account(Role.COORDINATOR, email="lan@dongnai.gov.vn")
    entered = {"name": "Lê Lan", "email": "LAN2@x.vn"}
    assert boss.post(f"/people/{person.id}", data=entered).status_code == 302
    assert known("lan2@x.vn").name == "Lê Lan"
    taken = {**entered, "email": "boss@x.vn"}
    assert boss.post(f"/people/{person.id}", data=taken).status_code == 422
    assert known("lan2@x.vn").id == person.id


def test_somebody_disabled_is_out_at_the_next_click_and_can_come_back(app: Flask, boss):
    person = account(Role.COORDINATOR, email="lan@dongnai.gov.vn")
    browser = app.test_client()
    form = {"email": person.email, "password": PASSWORD}
    browser.post("/sign-in", data=form)
    assert boss.post(f"/people/{person.id}/disable").status_code == 302
    assert browser.get("/rounds").status_code == 302
    assert browser.post("/sign-in", data=form).status_code == 422
    assert boss.post(f"/people/{person.id}/enable").status_code == 302
    assert browser.get("/rounds").status_code == 302
    assert browser.post("/sign-in", data=form).status_code == 302


def test_nobody_disables_themselves_or_the_last_administrator(app: Flask, boss: FlaskClient):
    own = known("boss@x.vn")
    assert boss.post(f"/people/{own.id}/disable").status_code == 409
    other = account(Role.ADMINISTRATOR)
    assert boss.post(f"/people/{other.id}/disable").status_code == 302
    taken = {"role": "administrator", "unit": ""}
    assert boss.post(f"/people/{own.id}/roles/take", data=taken).status_code == 409
    assert boss.get("/people").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_sees_or_changes_people(signed_in, role: Role):
    person = account(Role.COORDINATOR)
    browser = signed_in(role)
    for address in ("/people", "/people/new", f"/people/{person.id}", "/people/import"):
        assert browser.get(address).status_code == 403
    for address in ("", "/link", "/disable", "/roles", "/second-factor/reset"):
        assert browser.post(f"/people/{person.id}{address}").status_code == 403
    assert browser.post("/people", data=LAN).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("dang lan", ["Đặng Thị Lan"]),
        ("ĐẶNG", ["Đặng Thị Lan"]),
        ("thi", ["Đặng Thị Lan", "Trần Thị Hoa"]),
        ("hoa@x.vn", ["Trần Thị Hoa"]),
        ("không ai", []),
        ("%", ["Đặng Thị Lan", "Lý Bình", "Trần Thị Hoa"]),
    ],
)
def test_people_are_found_without_accents(app: Flask, signed_in, wanted: str, found: list[str]):
    browser = signed_in(Role.ADMINISTRATOR, email="boss@y.vn")
    boss = Actor(known("boss@y.vn").id, "")
    invited = {"a@x.vn": "Đặng Thị Lan", "hoa@x.vn": "Trần Thị Hoa", "b@x.vn": "Lý Bình"}
    for email, name in invited.items():
        accounts.invite(boss, email, name, [people.Grant(Role.COORDINATOR)])
    text = browser.get("/people", query_string={"q": wanted}).text
    shown = re.findall(r'<a href="/people/\d+">([^<]+)</a>', text)
    assert [name for name in shown if name != "Nguyễn Văn Thử"] == found


def test_many_people_come_in_pages(app: Flask, signed_in):
    browser = signed_in(Role.ADMINISTRATOR)
    boss = actor(Role.ADMINISTRATOR)
    for number in range(60):
        accounts.invite(boss, f"n{number}@x.vn", f"Người {number}", [people.Grant(Role.ENUMERATOR)])
    first, second = browser.get("/people").text, browser.get("/people?page=2").text
    assert first.count('scope="row"') == 50
    assert second.count('scope="row"') == 12
    assert browser.get("/people?page=99").status_code == 200


def test_a_lost_second_factor_is_reset_by_two_persons(app: Flask, boss: FlaskClient):
    person = account(Role.VERIFIER, email="lan@dongnai.gov.vn")
    phone = enrol(person)
    browser = app.test_client()
    assert boss.post(f"/people/{person.id}/second-factor/reset").status_code == 409
    reason = {"reason": "Mất điện thoại, đã gặp trực tiếp"}
    assert boss.post(
        f"/people/{person.id}/second-factor/ask", data={"reason": "x"}
    ).status_code == (422)
    assert boss.post(f"/people/{person.id}/second-factor/ask", data=reason).status_code == 302
    assert boss.post(f"/people/{person.id}/second-factor/reset").status_code == 409
    asked = approvals.standing(RESET_SECOND_FACTOR, f"account:{person.id}")
    assert asked
    four_eyes.decide(actor(Role.APPROVER), asked.id, True)
    page = boss.post(f"/people/{person.id}/second-factor/reset")
    assert page.status_code == 200
    assert boss.post(f"/people/{person.id}/second-factor/reset").status_code == 409
    assert not known().second_factor
    assert signing.check(person.email, PASSWORD) is None
    assert not second_factors.right(person.id, phone.recovery[0])
    assert account_links.spend(token_in(page.text), CHOSEN)
    form = {"email": person.email, "password": CHOSEN}
    assert browser.post("/sign-in", data=form).headers["Location"] == "/"


def test_an_approved_reset_does_not_hold_for_a_second_factor_set_up_later(app: Flask, boss):
    person = account(Role.VERIFIER)
    enrol(person)
    reason = {"reason": "Mất điện thoại, đã gặp trực tiếp"}
    boss.post(f"/people/{person.id}/second-factor/ask", data=reason)
    asked = approvals.standing(RESET_SECOND_FACTOR, f"account:{person.id}")
    assert asked
    four_eyes.decide(actor(Role.APPROVER), asked.id, True)
    second_factors.turn_off(person, PASSWORD)
    enrol(person)
    assert boss.post(f"/people/{person.id}/second-factor/reset").status_code == 409
    found = people.person(person.id)
    assert found
    assert found.second_factor


def test_no_administrator_asks_for_their_own_reset(app: Flask, boss: FlaskClient):
    own = known("boss@x.vn")
    enrol(own)
    reply = boss.post(
        f"/people/{own.id}/second-factor/ask", data={"reason": "Tự mình muốn gỡ cho nhanh"}
    )
    assert reply.status_code in {302, 409}
    assert approvals.standing(RESET_SECOND_FACTOR, f"account:{own.id}") is None


def test_what_is_done_to_people_stands_in_the_log_without_names(app: Flask, boss: FlaskClient):
    boss.post("/people", data=LAN)
    lan = known()
    boss.post(f"/people/{lan.id}", data={"name": "Lan Lan", "email": "lan3@x.vn"})
    boss.post(f"/people/{lan.id}/disable")
    boss.post("/people/second-factor", data={"required": "yes"})
    db.session.rollback()
    bodies = db.session.scalars(select(LogEntry.body)).all()
    acts = [re.findall(r'"act":"([^"]+)"', body)[0] for body in bodies]
    expected = {"account.link_issued", "account.changed", "account.disabled"}
    assert expected | {"office.second_factor"} <= set(acts)
    assert not any(word in body for body in bodies for word in ("lan@", "lan3", "Lan Lan", "Đặng"))


def test_two_administrators_invite_one_address_and_one_is_told(app: Flask):
    boss = actor(Role.ADMINISTRATOR)
    granted = [people.Grant(Role.COORDINATOR)]
    accounts.invite(boss, "lan@x.vn", "Lan", granted)
    with pytest.raises(InvalidInputError, match="exists"):
        accounts.invite(boss, "LAN@x.vn", "Lan", granted)

"""Codes after the password: each once, none skipped, and a way back for who lost them."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Account, RecoveryCode, SignIn
from app.queries import people
from app.services import second_factors, throttling
from app.services.errors import InvalidInputError, WrongStateError
from app.services.second_factors import step_of
from app.vocabulary import Role
from tests.app.at_once import at_once
from tests.app.enrolling import Authenticator, enrol, give_password, require
from tests.factories import PASSWORD, account

NOW = clock.now().replace(hour=3, minute=0, second=5, microsecond=0)


@pytest.fixture
def still():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(app: Flask, still) -> people.Person:
    return account(Role.COORDINATOR)


@pytest.fixture
def phone(person: people.Person) -> Authenticator:
    return enrol(person)


def test_a_code_is_asked_for_on_a_second_page(client: FlaskClient, person, phone, still):
    give_password(client, person, "/sign-in?next=/rounds")
    assert client.get("/sign-in/code").status_code == 200
    assert client.post("/sign-in/code", data={"code": "000000"}).status_code == 422
    reply = client.post("/sign-in/code", data={"code": phone.code(1)})
    assert (reply.status_code, reply.headers["Location"]) == (302, "/rounds")
    assert client.get("/rounds").status_code == 200


def test_half_a_sign_in_reaches_no_page(app: Flask, client: FlaskClient, person, phone):
    give_password(client, person)
    cookie = client.get_cookie("khaosat").value
    assert cookie.startswith("t.")
    for address in ("/rounds", "/account", "/account/second-factor", "/jobs", "/people"):
        reply = client.get(address)
        assert reply.headers["Location"].startswith("/sign-in"), address
    assert "Đăng xuất" not in client.get("/").text
    assert client.post("/account/sessions/end-others").headers["Location"].startswith("/sign-in")
    db.session.rollback()
    assert "_user_id" not in db.session.scalars(select(SignIn)).one().data


def test_half_a_sign_in_ends_after_five_minutes(client: FlaskClient, person, phone, still):
    give_password(client, person)
    still.shift(299)
    assert client.get("/sign-in/code").status_code == 200
    still.shift(2)
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/code", data={"code": phone.code()}).headers["Location"] == (
        "/sign-in"
    )


def test_the_session_before_the_code_is_worth_nothing_after_it(
    app: Flask, client: FlaskClient, person, phone
):
    give_password(client, person)
    before = client.get_cookie("khaosat").value
    client.post("/sign-in/code", data={"code": phone.code(1)})
    assert client.get_cookie("khaosat").value != before
    thief = app.test_client()
    thief.set_cookie("khaosat", before)
    assert thief.get("/rounds").status_code == 302
    assert thief.get("/sign-in/code").headers["Location"] == "/sign-in"
    db.session.rollback()
    assert len(db.session.scalars(select(SignIn)).all()) == 1


def test_a_code_works_once(client: FlaskClient, person, phone, still):
    code = phone.code(1)
    assert second_factors.right(person.id, code)
    assert not second_factors.right(person.id, code)
    assert not second_factors.right(person.id, phone.code(0))
    still.shift(30)
    assert not second_factors.right(person.id, code)
    still.shift(30)
    assert second_factors.right(person.id, phone.code(0))


def test_a_code_that_two_use_at_once_lets_one_in(app: Flask, person, phone, still):
    code = phone.code(1)
    let_in: list[bool] = []
    at_once(app, [lambda: let_in.append(second_factors.right(person.id, code))] * 4)
    assert sorted(let_in) == [False, False, False, True]


def test_the_step_before_and_after_count_too(still):
    secret = pyotp.random_base32(32)
    totp = pyotp.TOTP(secret)
    present = int(NOW.timestamp()) // 30
    for away in range(-3, 4):
        code = totp.generate_otp(present + away)
        expected = present + away if abs(away) <= 1 else None
        assert step_of(secret, f" {code[:3]} {code[3:]} ", NOW) == expected, away
    for odd in ("", "12345", "1234567", "１２３４５６", "abc", "nghìn"):
        assert step_of(secret, odd, NOW) is None


def test_wrong_codes_are_slowed_down(client: FlaskClient, person, phone, still):
    give_password(client, person)
    wrong = [client.post("/sign-in/code", data={"code": "000000"}) for _ in range(6)]
    assert [reply.status_code for reply in wrong] == [422] * throttling.CODE.free + [429]
    assert client.post("/sign-in/code", data={"code": phone.code(1)}).status_code == 429
    still.shift(throttling.CODE.first)
    assert client.post("/sign-in/code", data={"code": phone.code(1)}).status_code == 302


def test_signing_in_by_password_alone_does_not_clear_the_count_of_codes(
    client: FlaskClient, person, phone, still
):
    for _ in range(throttling.CODE.free):
        assert not second_factors.right(person.id, "000000")
    give_password(client, person)
    assert client.post("/sign-in/code", data={"code": phone.code(1)}).status_code == 429


def test_each_recovery_code_works_once_however_it_is_typed(person, phone, still):
    first, second, *_ = phone.recovery
    assert len(set(phone.recovery)) == 10
    assert second_factors.right(person.id, f" {first.upper().replace('-', ' ')} ")
    assert not second_factors.right(person.id, first)
    assert second_factors.right(person.id, second.replace("0", "O").replace("1", "l"))
    db.session.rollback()
    used = db.session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_not(None))).all()
    assert len(used) == 2
    assert all(first.encode() not in row.hash for row in used)


def test_a_recovery_code_that_two_use_at_once_lets_one_in(app: Flask, person, phone):
    let_in: list[bool] = []
    code = phone.recovery[0]
    at_once(app, [lambda: let_in.append(second_factors.right(person.id, code))] * 4)
    assert sorted(let_in) == [False, False, False, True]


def test_recovery_codes_belong_to_one_person(app: Flask, person, phone):
    other = account(Role.COORDINATOR)
    enrol(other)
    assert not second_factors.right(other.id, phone.recovery[0])
    assert second_factors.right(person.id, phone.recovery[0])


def test_new_recovery_codes_replace_the_old(person, phone):
    anew = second_factors.new_recovery_codes(person.id)
    assert not second_factors.right(person.id, phone.recovery[0])
    assert second_factors.right(person.id, anew[0])


def test_the_secret_lies_sealed_and_bound_to_its_account(app: Flask, person, phone):
    other = account(Role.COORDINATOR)
    enrol(other)
    rows = {row.id: row for row in db.session.scalars(select(Account))}
    assert phone.secret.encode() not in (rows[person.id].totp_sealed or b"")
    rows[other.id].totp_sealed = rows[person.id].totp_sealed
    rows[other.id].totp_step = 0
    db.session.commit()
    assert not second_factors.right(other.id, phone.code(1))
    assert second_factors.unconfirmed_secret(person.id) is None


def test_it_is_turned_on_by_its_first_code_on_the_page(app: Flask, signed_in, still):
    browser = signed_in(Role.COORDINATOR, email="a@x.vn")
    elsewhere = app.test_client()
    elsewhere.post("/sign-in", data={"email": "a@x.vn", "password": PASSWORD})
    page = "/account/second-factor"
    assert "<svg" not in re.sub(r"<svg class=.*?</svg>", "", browser.get(page).text)
    assert browser.post(f"{page}/begin").headers["Location"] == page
    shown = browser.get(page).text
    assert 'viewBox="0 0 ' in shown
    found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', shown)
    assert found
    secret = found[1].replace(" ", "")
    assert browser.post(page, data={"code": "000000"}).status_code == 422
    reply = browser.post(page, data={"code": pyotp.TOTP(secret).at(clock.now())})
    codes = re.findall(r"<code>([0-9a-z-]{19})</code>", reply.text)
    assert (reply.status_code, len(codes)) == (200, 10)
    assert codes[0] not in browser.get(page).text
    assert secret[:8] not in browser.get(page).text
    assert browser.get("/rounds").status_code == 200
    assert elsewhere.get("/rounds").status_code == 302
    assert browser.post(f"{page}/begin").status_code == 409


def test_turning_it_off_takes_a_password_that_can_stand_alone(app: Flask, person, phone):
    with pytest.raises(InvalidInputError, match="wrong"):
        second_factors.turn_off(person, "không phải mật khẩu")
    second_factors.turn_off(person, PASSWORD)
    found = people.person(person.id)
    assert found
    assert not found.second_factor
    db.session.rollback()
    assert db.session.scalars(select(RecoveryCode)).all() == []
    assert not second_factors.right(person.id, phone.code(1))


def test_a_short_password_keeps_its_second_factor(client: FlaskClient, person, phone):
    give_password(client, person)
    client.post("/sign-in/code", data={"code": phone.code(1)})
    short = {"old": PASSWORD, "new": "bún riêu!"}
    assert client.post("/account/password", data=short).status_code == 302
    with pytest.raises(InvalidInputError, match="15"):
        second_factors.turn_off(person, "bún riêu!")
    reply = client.post("/account/second-factor/off", data={"password": "bún riêu!"})
    assert reply.status_code == 422


NEED_IT = {Role.ADMINISTRATOR, Role.HOME_AFFAIRS, Role.VERIFIER, Role.APPROVER}


@pytest.mark.parametrize("role", list(Role))
def test_those_who_decide_come_no_further_than_the_page_that_turns_it_on(
    app: Flask, signed_in, role: Role
):
    account(Role.ADMINISTRATOR)  # the first account has some days of grace
    require()
    browser = signed_in(role)
    for address in ("/", "/units", "/jobs", "/account", "/public", "/index"):
        reply = browser.get(address)
        allowed = {403, 302} if role in NEED_IT else {403, 200}
        assert reply.status_code in allowed, (role, address)
        assert reply.headers.get("Location") in {None, "/account/second-factor"}
    assert browser.get("/").status_code == (302 if role in NEED_IT else 200)
    posted = browser.post("/units/shipped")
    if role is Role.ADMINISTRATOR:
        assert posted.headers["Location"] == "/account/second-factor"
    assert browser.get("/account/second-factor").status_code == 200
    assert browser.get("/q").status_code != 302
    assert browser.post("/language", data={"language": "en", "back": "/"}).status_code == 302
    assert browser.post("/sign-out").headers["Location"] == "/sign-in"


def test_the_way_is_open_once_it_is_on(app: Flask, client: FlaskClient, still):
    account(Role.ADMINISTRATOR)
    require()
    person = account(Role.APPROVER)
    phone = enrol(person)
    give_password(client, person)
    client.post("/sign-in/code", data={"code": phone.code(1)})
    assert client.get("/units").status_code == 200
    reply = client.post("/account/second-factor/off", data={"password": PASSWORD})
    assert reply.status_code == 409
    found = people.person(person.id)
    assert found
    assert found.second_factor


def test_whoever_set_it_up_has_seven_days(app: Flask, signed_in):
    require()
    browser = signed_in(Role.ADMINISTRATOR, email="a@x.vn")
    page = browser.get("/")
    assert page.status_code == 200
    assert "/account/second-factor" in page.text
    with time_machine.travel(clock.now() + timedelta(days=7, minutes=1)):
        late = app.test_client()
        late.post("/sign-in", data={"email": "a@x.vn", "password": PASSWORD})
        assert late.get("/").headers["Location"] == "/account/second-factor"


def test_a_person_without_a_second_factor_cannot_make_recovery_codes(app: Flask):
    with pytest.raises(WrongStateError):
        second_factors.new_recovery_codes(account(Role.COORDINATOR).id)

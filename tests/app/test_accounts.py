"""Accounts, signing in and out, and the first start."""

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import writing
from app.extensions import db
from app.models import Account, SignIn
from app.services.accounts import NewAccount, add_account
from app.services.errors import InvalidInputError
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests.factories import PASSWORD, account

FIRST = {"name": "Trần Thị Quản", "email": "Quan@dongnai.gov.vn", "password": PASSWORD}


def test_the_first_start_makes_an_administrator_who_is_signed_in(client: FlaskClient):
    assert client.get("/").status_code == 200
    reply = client.post("/setup", data=FIRST)
    assert reply.status_code == 302
    assert client.get("/jobs").status_code == 200
    row = db.session.scalars(select(Account)).one()
    assert row.email == "quan@dongnai.gov.vn"
    assert PASSWORD not in row.password_hash


def test_set_up_is_closed_once_there_is_an_account(client: FlaskClient):
    account(Role.ADMINISTRATOR)
    assert client.post("/setup", data=FIRST).status_code == 409
    assert client.post("/setup/demo").status_code == 409
    assert db.session.query(Account).count() == 1


def test_set_up_is_closed_to_other_machines(app: Flask):
    far = app.test_client()
    place = {"REMOTE_ADDR": "203.0.113.9"}
    assert far.post("/setup", data=FIRST, environ_base=place).status_code == 403
    assert far.post("/setup/demo", environ_base=place).status_code == 403
    assert "X-Forwarded-For" not in far.get("/", environ_base=place).text
    near = {"X-Forwarded-For": "127.0.0.1"}
    assert far.post("/setup", data=FIRST, headers=near).status_code == 403


def test_a_wrong_password_and_an_unknown_address_get_the_same_reply(app: Flask):
    person = account(Role.COORDINATOR)
    replies = []
    for email in (person.email, "nobody@dongnai.gov.vn"):
        browser = app.test_client()
        reply = browser.post("/sign-in", data={"email": email, "password": "không phải mật khẩu"})
        replies.append((reply.status_code, reply.text.replace(email, "")))
    assert replies[0][0] == replies[1][0] == 422
    assert len(replies[0][1]) == len(replies[1][1])


def test_signing_out_ends_the_session_in_the_database(signed_in):
    browser = signed_in(Role.COORDINATOR)
    cookie = browser.get_cookie("khaosat").value
    browser.post("/sign-out")
    assert db.session.query(SignIn).count() == 0
    browser.set_cookie("khaosat", cookie)
    assert browser.get("/jobs").status_code == 302


def test_a_disabled_account_is_locked_out_at_once(signed_in):
    browser = signed_in(Role.COORDINATOR, email="a@dongnai.gov.vn")
    assert browser.get("/jobs").status_code == 200
    with writing() as session:
        session.scalars(select(Account)).one().active = False
    assert browser.get("/jobs").status_code == 302


def test_a_session_ends_after_twelve_hours(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    with time_machine.travel("2099-01-01"):
        assert browser.get("/jobs").status_code == 302


def test_signing_in_starts_a_new_session_and_the_token_is_not_stored(signed_in):
    browser = signed_in(Role.COORDINATOR)
    token = browser.get_cookie("khaosat").value.removeprefix("t.")
    row = db.session.scalars(select(SignIn)).one()
    assert token.encode() not in row.token_hash
    assert len(row.token_hash) == 32


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(app: Flask, wanted: str):
    person = account(Role.COORDINATOR)
    reply = app.test_client().post(
        "/sign-in",
        query_string={"next": wanted},
        data={"email": person.email, "password": PASSWORD},
    )
    assert reply.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("email", "name", "password", "roles"),
    [
        ("không có a còng", "A", PASSWORD, (Role.COORDINATOR,)),
        ("a@b.vn", " ", PASSWORD, (Role.COORDINATOR,)),
        ("a@b.vn", "A", "ngắn", (Role.COORDINATOR,)),
        ("a@b.vn", "A", PASSWORD, ()),
    ],
)
def test_a_faulty_account_is_refused(app: Flask, email, name, password, roles):
    with pytest.raises(InvalidInputError):
        add_account(SYSTEM, NewAccount(email, name, password, roles))
    assert db.session.query(Account).count() == 0


def test_an_address_is_taken_once(app: Flask):
    account(Role.COORDINATOR, email="a@dongnai.gov.vn")
    with pytest.raises(InvalidInputError, match="exists"):
        account(Role.COORDINATOR, email="A@dongnai.gov.vn")


def test_forms_need_their_token(app: Flask):
    app.config["WTF_CSRF_ENABLED"] = True
    reply = app.test_client().post("/setup", data=FIRST)
    assert reply.status_code == 400
    assert db.session.query(Account).count() == 0

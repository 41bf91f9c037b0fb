"""Addresses of people, tokens, passwords and codes stand in no log."""

import logging
import sqlite3

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, text

from app import clock
from app.extensions import db
from app.models import LogEntry
from app.queries.people import Grant
from app.services import account_links, accounts, second_factors, signing
from app.vocabulary import Role
from tests.factories import PASSWORD, account, actor


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_of_a_persons_access_is_logged(app: Flask, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    boss = actor(Role.ADMINISTRATOR)
    link = accounts.invite(boss, "lan.bi.mat@x.vn", "Lan Bí Mật", [Grant(Role.COORDINATOR)])
    browser = app.test_client()
    chosen = "chín con nai uống nước suối"
    browser.get(f"/join/{link.token}")
    browser.post(f"/join/{link.token}", data={"password": "ngắn bí mật"})
    browser.post(f"/join/{link.token}", data={"password": chosen})
    browser.get(f"/join/{link.token}")
    browser.post("/sign-in", data={"email": "lan.bi.mat@x.vn", "password": "sai bí mật"})
    browser.post("/sign-in", data={"email": "lan.bi.mat@x.vn", "password": chosen})
    session = browser.get_cookie("khaosat").value.removeprefix("t.")
    person = signing.check("lan.bi.mat@x.vn", chosen)
    assert person
    second_factors.begin(person.id)
    secret = second_factors.unconfirmed_secret(person.id) or ""
    codes = second_factors.confirm(person, pyotp.TOTP(secret).at(clock.now()), "")
    db.session.rollback()
    told = caplog.text + "".join(db.session.scalars(select(LogEntry.body)))
    assert "account.signed_in" in told
    for hidden in (
        "lan.bi.mat",
        "Lan Bí Mật",
        link.token,
        session,
        chosen,
        "bí mật",
        secret,
        codes[0],
    ):
        assert hidden not in told, hidden


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_database_file_holds_no_secret_in_the_clear(app: Flask):
    person = account(Role.COORDINATOR)
    link = account_links.issue(actor(Role.ADMINISTRATOR), person.id)
    second_factors.begin(person.id)
    secret = second_factors.unconfirmed_secret(person.id) or ""
    codes = second_factors.confirm(person, pyotp.TOTP(secret).at(clock.now()), "")
    token = signing.new_token()
    signing.begin(token, person.id, {"_user_id": str(person.id)})
    db.session.rollback()
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    name = db.engine.url.database
    assert name
    db.session.rollback()
    with sqlite3.connect(name) as file:
        content = file.serialize()
    assert person.email.encode() in content
    for hidden in (link.token, secret, codes[0], codes[0].replace("-", ""), token, PASSWORD):
        assert hidden.encode() not in content

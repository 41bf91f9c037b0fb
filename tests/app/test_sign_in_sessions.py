"""Open sessions: seen and ended by their owner, idle ones end, old ones ask again."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import SignIn
from app.queries import sign_ins
from app.services import signing
from app.vocabulary import Role
from tests.factories import PASSWORD, account

WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"
NEW = "chín con nai uống nước suối"


def enter(app: Flask, email: str, agent: str = WINDOWS) -> FlaskClient:
    browser = app.test_client()
    form = {"email": email, "password": PASSWORD}
    assert browser.post("/sign-in", data=form, headers={"User-Agent": agent}).status_code == 302
    return browser


def listed(account_id: int) -> list[sign_ins.OpenSession]:
    db.session.rollback()
    return sign_ins.of_account(account_id, clock.now())


@pytest.fixture
def person(app: Flask):
    return account(Role.COORDINATOR)


def test_the_account_page_shows_where_one_is_signed_in(app: Flask, person):
    desk, phone = enter(app, person.email), enter(app, person.email, PHONE)
    text = desk.get("/account").text
    assert "Edge, Windows" in text
    assert "Chrome, Android" in text
    assert text.count('name="id"') == 1  # this one cannot be ended from here
    assert {session.device for session in listed(person.id)} == {"Edge, Windows", "Chrome, Android"}
    assert phone.get("/account").text.count('name="id"') == 1


def test_one_session_is_ended_at_once_and_the_other_goes_on(app: Flask, person):
    desk, phone = enter(app, person.email), enter(app, person.email, PHONE)
    ends = next(session.id for session in listed(person.id) if "Android" in session.device)
    assert desk.post("/account/sessions/end", data={"id": ends}).status_code == 302
    assert phone.get("/rounds").status_code == 302
    assert desk.get("/rounds").status_code == 200


def test_all_other_sessions_are_ended_together(app: Flask, person):
    desk, *others = [enter(app, person.email) for _ in range(4)]
    stranger = account(Role.COORDINATOR)
    theirs = enter(app, stranger.email)
    desk.post("/account/sessions/end-others")
    assert [browser.get("/rounds").status_code for browser in others] == [302] * 3
    assert desk.get("/rounds").status_code == 200
    assert theirs.get("/rounds").status_code == 200


@pytest.mark.parametrize("wanted", ["", "zz", "00" * 32])
def test_nobody_ends_a_session_that_is_not_theirs(app: Flask, person, wanted: str):
    desk = enter(app, person.email)
    stranger = account(Role.COORDINATOR)
    theirs = enter(app, stranger.email)
    [session] = listed(stranger.id)
    assert desk.post("/account/sessions/end", data={"id": wanted}).status_code == 404
    assert desk.post("/account/sessions/end", data={"id": session.id}).status_code == 404
    assert theirs.get("/rounds").status_code == 200


def test_a_session_ends_after_two_idle_hours_or_twelve_in_all(app: Flask, person):
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    with time_machine.travel(start, tick=False) as now:
        browser = enter(app, person.email)
        for minutes in range(0, 12 * 60, 90):
            now.move_to(start + timedelta(minutes=minutes))
            assert browser.get("/rounds").status_code == 200
        now.move_to(start + timedelta(hours=12, seconds=1))
        assert browser.get("/rounds").status_code == 302
        second = enter(app, person.email)
        now.shift(2 * 3600 - 1)
        assert second.get("/rounds").status_code == 200
        now.shift(2 * 3600 + 1)
        assert second.get("/rounds").status_code == 302


def test_looking_writes_once_in_five_minutes_at_most(app: Flask, person):
    start = clock.now().replace(microsecond=0)
    ends = set()
    with time_machine.travel(start, tick=False) as now:
        browser = enter(app, person.email)
        for _ in range(60):
            now.shift(10)
            browser.get("/rounds")
            db.session.rollback()
            ends.add(db.session.scalars(select(SignIn.expires_at)).one())
    assert 2 <= len(ends) <= 3


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(app: Flask, person):
    desk, phone = enter(app, person.email), enter(app, person.email, PHONE)
    wrong = desk.post("/account/password", data={"old": "sai " * 5, "new": NEW})
    assert wrong.status_code == 422
    poor = desk.post("/account/password", data={"old": PASSWORD, "new": "matkhau123"})
    assert poor.status_code == 422
    assert phone.get("/rounds").status_code == 200
    assert desk.post("/account/password", data={"old": PASSWORD, "new": NEW}).status_code == 302
    assert phone.get("/rounds").status_code == 302
    assert desk.get("/rounds").status_code == 200
    assert signing.check(person.email, PASSWORD) is None
    assert signing.check(person.email, NEW) is not None


def test_guessing_the_old_password_at_an_open_screen_is_slowed_down(app: Flask, person):
    desk = enter(app, person.email)
    form = {"old": "sai " * 5, "new": NEW}
    statuses = [desk.post("/account/password", data=form).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_sensitive_acts_ask_for_the_password_after_half_an_hour(app: Flask):
    boss, other = account(Role.ADMINISTRATOR), account(Role.COORDINATOR)
    start = clock.now()
    with time_machine.travel(start, tick=False) as now:
        browser = enter(app, boss.email)
        assert browser.get("/people/new").status_code == 200
        now.shift(30 * 60)
        asked = browser.get("/people/new").headers["Location"]
        assert asked == "/account/confirm?next=/people/new"
        refused = browser.post(f"/people/{other.id}/disable")
        assert refused.headers["Location"] == f"/account/confirm?next=/people/{other.id}"
        assert browser.get("/people").status_code == 200
        assert signing.check(other.email, PASSWORD) is not None
        form = {"password": "sai " * 5, "next": "/people/new"}
        assert browser.post("/account/confirm", data=form).status_code == 422
        assert browser.get("/people/new").status_code == 302
        reply = browser.post("/account/confirm", data={**form, "password": PASSWORD})
        assert reply.headers["Location"] == "/people/new"
        assert browser.get("/people/new").status_code == 200
        assert browser.post(f"/people/{other.id}/disable").status_code == 302
        assert signing.check(other.email, PASSWORD) is None


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_confirming_never_leads_away(app: Flask, person, target: str):
    browser = enter(app, person.email)
    reply = browser.post("/account/confirm", data={"password": PASSWORD, "next": target})
    assert reply.headers["Location"] == "/"


def test_every_sensitive_route_asks_for_a_fresh_sign_in(app: Flask):
    boss, other = account(Role.ADMINISTRATOR), account(Role.COORDINATOR)
    with time_machine.travel(clock.now(), tick=False) as now:
        browser = enter(app, boss.email)
        now.shift(31 * 60)
        found = [
            rule.rule.replace("<int:account_id>", str(other.id))
            for rule in app.url_map.iter_rules()
            if "POST" in rule.methods and rule.endpoint.startswith("people.")
        ]
        found += ["/account/second-factor/begin", "/account/second-factor/codes"]
        assert len(found) >= 13
        for address in found:
            reply = browser.post(address)
            assert reply.headers.get("Location", "").startswith("/account/confirm"), address

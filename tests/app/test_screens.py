"""Customer screens: set up once, they show a code for three minutes and nothing to strangers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Counter, ScreenCode, Token
from app.services import counters, responding, screens
from app.services.recording import SYSTEM
from app.services.responding import Standing
from app.vocabulary import Door, Role
from app.web.guessing import FREE
from app.web.templating import LANGUAGE
from surveys.short_codes import read_short_code
from tests.app.at_once import at_once
from tests.app.credential_world import DRAWN, UNDRAWN, UNLISTED, World, counts, kept, world
from tests.app.reading_pictures import read_picture
from tests.app.respondent import stop_forgetting

CODE = "TB-01"


@pytest.fixture
def office(client: FlaskClient) -> World:
    """A world with a counter."""
    made = world(client)
    counters.add(SYSTEM, made.made.units["TB"], "Quầy trả kết quả", code=CODE)
    return made


def place(code: str = CODE) -> str:
    return f"/api/v1/counters/{code}/screen"


def set_up(app: Flask) -> FlaskClient:
    """Make a tablet the screen of the counter."""
    tablet = app.test_client()
    key = screens.new_key(SYSTEM, counter_id())
    reply = tablet.post(f"/k/screen/{CODE}", data={"key": key.lower()})
    assert (reply.status_code, reply.headers["Location"]) == (303, f"/k/screen/{CODE}")
    return tablet


def counter_id() -> int:
    return db.session.scalars(select(Counter.id).where(Counter.code == CODE)).one()


def look(tablet: FlaskClient) -> str:
    reply = tablet.get(f"/k/screen/{CODE}")
    assert (reply.status_code, reply.headers["Refresh"]) == (200, "5")
    assert reply.headers["Cache-Control"] == "no-store"
    return reply.text


def link_on(page: str) -> str:
    return read_picture(page.split('class="qr"')[1])


@pytest.mark.parametrize("dossier", [DRAWN, UNDRAWN, UNLISTED])
def test_a_screen_shows_the_code_of_the_dossier_that_is_closed(
    app: Flask, office: World, dossier: str
) -> None:
    tablet = set_up(app)
    assert '<main class="wait">' in look(tablet)
    reply = office.post(place(), {"dossier_code": dossier})
    assert reply.status_code == 201
    until = datetime.fromisoformat(reply.json["until"])
    assert timedelta(seconds=170) < until - clock.now() <= timedelta(minutes=3)
    page = look(tablet)
    token = link_on(page).rsplit("/", 1)[1]
    typed = read_short_code(page.split('class="typed"')[1].split("<span")[1].split(">")[1][:18])
    assert "Quầy trả kết quả" in page
    assert dossier[-4:] in page
    assert dossier not in page
    for code in (token, typed):
        assert responding.enter(code).standing is not Standing.UNUSABLE
    assert counts() == {CODE: (1, 0)}


def test_what_is_shown_lies_sealed_and_is_destroyed_after_its_time(
    app: Flask, office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tablet = set_up(app)
    office.post(place(), {"dossier_code": DRAWN})
    token = link_on(look(tablet)).rsplit("/", 1)[1]
    db.session.rollback()
    sealed = db.session.scalars(select(ScreenCode.sealed)).one()
    assert token.encode() not in sealed
    later = clock.now() + timedelta(minutes=3, seconds=1)
    screens.sweep()
    assert db.session.scalar(select(ScreenCode.counter_id)) is not None
    monkeypatch.setattr(clock, "now", lambda: later)
    assert '<main class="wait">' in look(tablet)
    screens.sweep()
    assert db.session.scalar(select(ScreenCode.counter_id)) is None
    assert responding.enter(token).standing is Standing.ANSWERABLE


def test_the_next_dossier_takes_the_place_of_the_one_before(app: Flask, office: World) -> None:
    tablet = set_up(app)
    links = []
    for dossier in (DRAWN, UNDRAWN):
        office.post(place(), {"dossier_code": dossier})
        links.append(link_on(look(tablet)))
    assert links[0] != links[1]
    assert db.session.query(ScreenCode).count() == 1


def test_the_software_clears_a_screen(app: Flask, office: World) -> None:
    tablet = set_up(app)
    office.post(place(), {"dossier_code": DRAWN})
    for _ in range(2):
        reply = office.client.delete(place(), headers=office.signed)
        assert (reply.status_code, reply.data) == (204, b"")
    assert '<main class="wait">' in look(tablet)
    assert db.session.query(ScreenCode).count() == 0


def test_a_device_without_the_key_sees_nothing_whatever_counter_it_asks_for(
    app: Flask, office: World
) -> None:
    set_up(app)
    office.post(place(), {"dossier_code": DRAWN})
    stranger = app.test_client()
    known, unknown = stranger.get(f"/k/screen/{CODE}"), stranger.get("/k/screen/TB-99")
    assert known.status_code == unknown.status_code == 200
    assert anonymous(known, CODE) == anonymous(unknown, "TB-99")
    assert "Quầy trả kết quả" not in known.text
    assert "Refresh" not in known.headers
    stranger.set_cookie("khaosat_screen", "A" * 22)
    assert anonymous(stranger.get(f"/k/screen/{CODE}"), CODE) == anonymous(known, CODE)


def anonymous(reply: object, code: str) -> str:
    """A page without its nonce and the code that was asked for."""
    text = reply.text.replace(code, "X")
    return text.split("nonce=")[0] + text.split("<body")[1]


def test_a_key_works_once_and_a_new_one_ends_the_screen(app: Flask, office: World) -> None:
    key = screens.new_key(SYSTEM, counter_id())
    first, second = app.test_client(), app.test_client()
    assert first.post(f"/k/screen/{CODE}", data={"key": key}).status_code == 303
    assert second.post(f"/k/screen/{CODE}", data={"key": key}).status_code == 422
    look(first)
    screens.new_key(SYSTEM, counter_id())
    assert "Refresh" not in first.get(f"/k/screen/{CODE}").headers


def test_the_typed_key_is_no_secret_of_a_screen(app: Flask, office: World) -> None:
    key = read_short_code(screens.new_key(SYSTEM, counter_id()))
    assert screens.shown(CODE, key) is None


def test_two_tablets_at_once_do_not_both_get_in(app: Flask, office: World) -> None:
    key, found = screens.new_key(SYSTEM, counter_id()), []
    at_once(app, [lambda: found.append(screens.enrol(CODE, key)) for _ in range(6)])
    assert len([secret for secret in found if secret]) == 1


def test_guessing_keys_of_screens_is_slowed_down(app: Flask, office: World) -> None:
    stop_forgetting(app)
    tablet, statuses = app.test_client(), []
    for number in range(FREE + 2):
        reply = tablet.post(f"/k/screen/{CODE}", data={"key": f"wrong {number}"})
        statuses.append(reply.status_code)
    assert statuses == [422] * FREE + [429] * 2
    set_up(app)


def test_calls_for_other_counters_are_refused(app: Flask, office: World) -> None:
    reply = office.post(place(), {"dossier_code": DRAWN})
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (409, "no_screen")
    for code in ("TB-99", "%00", "x" * 300):
        reply = office.post(place(code), {"dossier_code": DRAWN})
        assert (reply.status_code, reply.json["faults"][0]["code"]) == (404, "no_counter")
        assert office.client.delete(place(code), headers=office.signed).status_code == 404
    assert (kept(Token, Door.SCREEN), counts()) == (0, {})


def test_a_key_for_another_unit_shows_nothing_here(app: Flask, client: FlaskClient) -> None:
    made = world(client, unit="LT")
    counters.add(SYSTEM, made.made.units["TB"], "Quầy trả kết quả", code=CODE)
    set_up(app)
    reply = made.post(place(), {"dossier_code": DRAWN})
    assert (reply.status_code, reply.json["faults"][0]["code"]) == (422, "other_unit")
    assert made.client.delete(place(), headers=made.signed).status_code == 422


def test_a_counter_that_is_switched_off_shows_nothing(app: Flask, office: World) -> None:
    tablet = set_up(app)
    counters.switch(SYSTEM, counter_id(), active=False)
    assert office.post(place(), {"dossier_code": DRAWN}).status_code == 404
    assert "Refresh" not in tablet.get(f"/k/screen/{CODE}").headers


def test_calls_for_one_screen_at_once_leave_one_code(app: Flask, office: World) -> None:
    tablet, replies = set_up(app), []
    at_once(
        app,
        [lambda: replies.append(office.post(place(), {"dossier_code": DRAWN})) for _ in range(5)],
    )
    assert [reply.status_code for reply in replies] == [201] * 5
    assert kept(Token, Door.SCREEN) == 2
    assert link_on(look(tablet))


def test_a_coordinator_sets_a_screen_up_and_switches_it_off(
    app: Flask, office: World, signed_in: Callable[..., FlaskClient]
) -> None:
    browser, tablet = signed_in(Role.COORDINATOR), app.test_client()
    assert "Quầy trả kết quả" in browser.get("/screens").text
    page = browser.post(f"/screens/{counter_id()}/key").text
    key = page.split('translate="no">')[2].split("<")[0]
    assert f"/k/screen/{CODE}" in page
    assert tablet.post(f"/k/screen/{CODE}", data={"key": key}).status_code == 303
    look(tablet)
    assert browser.post(f"/screens/{counter_id()}/off").status_code == 302
    assert "Refresh" not in tablet.get(f"/k/screen/{CODE}").headers
    assert browser.post("/screens/9999/key").status_code == 404


def test_many_codes_issued_again_are_marked(
    office: World, signed_in: Callable[..., FlaskClient]
) -> None:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie(LANGUAGE, "en")
    assert "No codes were asked for" in browser.get("/credentials").text
    for _ in range(5):
        office.call(counter="Quầy 1")
    office.call(UNDRAWN, counter="Quầy 2")
    page = browser.get("/credentials").text
    assert "Quầy 2" in page
    assert "many again" not in page.casefold()
    office.call(counter="Quầy 1")
    page = browser.get("/credentials").text
    assert page.casefold().count("many again") == 1
    assert "83" in page  # five of six, in per cent

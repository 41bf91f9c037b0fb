"""Wrong tries at the poster door: counted, forgiven, and nobody else's burden."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Claim, DoorTry, LogEntry
from app.services import door_tries, opening, poster_door
from app.services.poster_door import Reply
from app.services.recording import SYSTEM
from app.vocabulary import Door, Role
from app.web.guessing import EXTENSION, FREE, Misses
from tests.app.door_factory import (
    count,
    counter,
    counter_of,
    digits_of,
    give_phones,
    knock,
    posted,
    wrong_digits,
)
from tests.app.respondent import send, stop_forgetting, typed
from tests.app.round_factory import MadeRound, make_round


@pytest.fixture
def place(app: Flask) -> tuple[MadeRound, dict[int, str]]:
    return posted()


def test_after_five_misses_right_digits_are_refused_until_seven_days_later(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]], monkeypatch
) -> None:
    _, codes = place
    for at in range(5):
        assert knock(client, codes[0], wrong_digits(0, at + 1)).status_code == 422
    assert knock(client, codes[0].lower(), digits_of(0)).status_code == 422
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=6))
    assert knock(client, codes[0], digits_of(0)).status_code == 422
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=7))
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    assert count(DoorTry) == 0


def test_four_misses_and_then_right_digits_start_anew(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for _ in range(3):
        for at in range(4):
            assert knock(client, codes[0], wrong_digits(0, at + 1)).status_code == 422
        assert knock(client, codes[0], digits_of(0)).status_code == 303


def test_many_wrong_tries_at_once_are_all_counted(
    app: Flask, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, codes = place
    start, found = threading.Barrier(8), []
    here = counter_of(made.units["TB"])

    def run(at: int) -> None:
        with app.app_context():
            start.wait()
            found.append(poster_door.knock(here, codes[0], wrong_digits(0, at + 1)).reply)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Reply.MISSED] * 8
    assert poster_door.knock(here, codes[0], digits_of(0)).reply is Reply.MISSED
    db.session.rollback()
    assert db.session.scalars(select(DoorTry.tries)).all() == [door_tries.ALLOWED]


def test_misses_of_one_dossier_leave_its_neighbours_alone(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for at in range(5):
        knock(client, codes[0], wrong_digits(0, at + 1))
    assert knock(client, codes[1], digits_of(1)).status_code == 303


def test_a_coordinator_lets_somebody_try_again(
    client: FlaskClient, signed_in, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    for at in range(5):
        knock(client, codes[0], wrong_digits(0, at + 1))
    browser = signed_in(Role.COORDINATOR)
    reply = browser.post("/counters/release", data={"dossier": codes[0].lower()})
    assert reply.status_code == 302
    assert knock(client, codes[0], digits_of(0)).status_code == 303
    db.session.rollback()
    [body] = [entry for entry in db.session.scalars(select(LogEntry.body)) if "door_tries" in entry]
    assert codes[0] not in body
    assert '"found":true' in body


def test_a_code_that_no_list_holds_yet_goes_on_as_a_claim(
    client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    made, _ = place
    reply = knock(client, "h19 tb land 09999", "1234")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/q")
    db.session.rollback()
    [found] = db.session.scalars(select(Claim)).all()
    assert (found.round_id, found.dossier_code) == (made.id, "H19-TB/land-09999")
    assert (found.door, found.unit_id) == (Door.POSTER, made.units["TB"])
    assert found.digits_hash is not None
    assert len(found.digits_hash) == 32
    assert count(DoorTry) == 0
    page = client.get("/q")
    assert page.status_code == 200
    assert send(client, page.text, typed()).status_code == 303


def test_claims_of_one_network_come_to_an_end(
    app: Flask, client: FlaskClient, place: tuple[MadeRound, dict[int, str]]
) -> None:
    few = 4  # of the wrong guesses that are free; a claim counts an eighth of one
    app.extensions[EXTENSION] = Misses(free=few, now=lambda: 0.0)
    many = 8 * few
    statuses = [
        knock(client, f"H19-TB/land-{10_000 + at}", "1234").status_code for at in range(many + 3)
    ]
    assert statuses == [303] * many + [429] * 3
    assert count(Claim) == many
    assert knock(client, place[1][0], digits_of(0)).status_code == 303


def test_two_hundred_phones_behind_one_address_all_come_in(app: Flask) -> None:
    phones = 200 if db.engine.dialect.name == "sqlite" else 20
    made = make_round({"TB": {"land": phones}})
    opening.open_round(SYSTEM, made.id)
    opening.complete(made.id)
    codes = give_phones(made.id)
    counter(made.units["TB"])
    db.session.rollback()
    stop_forgetting(app)
    statuses = {knock(app.test_client(), codes[at], digits_of(at)).status_code for at in codes}
    assert statuses == {303}


def test_who_tries_too_much_waits_and_the_neighbour_with_right_digits_does_not(
    app: Flask, place: tuple[MadeRound, dict[int, str]]
) -> None:
    _, codes = place
    stop_forgetting(app)
    statuses = [knock(app.test_client(), "12", "1234").status_code for _ in range(FREE + 3)]
    assert statuses == [422] * FREE + [429] * 3
    waiting = knock(app.test_client(), codes[0], wrong_digits(0))
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (429, "60")
    assert knock(app.test_client(), codes[0], digits_of(0)).status_code == 303
    assert count(DoorTry) == 0

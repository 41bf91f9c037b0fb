"""How long somebody took: five classes, no moment, and nothing that a form can make up."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from app import clock
from app.extensions import Model, db
from app.models import Box, MixingKey
from app.services import durations, keys, mixing, sealing, secrets
from app.services.recording import SYSTEM
from app.services.sealing import Content
from app.vocabulary import Device, Door
from surveys.links import new_token
from tests.app.respondent import Fields, follow, send, typed
from tests.app.round_factory import MadeRound

BEGIN = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
PHONE = "Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36"


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.present = BEGIN

    def __call__(self) -> datetime:
        return self.present

    def pass_by(self, seconds: float) -> None:
        self.present += timedelta(seconds=seconds)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(clock, "now", found)
    return found


@pytest.fixture
def secret() -> None:
    secrets.install("k" * 40)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, 1),
        (29.999, 1),
        (30, 2),
        (59.999, 2),
        (60, 3),
        (179.999, 3),
        (180, 4),
        (599.999, 4),
        (600, 5),
        (40 * 24 * 3600, 5),
        (-1, None),
        (-3600, None),
    ],
)
def test_the_borders_of_the_classes(time: Clock, seconds: float, expected: int | None) -> None:
    nonce = new_token()
    begun = durations.started(nonce)
    time.pass_by(seconds)
    assert durations.class_of(begun, nonce) == expected


@pytest.mark.usefixtures("secret")
def test_a_start_goes_with_its_own_form_and_our_own_secret(time: Clock) -> None:
    nonce = new_token()
    begun = durations.started(nonce)
    assert int(begun[:8], 16) == BEGIN.timestamp()
    assert durations.class_of(begun, nonce) == 1
    assert durations.class_of(begun, new_token()) is None
    secrets.install("x" * 40)
    assert durations.class_of(begun, nonce) is None


@pytest.mark.usefixtures("secret")
def test_a_start_with_any_bit_changed_is_not_ours(time: Clock) -> None:
    nonce = new_token()
    begun = durations.started(nonce)
    forged = [
        begun[:place] + other + begun[place + 1 :]
        for place in range(len(begun))
        for other in "0123456789abcdefABCDEF g"
        if other != begun[place]
    ]
    forged += [begun[1:], begun[:-1], f"{begun}0", f"0{begun}", begun.upper(), ""]
    assert len(forged) > 500
    assert {durations.class_of(text, nonce) for text in forged} == {None}


@settings(max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_at_all_is_taken_for_a_start(text: str, nonce: str) -> None:
    secrets.install("k" * 40)
    assert durations.class_of(text, nonce) is None


def sealed_contents() -> list[Content]:
    db.session.rollback()
    query = select(Box.ciphertext, MixingKey.public).join(MixingKey, MixingKey.id == Box.key_id)
    found = []
    for ciphertext, public in db.session.execute(query):
        secret = keys.secret_half(public)
        assert secret is not None
        found.append(sealing.open_box(secret, ciphertext))
    return found


def test_the_box_holds_duration_device_and_door(
    client: FlaskClient, made: tuple[MadeRound, list[str]], time: Clock
) -> None:
    page = follow(client, made[1][0])
    time.pass_by(75)
    assert send(client, page.text, typed(), **{"User-Agent": PHONE}).status_code == 303
    [content] = sealed_contents()
    assert (content.duration, content.device, content.door) == (3, Device.PHONE, Door.SLIP)


@pytest.mark.parametrize("started", [None, "", "x", "a" * 24, "é" * 24, "\0", "A" * 5000])
def test_without_a_proper_start_the_answer_counts_and_the_duration_is_not_known(
    client: FlaskClient, made: tuple[MadeRound, list[str]], started: str | None
) -> None:
    page = follow(client, made[1][0])
    data = {**typed(), "nonce": Fields(page.text).names["nonce"][0]}
    if started is not None:
        data["started"] = [started]
    reply = client.post("/q", data=data, headers={"User-Agent": ""})
    assert reply.status_code == 303
    [content] = sealed_contents()
    assert (content.duration, content.device) == (None, None)


def test_an_old_start_of_another_form_is_not_taken(
    client: FlaskClient, made: tuple[MadeRound, list[str]], time: Clock
) -> None:
    old = Fields(follow(client, made[1][0]).text).names["started"][0]
    time.pass_by(3600)
    new = Fields(client.get("/q").text).names["nonce"][0]
    assert client.post("/q", data={**typed(), "nonce": new, "started": old}).status_code == 303
    assert [content.duration for content in sealed_contents()] == [None]


def test_a_page_shown_again_with_faults_keeps_the_first_start(
    client: FlaskClient, made: tuple[MadeRound, list[str]], time: Clock
) -> None:
    page = follow(client, made[1][0]).text
    for _ in range(3):
        time.pass_by(50)
        again = send(client, page, {})
        assert again.status_code == 422
        assert Fields(again.text).names["started"] == Fields(page).names["started"]
        page = again.text
    time.pass_by(40)
    assert send(client, page, typed()).status_code == 303
    assert [content.duration for content in sealed_contents()] == [4]


def test_a_form_whose_start_is_lost_is_not_made_quick_by_a_new_one(
    client: FlaskClient, made: tuple[MadeRound, list[str]], time: Clock
) -> None:
    page = follow(client, made[1][0]).text
    time.pass_by(400)
    lost = client.post("/q", data={**typed(), "nonce": "made up", "started": ["a" * 24]})
    assert Fields(lost.text).names["started"] == [""]
    assert send(client, lost.text, typed()).status_code == 303
    assert [content.duration for content in sealed_contents()] == [None]
    assert Fields(page).names["started"] != [""]


def test_neither_moment_nor_browser_is_written_anywhere(
    app: Flask, client: FlaskClient, made: tuple[MadeRound, list[str]], time: Clock
) -> None:
    page = follow(client, made[1][0])
    begun = Fields(page.text).names["started"][0]
    time.pass_by(42)
    send(client, page.text, typed(), **{"User-Agent": PHONE, "X-Forwarded-For": "203.0.113.77"})
    mixing.close_round(SYSTEM, made[0].id)
    with db.engine.connect() as connection:
        told = "\n".join(
            repr(row)
            for table in Model.metadata.sorted_tables
            if table.name not in {"log_entry", "queue"}  # acts of staff
            for row in connection.execute(select(table))
        )
    moments = {str(int(BEGIN.timestamp()) + second) for second in range(60)}
    assert "phường TB" in told
    for hidden in ("Pixel", "203.0.113", "127.0.0.1", begun, "2026, 5, 4", "2026-05-04", *moments):
        assert hidden not in told, hidden

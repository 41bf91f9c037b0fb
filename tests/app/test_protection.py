"""Three honest words: each door has one, the page says it, and a public page explains it."""

import gzip
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import update

from app import thresholds
from app.database import writing
from app.models import Token
from app.protection import NAMES, OF_DOORS, PROMISES, Protection
from app.vocabulary import Device, Door
from app.web import devices
from tests.app.respondent import follow, send, typed
from tests.app.round_factory import MadeRound

MADE = tuple[MadeRound, list[str]]
BUDGET = 15 * 1024


def test_every_door_has_a_promise_and_those_of_the_web_are_anonymous() -> None:
    assert set(OF_DOORS) == set(Door)
    assert set(NAMES) == set(PROMISES) == set(Protection)
    for door in (Door.SLIP, Door.SMS, Door.POSTER):
        assert OF_DOORS[door] is Protection.ANONYMOUS


@pytest.mark.parametrize("door", list(Door))
def test_the_page_of_questions_says_how_answers_by_its_door_are_protected(
    client: FlaskClient, made: MADE, door: Door
) -> None:
    with writing() as session:
        session.execute(update(Token).values(door=door))
    page = follow(client, made[1][0]).text
    english = client.get("/q?lang=en").text
    with force_locale("en"):
        assert gettext(NAMES[OF_DOORS[door]]) in english
        assert gettext(PROMISES[OF_DOORS[door]]) in english
    assert 'href="/public/privacy?lang=vi"' in page
    assert 'href="/public/privacy?lang=en"' in english


def test_another_word_makes_another_page(
    client: FlaskClient, made: MADE, monkeypatch: pytest.MonkeyPatch
) -> None:
    anonymous = follow(client, made[1][0]).text
    monkeypatch.setitem(OF_DOORS, Door.SLIP, Protection.CONFIDENTIAL)  # type: ignore[arg-type]  # read-only
    confidential = client.get("/q?lang=en").text
    assert PROMISES[Protection.CONFIDENTIAL] in confidential
    assert PROMISES[Protection.ANONYMOUS] not in confidential
    assert PROMISES[Protection.CONFIDENTIAL] not in anonymous
    faulty = send(client, confidential, {})
    assert PROMISES[Protection.CONFIDENTIAL] in faulty.text


def test_the_explanation_opens_beside_the_answers_and_nothing_leads_away_below_them(
    client: FlaskClient, made: MADE
) -> None:
    page = follow(client, made[1][0]).text
    [link] = re.findall(r"<a [^>]*privacy[^>]*>", page)
    assert 'target="_blank"' in link
    assert "<a " not in page[page.index("</form>") :]


def test_the_first_load_is_small_and_one_request_after_the_redirect(
    client: FlaskClient, made: MADE
) -> None:
    assert client.get(f"/q/{made[1][0]}").status_code == 303
    reply = client.get("/q", headers={"Accept-Encoding": "gzip"})
    assert len(reply.data) + sum(len(f"{k}: {v}\r\n") for k, v in reply.headers) <= BUDGET
    page = gzip.decompress(reply.data).decode()
    assert not re.findall(r"<script|<img|<link rel=\"(?!icon)|@import|url\(", page)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_public_page_explains_all_three_words_and_the_limits(
    app: Flask, client: FlaskClient, language: str
) -> None:
    page = client.get(f"/public/privacy?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text
    with force_locale(language):
        for word in Protection:
            assert gettext(NAMES[word]) in page.text
            assert gettext(PROMISES[word]) in page.text
    assert f"/r?lang={language}#pressed" in page.text
    assert str(thresholds.present.mixing_k) in page.text
    assert "Set-Cookie" not in page.headers


def test_a_language_once_chosen_wins_over_that_of_a_link(client: FlaskClient) -> None:
    for path in ("/public/privacy", "/r"):
        client.delete_cookie("khaosat_language")
        assert '<html lang="en">' in client.get(f"{path}?lang=en").text
        assert '<html lang="vi">' in client.get(f"{path}?lang=xx").text
        client.set_cookie("khaosat_language", "vi")
        assert '<html lang="vi">' in client.get(f"{path}?lang=en").text


PHONES = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 13; SM-A135F) Chrome/126.0 Mobile Safari/537.36 Zalo android/1200",
    "Mozilla/5.0 (Mobile; Nokia 2720 Flip; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; U; vi)) Presto/2.5.25 Version/10.54",
    "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
)
TABLETS = (
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Android 14; Tablet; rv:127.0) Gecko/127.0 Firefox/127.0",
    "Mozilla/5.0 (Linux; Android 9; KFMAWI) AppleWebKit/537.36 Silk/126.3 like Chrome/126.0 Safari",
)
COMPUTERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36",
)


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        (PHONES, Device.PHONE),
        (TABLETS, Device.TABLET),
        (COMPUTERS, Device.COMPUTER),
        (("", "curl/8.5.0", "ZaloPreview", "\0", "Đt" * 5000), None),
    ],
)
def test_devices_are_told_in_three_kinds(agents: tuple[str, ...], expected: Device | None) -> None:
    assert {devices.kind(agent) for agent in agents} == {expected}


def test_thanks_and_closed_pages_link_the_explanation_too(client: FlaskClient, made: MADE) -> None:
    reply = send(client, follow(client, made[1][0]).text, typed())
    for path in (reply.headers["Location"], "/q?lang=vi"):
        assert 'href="/public/privacy?lang=vi"' in client.get(path).text

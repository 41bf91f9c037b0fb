"""Hearing questions: a coordinator brings recordings, respondents hear them when they wish."""

import gzip
import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.queries import voices as rows
from app.services import voices
from app.services.recording import SYSTEM
from app.vocabulary import Role
from app.web import listening
from app.web.listening import Heard
from surveys import instruments
from tests.app import sound_factory
from tests.app.round_factory import open_and_hand_out
from tests.app.test_forms_of_pages import BUDGET

LONG = "counter_rating"
ASKED = instruments.load(LONG)
CODES = [question.code for question in ASKED.questions]
PLAYER = re.compile(r'<audio controls preload="none" src="(/voice/[0-9a-f]{64})"')


def bring(browser: FlaskClient, language: str, files: dict[str, bytes], *removed: str) -> Any:
    sent: dict[str, Any] = {
        f"voice-{code}": (io.BytesIO(content), "cau.mp3") for code, content in files.items()
    }
    address = f"/questionnaires/{LONG}/voices?lang={language}"
    return browser.post(address, data={**sent, "remove": list(removed)})


def record_all(language: str) -> None:
    """A recording of each question, no two alike."""
    files = {code: sound_factory.mp3(4 + place) for place, code in enumerate(CODES)}
    voices.keep(SYSTEM, ASKED, language, files)
    db.session.rollback()


def page_in(client: FlaskClient, language: str) -> bytes:
    reply = client.get(f"/q?lang={language}", headers={"Accept-Encoding": "gzip"})
    assert reply.status_code == 200
    return bytes(reply.data)


@pytest.fixture
def respondent(app: Flask) -> FlaskClient:
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=ASKED)
    db.session.rollback()
    client = app.test_client()
    client.get(f"/q/{tokens['TB/land'][0]}")
    return client


def test_a_coordinator_brings_hears_replaces_and_removes_recordings(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    home = f"/questionnaires/{LONG}/voices?lang=km"
    assert "/voices" in browser.get(f"/questionnaires/{LONG}").text
    page = browser.get(home).text
    assert (page.count('type="file"'), PLAYER.findall(page)) == (len(CODES), [])
    assert ASKED.questions[0].texts["km"] in unescape(page)
    reply = bring(browser, "km", {CODES[0]: sound_factory.wav(), CODES[1]: sound_factory.aac()})
    assert reply.status_code == 302
    page = browser.get(reply.headers["Location"]).text
    assert f"2 of {len(CODES)} questions can be heard in this language." in page
    for address, kind in zip(PLAYER.findall(page), ("audio/wav", "audio/aac"), strict=True):
        assert browser.get(address).headers["Content-Type"] == kind
    assert PLAYER.findall(browser.get(home.replace("km", "vi")).text) == []
    bring(browser, "km", {CODES[0]: sound_factory.mp3()}, CODES[1])
    (left,) = PLAYER.findall(browser.get(home).text)
    assert browser.get(left).data == sound_factory.mp3()
    assert browser.get(address).status_code == 404


def test_files_that_are_no_recordings_are_told_each_at_its_place(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    files = {
        CODES[0]: b"<script>alert(1)</script>" * 100,
        CODES[1]: sound_factory.mp3(5000),
        CODES[2]: sound_factory.mp3(),
    }
    reply = bring(browser, "vi", files)
    page = unescape(reply.text)
    assert reply.status_code == 422
    assert "2 files were refused; nothing was stored." in page
    assert re.search(rf'<a href="#f-{CODES[0]}">Question 1: This is no recording', page)
    assert re.search(rf'<a href="#f-{CODES[1]}">Question 2: This recording has more', page)
    assert bring(browser, "vi", {"khong_co": sound_factory.mp3()}).status_code == 404
    assert listening.of_form(ASKED, "vi") == ()


def test_each_question_can_be_heard_in_the_language_of_its_recording_alone(
    respondent: FlaskClient,
):
    record_all("km")
    page = gzip.decompress(page_in(respondent, "km")).decode()
    told = re.findall(r"<summary>.*?</svg>(.*?)</summary>.*?aria-label=\"(.*?)\"", page)
    assert len(set(told)) == len(PLAYER.findall(page)) == page.count('class="no"')
    for number, (shown, named) in enumerate(told, start=1):
        assert shown == named
        assert shown.endswith(f" {number}")
    assert page.count("<details") == page.count("<fieldset") + page.count("<textarea")
    assert "<details" not in gzip.decompress(page_in(respondent, "vi")).decode()


def test_a_page_whose_questions_all_speak_is_small_and_asks_for_nothing_more(
    app: Flask,
):
    code = "citizen_satisfaction"
    asked = instruments.load(code)
    voices.keep(
        SYSTEM,
        asked,
        "vi",
        {
            question.code: sound_factory.mp3(4 + place)
            for place, question in enumerate(asked.questions)
        },
    )
    _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=asked)
    client = app.test_client()
    client.get(f"/q/{tokens['TB/land'][0]}")
    packed = page_in(client, "vi")
    page = gzip.decompress(packed).decode()
    assert len(set(PLAYER.findall(page))) == len(asked.questions)
    assert len(packed) <= BUDGET
    assert page.count(" src=") == page.count('preload="none"') == len(asked.questions)
    policy = client.get("/q").headers["Content-Security-Policy"]
    assert "media-src 'self';" in policy


def test_a_recording_is_kept_for_good_and_sent_in_parts_to_anybody(app: Flask):
    record_all("vi")
    (_, name), *_ = listening.of_form(ASKED, "vi")
    client, whole = app.test_client(), sound_factory.mp3()
    reply = client.get(f"/voice/{name}")
    assert (reply.status_code, reply.data) == (200, whole)
    assert reply.headers["Content-Type"] == "audio/mpeg"
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not {"Set-Cookie", "Vary"} & {key for key, _ in reply.headers}
    part = client.get(f"/voice/{name}", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    rest = client.get(f"/voice/{name}", headers={"Range": "bytes=500-"})
    assert rest.data == whole[500:]
    beyond = client.get(f"/voice/{name}", headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    known = client.get(f"/voice/{name}", headers={"If-None-Match": f'"{name}"'})
    assert (known.status_code, known.data) == (304, b"")
    for other in ("0" * 64, name.upper(), "x", "..%2f..%2fetc", f"{name}0"):
        assert client.get(f"/voice/{other}").status_code == 404


def test_another_process_shows_what_changed_after_a_minute(app: Flask):
    clock = [0.0]
    heard = Heard(now=lambda: clock[0])
    assert heard.voices("h", ASKED, "vi") == ()
    record_all("vi")
    clock[0] = listening.SECONDS - 1
    assert heard.voices("h", ASKED, "vi") == ()
    assert len(heard.voices("", ASKED, "vi")) == len(CODES)
    clock[0] = listening.SECONDS
    assert heard.voices("h", ASKED, "vi") == listening.of_form(ASKED, "vi")
    assert rows.sound(heard.voices("h", ASKED, "vi")[0][1]) is not None

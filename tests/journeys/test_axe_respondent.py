"""The pages of a respondent through axe: questions, questions with faults, thanks."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from app.extensions import db
from app.services import voices
from app.services.recording import SYSTEM
from surveys import instruments
from tests.app import sound_factory
from tests.app.respondent import Fields, follow, send, typed
from tests.app.round_factory import ASKED, open_and_hand_out
from tests.app.test_forms_of_pages import chosen, press
from tests.journeys.conftest import page_of
from tests.journeys.looking import WIDE, Walk, look

pytestmark = pytest.mark.browser


def test_axe_finds_nothing_on_the_pages_of_a_respondent(browser: Browser, client: FlaskClient):
    _, tokens = open_and_hand_out({"TB": {"land": 4}}, dry_run=True)
    voices.keep(SYSTEM, ASKED, "vi", {it.code: sound_factory.mp3() for it in ASKED.questions})
    db.session.rollback()
    questions = follow(client, tokens["TB/land"][0])
    assert "<audio" in questions.text
    faults = send(client, questions.text, {})
    assert faults.status_code == 422
    sent = send(client, questions.text, typed("Rất tốt"))
    pages = {
        "questions": questions.text,
        "questions with faults": faults.text,
        "thanks": client.get(sent.headers["Location"]).text,
    }
    see(browser, pages)


def test_axe_finds_nothing_on_a_form_of_pages_in_any_language(
    browser: Browser, client: FlaskClient
):
    pages = {}
    for code, languages in {
        "residents_three_aspects": ("vi", "en"),
        "counter_rating": ("km",),
    }.items():
        asked = instruments.load(code)
        for language in languages:
            _, tokens = open_and_hand_out({"TB": {"land": 1}}, asked=asked)
            db.session.rollback()
            client.get(f"/q/{tokens['TB/land'][0]}?lang={language}")
            reply, number = client.get(f"/q?lang={language}"), 0
            while reply.status_code == 200:
                name = f"{code} {language} {number}"
                pages[name] = reply.text
                empty = {} if "so_far" in Fields(reply.text).names else {"a_comment": "x"}
                pages[f"{name} with faults"] = press(client, reply.text, empty).text
                reply, number = press(client, reply.text, chosen(reply.text)), number + 1
            pages[f"{code} {language} thanks"] = client.get(reply.headers["Location"]).text
    see(browser, pages)


def see(browser: Browser, pages: dict[str, str]) -> None:
    page, walk = page_of(browser, WIDE), Walk()
    for name, text in pages.items():
        # One file each, without script or style from elsewhere: it needs no server to be seen.
        page.goto("about:blank")
        page.set_content(text)
        look(page, walk, name)
    assert walk.wrong == {}

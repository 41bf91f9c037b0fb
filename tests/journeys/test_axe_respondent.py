"""The pages of a respondent through axe: questions, questions with faults, thanks."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from app.extensions import db
from tests.app.respondent import follow, send, typed
from tests.app.round_factory import open_and_hand_out
from tests.journeys.conftest import page_of
from tests.journeys.looking import WIDE, Walk, look

pytestmark = pytest.mark.browser


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough: no page looks different on another."""
    shutil.copy(sqlite_template, tmp_path / "khaosat.db")
    return ""


def test_axe_finds_nothing_on_the_pages_of_a_respondent(browser: Browser, client: FlaskClient):
    _, tokens = open_and_hand_out({"TB": {"land": 4}}, dry_run=True)
    db.session.rollback()
    questions = follow(client, tokens["TB/land"][0])
    faults = send(client, questions.text, {})
    assert faults.status_code == 422
    sent = send(client, questions.text, typed("Rất tốt"))
    pages = {
        "questions": questions.text,
        "questions with faults": faults.text,
        "thanks": client.get(sent.headers["Location"]).text,
    }
    page, walk = page_of(browser, WIDE), Walk()
    for name, text in pages.items():
        # One file each, without script or style from elsewhere: it needs no server to be seen.
        page.goto("about:blank")
        page.set_content(text)
        look(page, walk, name)
    assert walk.wrong == {}

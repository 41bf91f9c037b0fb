"""A tablet at a counter and a drawn session there, from the key to the signed minutes."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Ballot
from app.services import kiosks
from app.services.recording import SYSTEM
from surveys import instruments
from tests.app.credential_world import world
from tests.app.door_factory import digits_of, give_phones, wrong_digits
from tests.app.kiosk_factory import Place, place, session_now
from tests.journeys.conftest import DESK, PHONE, Site, follow, page_of
from tests.journeys.looking import Walk, look
from tests.journeys.near import FILL, send, served

pytestmark = pytest.mark.browser

TABLET = {"width": 768, "height": 1024}
ALL = (PHONE, TABLET, DESK)
CLOSING = "document.getAnimations().forEach(each => each.finish())"


@dataclass(frozen=True)
class Standing:
    """A kiosk's round and counter, the site, and what was found wrong on its pages."""

    at: Place
    site: Site
    walk: Walk

    def visit(self, page: Page, path: str) -> dict[str, str]:
        """Open a page; its headers."""
        reply = page.goto(self.site.address + path)
        assert reply is not None
        return reply.headers


@pytest.fixture
def standing(app: Flask, tmp_path: Path) -> Iterator[Standing]:
    """A counter with an open round of a short form, and a coordinator."""
    found = place(app, asked=instruments.load("counter_rating"))
    db.session.rollback()
    with served(app) as address:
        yield Standing(found, Site(address, tmp_path), Walk())


def set_up(page: Page, here: Standing, *, looking: bool = True) -> None:
    """Type a key on the tablet, after a wrong one."""
    key = kiosks.add(SYSTEM, here.at.counter.id, "Máy 2").key
    here.visit(page, "/k")
    for name, typed in (("wrong", "3F-0000"), ("right", key)):
        if looking:
            look(page, here.walk, f"key {name}", *ALL)
        page.fill("[name=key]", typed)
        send(page)
    assert page.url == f"{here.site.address}/k"


def to_the_end(page: Page) -> None:
    """Answer question by question; each page is left by its button alone."""
    for _ in range(20):
        if page.locator(".receipt").count():
            return
        page.evaluate(FILL)
        send(page)
    raise AssertionError("the form does not end")


def test_a_turn_leaves_a_receipt_and_nothing_on_the_glass(browser: Browser, standing: Standing):
    page = page_of(browser, TABLET)
    set_up(page, standing)
    session_now(standing.at)
    standing.visit(page, "/k")
    look(page, standing.walk, "idle", *ALL)
    assert page.locator(".starts .btn").all_inner_texts() == ["Bắt đầu", "Start", "ចាប់ផ្តើម"]
    follow(page, ".starts [lang=km]")
    assert page.locator("html").get_attribute("lang") == "km"
    standing.visit(page, "/k")
    follow(page, ".starts [lang=vi]")
    look(page, standing.walk, "introduction", *ALL)
    follow(page, "main a.btn")
    assert not page.locator(".more").is_visible()
    page.evaluate(FILL)
    chosen = page.locator("input:checked").get_attribute("value")
    page.evaluate(CLOSING)
    expect(page.locator(".soon")).to_be_visible()
    look(page, standing.walk, "soon over", *ALL)
    page.evaluate(CLOSING)
    with page.expect_navigation() as again:
        page.click(".more")
    assert again.value.headers["refresh"].startswith("60;")
    assert page.locator("input:checked").get_attribute("value") == chosen
    assert not page.locator(".soon").is_visible()
    send(page)
    look(page, standing.walk, "second question", *ALL)
    to_the_end(page)
    look(page, standing.walk, "thanks", *ALL)
    receipt = page.locator(".receipt b").inner_text()
    nobody_finds_it(page, standing, receipt)
    db.session.rollback()
    turns = select(Ballot.spent).where(Ballot.session_id.is_not(None))
    assert db.session.scalars(turns).all() == [True]
    assert standing.walk.wrong == {}


def nobody_finds_it(page: Page, here: Standing, receipt: str) -> None:
    """Leave the thanks, and go back and forth as the next person might."""
    follow(page, ".msg a.btn")
    assert page.url == f"{here.site.address}/k"
    for _ in range(2):
        # A page that was the reply to a form the browser will not show at all.
        with suppress(Error):
            page.go_back()
        page.wait_for_timeout(300)
        assert receipt not in page.content()
        assert page.locator("input:checked").count() == 0
    here.visit(page, "/k/thanks")
    assert page.url == f"{here.site.address}/k"


def test_a_form_that_is_left_alone_gives_way_to_the_first_page(
    browser: Browser, standing: Standing
):
    page = page_of(browser, PHONE)
    set_up(page, standing, looking=False)
    session_now(standing.at)
    standing.visit(page, "/k/begin?lang=vi")
    headers = standing.visit(page, "/k/questions?lang=vi")
    seconds, address = re.fullmatch(r"(\d+); url=(\S+)", headers["refresh"]).groups()
    page.evaluate(FILL)
    assert seconds == "60"
    standing.visit(page, address)
    assert page.locator("[role=status]").is_visible()
    look(page, standing.walk, "idle after a form left alone", *ALL)
    standing.visit(page, "/k/questions?lang=vi")
    assert page.url == f"{standing.site.address}/k", "the turn is over"
    page.goto("about:blank")
    db.session.rollback()
    assert db.session.scalars(select(Ballot.id).where(Ballot.spent)).all() == []
    assert standing.walk.wrong == {}


def test_without_a_session_a_dossier_code_or_the_open_form_leads_to_the_questions(
    browser: Browser, standing: Standing
):
    code, digits = give_phones(standing.at.made.id)[0], digits_of(0)
    db.session.rollback()
    page = page_of(browser, TABLET)
    set_up(page, standing, looking=False)
    follow(page, ".starts [lang=vi]")
    page.fill("[name=dossier]", code)
    page.fill("[name=digits]", wrong_digits(0))
    page.evaluate(CLOSING)
    look(page, standing.walk, "code, soon over", *ALL)
    page.evaluate(CLOSING)
    follow(page, ".more")
    assert page.input_value("[name=dossier]") == code, "what was typed stays"
    send(page)
    look(page, standing.walk, "code that does not match", *ALL)
    page.fill("[name=dossier]", code)
    page.fill("[name=digits]", digits)
    send(page)
    follow(page, "main a.btn")
    to_the_end(page)
    follow(page, ".msg a.btn")
    follow(page, ".starts [lang=vi]")
    follow(page, "main a.btn.second")
    assert page.locator(".promise").count() == 1
    follow(page, "main a.btn")
    to_the_end(page)
    assert standing.walk.wrong == {}


def test_a_code_of_a_receipt_says_when_it_opens_and_then_leads_to_the_questions(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    opens = clock.today() + timedelta(days=3)
    short = world(app.test_client()).call(event="received", due=opens.isoformat())
    db.session.rollback()
    with served(app) as address:
        page, walk = page_of(browser, PHONE), Walk()
        for early in (True, False):
            page.goto(f"{address}/q/code")
            page.fill("[name=code]", short["short_code"].lower())
            send(page)
            look(page, walk, f"code of a receipt, early {early}", *ALL)
            assert (f"{opens:%d/%m/%Y}" in page.locator("main").inner_text()) == early
            monkeypatch.setattr(clock, "today", lambda: opens)
        page.evaluate(FILL)
        send(page)
        assert page.locator(".receipt").count() == 1
    assert walk.wrong == {}

"""A tablet at a counter and a drawn session there, from the key to the signed minutes."""

import io
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import pypdfium2
import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select
from werkzeug.local import LocalProxy

from app import clock
from app.extensions import db
from app.models import Answer, Ballot, Token
from app.services import drawing, kiosks, opening
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import Door, Role
from surveys import instruments
from tests.app import round_steps
from tests.app.credential_world import world
from tests.app.door_factory import digits_of, give_phones, wrong_digits
from tests.app.kiosk_factory import Place, place, session_now
from tests.app.round_steps import NUMBER, SOURCE
from tests.app.session_factory import FIELD, add_counters, session_plan, sessions_of
from tests.app.test_slips import codes
from tests.factories import account
from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, page_of, picture
from tests.journeys.looking import OPEN, Walk, look
from tests.journeys.near import FILL, send, served

pytestmark = pytest.mark.browser

TABLET = {"width": 768, "height": 1024}
ALL = (PHONE, TABLET, DESK)
UNIT = "26041"
CLOSING = "document.getAnimations().forEach(each => each.finish())"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One database is enough: no page looks different on another."""
    shutil.copy(sqlite_template, tmp_path / "khaosat.db")
    return ""


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
    page.click(".starts [lang=km]")
    assert page.locator("html").get_attribute("lang") == "km"
    standing.visit(page, "/k")
    page.click(".starts [lang=vi]")
    look(page, standing.walk, "introduction", *ALL)
    page.click("main a.btn")
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
    page.click(".msg a.btn")
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
    page.click(".starts [lang=vi]")
    page.fill("[name=dossier]", code)
    page.fill("[name=digits]", wrong_digits(0))
    page.evaluate(CLOSING)
    look(page, standing.walk, "code, soon over", *ALL)
    page.evaluate(CLOSING)
    with page.expect_navigation():
        page.click(".more")
    assert page.input_value("[name=dossier]") == code, "what was typed stays"
    send(page)
    look(page, standing.walk, "code that does not match", *ALL)
    page.fill("[name=dossier]", code)
    page.fill("[name=digits]", digits)
    send(page)
    page.click("main a.btn")
    to_the_end(page)
    page.click(".msg a.btn")
    page.click(".starts [lang=vi]")
    page.click("main a.btn.second")
    assert page.locator(".promise").count() == 1
    page.click("main a.btn")
    to_the_end(page)
    assert standing.walk.wrong == {}


def text_of(document: pypdfium2.PdfDocument, number: int) -> str:
    """Read a page of a document."""
    return str(document[number].get_textpage().get_text_bounded())


def download(page: Page, address: str) -> bytes:
    """Fetch a file as the person who is signed in."""
    reply = page.request.get(address)
    assert reply.ok, reply.status
    return reply.body()


def test_a_session_from_its_plan_to_the_minutes(
    browser: Browser, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    round_steps.add_units(UNIT)
    round_id = round_steps.framed({UNIT: 40})
    add_counters(UNIT)
    email = account(Role.COORDINATOR).email
    db.session.rollback()
    with served(app) as address:
        site, walk = Site(address, tmp_path), Walk()
        page = page_of(browser, DESK)
        office.sign_in(page, site, email)
        plan(page, site, walk, round_id)
        drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
        opening.open_round(SYSTEM, round_id)
        session = sessions_of(round_id)[UNIT][0]
        page.goto(f"{address}/rounds/{round_id}/sessions")
        look(page, walk, "sessions", *ALL)
        tokens = print_cards(page, site, walk, f"/rounds/{round_id}/sessions/{session.id}")
        on_a_phone(browser, site, tokens[0])
        take_minutes(page, site, walk, f"/rounds/{round_id}/sessions/{session.id}")
        opens_nothing(browser, site, tokens[8])
        assert walk.wrong == {}


def plan(page: Page, site: Site, walk: Walk, round_id: int) -> None:
    """Try a plan with sessions out, and commit to it."""
    page.goto(f"{site.address}/rounds/{round_id}/plan")
    wanted, form = session_plan(), page.locator("main form:has([name=session_field])").first
    page.evaluate(OPEN)
    for name, value in {
        "size": "20",
        "session_field": FIELD,
        "session_first": wanted.first.isoformat(),
        "session_last": wanted.last.isoformat(),
    }.items():
        form.locator(f"[name={name}]").fill(value)
    for name in ("session_mornings", "session_afternoons"):
        for day in form.locator(f"[name={name}]").all():
            day.check()
    with page.expect_navigation():
        form.locator("button[type=submit]").first.click()
    look(page, walk, "plan with sessions", *ALL)
    assert page.locator("table").count() >= 1
    sent = page.locator("main form[method=post]").last
    sent.locator("[name=public_source]").fill(SOURCE)
    sent.locator("[name=confirm]").check()
    with page.expect_navigation():
        sent.locator("button[type=submit]").click()


def print_cards(page: Page, site: Site, walk: Walk, path: str) -> list[str]:
    """Print cards and read them as a phone does; their tokens in the order of the numbers."""
    page.goto(site.address + path)
    look(page, walk, "session", *ALL)
    page.fill("[name=count]", "9")
    office.press(page, "/cards")
    application = cast(LocalProxy[Flask], current_app)._get_current_object()
    running.runner(application, "test")(int(page.url.rsplit("/", 1)[1]))
    db.session.rollback()
    page.reload()
    sheet = download(page, site.address + str(page.locator("#files a").get_attribute("href")))
    document = pypdfium2.PdfDocument(io.BytesIO(sheet))
    told = "".join(text_of(document, number) for number in range(len(document)))
    assert re.findall(r"Số (\d+)", told) == [str(number) for number in range(1, 10)]
    found = [address.rsplit("/q/", 1)[1] for address in codes(sheet)]
    assert len(set(found)) == 9
    return found


def on_a_phone(browser: Browser, site: Site, token: str) -> None:
    """Answer with the first card."""
    page = page_of(browser, PHONE)
    page.goto(f"{site.address}/q/{token}")
    page.evaluate(FILL)
    send(page)
    expect(page.locator(".receipt b")).to_be_visible()
    db.session.rollback()
    spent = select(Token.door).join(Ballot, Ballot.id == Token.ballot_id).where(Ballot.spent)
    assert db.session.scalars(spent).all() == [Door.CARD]
    assert db.session.scalars(select(Answer.rid)).all() == [], "one answer is not opened alone"


def take_minutes(page: Page, site: Site, walk: Walk, path: str) -> None:
    """Enter the minutes, once with a sum that does not fit, and look at the paper."""
    page.goto(site.address + path)
    form = page.locator('form[action$="/close"]')
    form.locator("[name=held][value=held]").check()
    for name, value in {"served": "8", "handed": "6", "returned": "8"}.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=witness]").fill("Trần Thị B, công chức Văn phòng – Thống kê")
    office.press(page, "/close")
    look(page, walk, "minutes that do not fit", *ALL)
    form = page.locator('form[action$="/close"]')
    form.locator("[name=returned]").fill("8-9")
    form.locator("[name=spoiled]").fill("7")
    office.press(page, "/close")
    look(page, walk, "session with minutes", *ALL)
    paper = download(page, f"{site.address}{path}/minutes.pdf")
    document = pypdfium2.PdfDocument(io.BytesIO(paper))
    first = text_of(document, 0)
    assert len(document) == 1, "the signatures stand on the page of the numbers"
    for words in ("BIÊN BẢN", "Trần Thị B", "NGƯỜI CHỨNG KIẾN"):
        assert words in first
    page.set_content(f"<pre>{first}</pre>")
    picture(page, "session-minutes")


def opens_nothing(browser: Browser, site: Site, token: str) -> None:
    """Scan a card that came back."""
    page = page_of(browser, PHONE)
    page.goto(f"{site.address}/q/{token}")
    assert page.locator("[name=nonce]").count() == 0


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

"""A counter session from its plan over printed cards to the minutes."""

import io
import re
from pathlib import Path
from typing import cast

import pypdfium2
import pytest
from flask import Flask, current_app
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from werkzeug.local import LocalProxy

from app.extensions import db
from app.models import Answer, Ballot, Token
from app.services import drawing, opening
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import Door, Role
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE
from tests.app.session_factory import FIELD, add_counters, session_plan, sessions_of
from tests.app.test_slips import codes
from tests.factories import account
from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, page_of, picture
from tests.journeys.looking import OPEN, Walk, look
from tests.journeys.near import FILL, send, served
from tests.journeys.test_kiosk_session import ALL

pytestmark = pytest.mark.browser
UNIT = "26041"


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
    do_the_job(page)


def do_the_job(page: Page) -> None:
    """Do the job that the page is about, as a worker would, and see its end."""
    application = cast(LocalProxy[Flask], current_app)._get_current_object()
    running.runner(application, "test")(int(page.url.rsplit("/", 1)[1]))
    db.session.rollback()
    page.reload()


def print_cards(page: Page, site: Site, walk: Walk, path: str) -> list[str]:
    """Print cards and read them as a phone does; their tokens in the order of the numbers."""
    page.goto(site.address + path)
    look(page, walk, "session", *ALL)
    page.fill("[name=count]", "9")
    office.press(page, "/cards")
    do_the_job(page)
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

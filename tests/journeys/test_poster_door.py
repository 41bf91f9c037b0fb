"""A counter gets its poster; one citizen comes in by a dossier code, another one without."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office, papers
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture
from tests.journeys.looking import Walk, look
from tests.journeys.test_first_round import COORDINATOR, UNITS, form_of

pytestmark = pytest.mark.browser

UNIT = "26068"
# As `papers.dossier_list` writes the first dossier, and as somebody types it on a phone.
CODE, TYPED, DIGITS = f"000.{UNIT}-260302-000", f"000 {UNIT} 260302 000", "4500"


def test_a_poster_leads_to_a_receipt_with_and_without_a_dossier(
    browser: Browser, site: Site, tmp_path: Path
):
    office.province(site)
    office.people(site, {COORDINATOR: "coordinator"})
    office.open_round(site, papers.dossier_list(dict.fromkeys(UNITS, 44)), 120, 40)
    coordinator = page_of(browser, DESK)
    office.sign_in(coordinator, site, COORDINATOR)
    poster = print_poster(coordinator, site, tmp_path)
    walk = Walk()
    look(page_at(browser, poster), walk, "door")
    with_a_dossier(browser, poster)
    without_one(browser, poster)
    coordinator.goto(f"{site.address}/counters")
    look(coordinator, walk, "counters")
    assert walk.wrong == {}
    assert "nguyên vẹn" in site.command("audit", "verify")


def print_poster(page: Page, site: Site, folder: Path) -> str:
    """Add a counter and print its poster; the address in its code, at this site."""
    page.goto(f"{site.address}/counters")
    picture(page, "counters-none")
    choice = page.locator("#unit option").filter(has_text=f"({UNIT})").get_attribute("value")
    page.locator('main form[action$="/counters"]').locator("#unit").select_option(choice)
    page.fill("#name", "Quầy số 2 – Hộ tịch, chứng thực")
    page.fill("#address", "225 Võ Thị Sáu")
    office.press(page, "/counters")
    picture(page, "counter")
    with page.expect_download() as downloading:
        page.click('a[href*="poster.pdf"][href$="a4"]')
    path = folder / "poster.pdf"
    downloading.value.save_as(path)
    [address] = papers.addresses(path)
    assert re.fullmatch(r"/c/[0-9A-Z]{6}", urlsplit(address).path)
    return site.address + urlsplit(address).path


def page_at(browser: Browser, address: str) -> Page:
    page = page_of(browser, PHONE)
    page.goto(address)
    return page


def with_a_dossier(browser: Browser, poster: str) -> None:
    """Type code and digits, with a slip of the finger first, answer, and get a receipt."""
    phone = page_of(browser, PHONE, java_script_enabled=False)
    phone.goto(poster)
    assert fits(phone)
    picture(phone, "door")
    knock(phone, TYPED, "4501")
    expect(phone.locator('[role="alert"]')).to_be_visible()
    expect(phone.locator("[name=dossier]")).to_have_value("")
    picture(phone, "door-missed")
    knock(phone, TYPED, DIGITS)
    assert urlsplit(phone.url).path == "/q"
    answer(phone)
    assert urlsplit(phone.url).path == "/q/thanks"


def without_one(browser: Browser, poster: str) -> None:
    """Say that one has no code, answer, and get a receipt."""
    phone = page_of(browser, PHONE, java_script_enabled=False)
    phone.goto(poster)
    with phone.expect_navigation():
        phone.click("a.second")
    assert fits(phone)
    picture(phone, "open-form")
    answer(phone)
    assert urlsplit(phone.url).path.endswith("/thanks")
    picture(phone, "open-thanks")


def knock(page: Page, dossier: str, digits: str) -> None:
    page.fill("[name=dossier]", dossier)
    page.fill("[name=digits]", digits)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def answer(page: Page) -> None:
    """Choose an answer to every question and send the form."""
    for name, value in form_of("4").items():
        page.locator(f'input[name="{name}"][value="{value}"]').check()
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    expect(page.locator(".receipt b")).to_have_text(re.compile(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}"))

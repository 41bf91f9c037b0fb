"""A coordinator looks where answers are missing; an agency cannot."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of
from tests.journeys.looking import Walk, look

pytestmark = pytest.mark.browser

COORDINATOR, AGENCY = "dieuphoi@demo.khaosat.vn", "phuong@x.vn"
BOX = "#units-title >> xpath=ancestor::div[contains(@class, 'table-frame')] >> .table-scroll"
NARROW = {"width": 360, "height": 640}


def test_a_coordinator_finds_the_units_with_few_answers(browser: Browser, site: Site):
    password = demo(browser, site)
    page = page_of(browser, DESK)
    office.sign_in(page, site, COORDINATOR, password)
    page.goto(f"{site.address}/rounds/1")
    page.click("main a[href='/rounds/1/field']")
    walk = Walk()
    look(page, walk, "field monitor", NARROW, DESK)
    rows = page.locator("#units-rows > tr")
    expect(rows).to_have_count(8)
    page.goto(f"{site.address}/rounds/1/field")
    page.click("#units thead a[href*='sort=answered']")
    expect(page.locator("#units thead th[aria-sort=descending]")).to_have_count(1)
    counts = [int(text) for text in told(page)]
    assert counts == sorted(counts, reverse=True)
    with page.expect_download() as kept:
        page.click("main a[href$='field.xlsx']")
    assert kept.value.suggested_filename == "theo-doi-thuc-dia-1.xlsx"
    page.click("#units-rows > tr:last-child th a")
    look(page, walk, "why a unit has few answers", NARROW, DESK)
    expect(page.locator("main ol.causes > li")).to_have_count(11)
    page.goto(f"{site.address}/rounds/1/field/strata")
    look(page, walk, "outcomes by stratum", NARROW, DESK)
    assert walk.wrong == {}


def told(page: Page) -> list[str]:
    """Read the answers of the units that are told exactly."""
    texts = page.locator("#units-rows > tr > td:nth-child(4)").all_inner_texts()
    return [text for text in texts if text.isdigit()]


def test_on_a_phone_the_table_scrolls_and_the_page_does_not(browser: Browser, site: Site):
    page = page_of(browser, PHONE)
    office.sign_in(page, site, COORDINATOR, demo(browser, site))
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto(f"{site.address}/rounds/1/field")
    assert fits(page)
    assert page.locator(BOX).evaluate("box => box.scrollWidth > box.clientWidth")


def test_an_agency_is_refused(browser: Browser, site: Site):
    demo(browser, site)
    office.people(site, {AGENCY: "agency"}, "26068")
    page = page_of(browser, DESK)
    office.sign_in(page, site, AGENCY)
    for part in ("field", "field/strata", "field/units/26068", "field.xlsx", "field.csv"):
        reply = page.request.get(f"{site.address}/rounds/1/{part}")
        assert reply.status == 403


PASSWORDS: dict[str, str] = {}


def demo(browser: Browser, site: Site) -> str:
    """Have the demo province made once; the password of its people."""
    if site.address not in PASSWORDS:
        page = page_of(browser, DESK)
        page.goto(site.address)
        with page.expect_navigation():
            page.click("form:has(input[name=size][value=small]) button[type=submit]")
        office.job_done(page)
        PASSWORDS[site.address] = page.locator("main code").first.inner_text()
        page.context.close()
    return PASSWORDS[site.address]

"""A day of invitation slips at a counter, from the morning's print to the evening's minutes."""

from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office, papers
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture
from tests.journeys.test_first_round import form_of

pytestmark = pytest.mark.browser

UNIT, DOSSIERS, DRAWN = "26068", 24, 8
TODAY = date(2026, 11, 4)
COORDINATOR, WARD = "dieuphoi@x.vn", "phuong@x.vn"
RUNS, RUN = "/rounds/1/slips/runs", "/rounds/1/slips/runs/1"


def listed() -> str:
    """A list of which every second result is dated today."""
    lines = ["code;unit;field;received;due;finished"]
    lines += [
        f"000.00.05.H19-261020-{number:04d};{UNIT};Hộ tịch;20/10/2026;06/11/2026;"
        f"{'04/11/2026' if number % 2 else '30/10/2026'}"
        for number in range(DOSSIERS)
    ]
    return "\n".join(lines)


def test_slips_are_printed_handed_over_reconciled_and_the_returned_ones_are_void(
    browser: Browser, site: Site, tmp_path: Path
):
    set_up(site)
    coordinator = page_of(browser, DESK)
    office.sign_in(coordinator, site, COORDINATOR)
    coordinator.goto(f"{site.address}/rounds/1/slips")
    picture(coordinator, "slips-units")
    ward = page_of(browser, DESK)
    office.sign_in(ward, site, WARD)
    addresses = print_the_day(ward, site, tmp_path)
    assert "receipt" in papers.Phone().answer(addresses[0], form_of("5"))
    returned, spoiled = addresses[1:3], addresses[3]
    reconcile(ward, site, returned, spoiled)
    for address in (*returned, spoiled):
        opens_nothing(browser, address)
    assert "receipt" in papers.Phone().answer(addresses[4], form_of("4"))
    on_a_phone(browser, site)
    take_minutes(ward, site, tmp_path)
    assert "nguyên vẹn" in site.command("audit", "verify")


def set_up(site: Site) -> None:
    office.province(site)
    office.people(site, {COORDINATOR: "coordinator"})
    office.people(site, {WARD: "agency"}, UNIT)
    office.open_round(site, listed(), DRAWN, DRAWN)


def print_the_day(page: Page, site: Site, folder: Path) -> list[str]:
    page.goto(f"{site.address}/slips")
    picture(page, "slips-rounds")
    page.goto(f"{site.address}/rounds/1/slips/day")
    page.fill("#day", TODAY.isoformat())
    page.fill("#finished", TODAY.isoformat())
    picture(page, "slips-day")
    office.press(page, "/slips/day")
    expect(page.locator(".figure").first).to_contain_text(str(DOSSIERS // 2))
    picture(page, "slips-preview")
    office.press(page, "/slips/day")
    office.job_done(page)
    picture(page, "slips-printed")
    with page.expect_download() as downloading:
        page.click("#files a")
    sheet = folder / "phieu.pdf"
    downloading.value.save_as(sheet)
    addresses = papers.addresses(sheet)
    assert len(set(addresses)) == DOSSIERS // 2
    office.go_on(page)
    assert page.url.endswith(RUN)
    return addresses


def reconcile(page: Page, site: Site, returned: list[str], spoiled: str) -> None:
    """A hand scanner types what it reads and presses Enter."""
    page.goto(f"{site.address}{RUN}")
    picture(page, "slips-run")
    page.fill("#handed", "8")
    page.focus("#returned")
    for address in returned:
        page.keyboard.type(address)
        page.keyboard.press("Enter")
    page.fill("#spoiled", spoiled)
    office.press(page, "/close")
    expect(page.locator("#note-error")).to_be_visible()
    assert "/q/" not in page.locator("main").inner_html()
    assert page.input_value("#returned").count("000.00.05.H19") == 2
    picture(page, "slips-run-fault")
    page.fill("#note", "Một phiếu rơi mất ở quầy, đã báo Trưởng bộ phận")
    office.press(page, "/close")
    expect(page.locator(".figures")).to_contain_text("12")
    picture(page, "slips-run-closed")


def opens_nothing(browser: Browser, address: str) -> None:
    page = page_of(browser, PHONE, java_script_enabled=False)
    reply = page.goto(address)
    assert reply is not None
    assert reply.status == 410
    expect(page.locator("form[method=post] fieldset")).to_have_count(0)
    page.context.close()


def on_a_phone(browser: Browser, site: Site) -> None:
    page = page_of(browser, PHONE)
    office.sign_in(page, site, WARD)
    for name, address in (
        ("slips-rounds", "/slips"),
        ("slips-runs", RUNS),
        ("slips-run-closed", RUN),
        ("slips-day", "/rounds/1/slips/day"),
    ):
        page.goto(f"{site.address}{address}")
        picture(page, name)
        assert fits(page), address
    page.context.close()


def take_minutes(page: Page, site: Site, folder: Path) -> None:
    page.goto(f"{site.address}{RUNS}")
    picture(page, "slips-runs")
    page.goto(f"{site.address}{RUN}")
    with page.expect_download() as downloading:
        page.click('a[href$="minutes.pdf"]')
    file = folder / "bien-ban.pdf"
    downloading.value.save_as(file)
    [sheet] = pypdfium2.PdfDocument(file)
    words = " ".join(sheet.get_textpage().get_text_bounded().split())
    assert "12 8 2 1 1" in words
    assert "Một phiếu rơi mất ở quầy" in words

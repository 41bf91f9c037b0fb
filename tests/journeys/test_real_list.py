"""A list as it really comes: mapped once, read at once the next time, and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app import vendor_list
from tests.journeys import office
from tests.journeys.conftest import PHONE, Site, fits_both, page_of

pytestmark = pytest.mark.browser

COORDINATOR = "dieuphoi@x.vn"
DOSSIERS = 120


@pytest.fixture(scope="module")
def office_ready(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation with the units of the province and a coordinator."""
    office.province(site)
    office.people(site, {COORDINATOR: "coordinator"})
    return site


def test_a_real_list_goes_through_mapping_to_coverage_and_back(
    browser: Browser, office_ready: Site, tmp_path: Path
):
    site, page = office_ready, page_of(browser, PHONE)
    office.sign_in(page, site, COORDINATOR)
    round_id = new_round(page, site, "Danh sách thật")
    first, second = tmp_path / "thang-1.xlsx", tmp_path / "thang-2.xlsx"
    first.write_bytes(vendor_list.workbook(DOSSIERS))
    second.write_bytes(vendor_list.workbook(80, "H19.27"))
    send(page, site, round_id, first)
    office.go_on(page)
    map_columns(page)
    see_coverage(page)
    take_back(page, site, round_id)
    send(page, site, round_id, second)
    office.go_on(page)
    # The unknown name was settled on the page of the first list: nothing is left out now.
    expect(page.locator("#reach tbody tr")).to_have_count(len(vendor_list.UNITS))
    expect(page.locator("#unresolved")).to_have_count(0)
    assert page.url.endswith(f"/rounds/{round_id}/coverage")
    fits_both(page, "list-coverage-whole")


def new_round(page: Page, site: Site, name: str) -> int:
    page.goto(f"{site.address}/rounds/new")
    page.fill("#name", name)
    page.fill("#year", "2026")
    office.press(page, "/rounds")
    return int(page.url.rsplit("/", 1)[1])


def send(page: Page, site: Site, round_id: int, file: Path) -> None:
    page.goto(f"{site.address}/rounds/{round_id}/frame")
    fits_both(page, "list-upload")
    office.upload(page, f"/rounds/{round_id}/frame", file)
    office.job_done(page)


def map_columns(page: Page) -> None:
    """Give the one unknown word its meaning and the source a name."""
    expect(page.locator("[name=column-received-0] option:checked")).to_have_text(
        "Thời gian / Ngày tiếp nhận"
    )
    assert vendor_list.phone(3) not in page.content()
    fits_both(page, "list-mapping")
    form = page.locator('main form[action*="/frame/mapping/"]')
    page.fill("#source_name", "Một cửa Biên Hòa")
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    blamed = page.locator("select[name^=word-status].is-invalid")
    expect(blamed).to_have_count(1)
    fits_both(page, "list-mapping-faults")
    blamed.select_option("returned")
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    office.job_done(page)
    office.go_on(page)


def see_coverage(page: Page) -> None:
    """See what was left out, and settle the name that nobody knows."""
    rows = page.locator("#unresolved tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text(vendor_list.UNKNOWN)
    fits_both(page, "list-coverage")
    rows.first.locator("select").select_option("26041")
    with page.expect_navigation():
        rows.first.locator("button").click()
    expect(page.locator("main .notice.tone-success")).to_have_count(1)
    expect(page.locator("#reach tbody tr")).to_have_count(len(vendor_list.UNITS))
    assert vendor_list.phone(3) not in page.content()


def take_back(page: Page, site: Site, round_id: int) -> None:
    page.goto(f"{site.address}/rounds/{round_id}/frame/remove")
    fits_both(page, "list-removal")
    page.check("#confirm")
    office.press(page, "/frame/remove")
    office.job_done(page)
    office.go_on(page)
    assert page.url.endswith(f"/rounds/{round_id}/frame")

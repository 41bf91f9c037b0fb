"""Scores of the province's software: mapped once, looked at, confirmed; then known again."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.analysis.scoring.score_books import sheet_of
from tests.journeys import office
from tests.journeys.conftest import PHONE, Site, fits_both, page_of
from tests.journeys.papers import maxima

pytestmark = pytest.mark.browser

PERSON = "noivu@x.vn"
UNITS = ("Sở Tư pháp", "UBND phường Biên Hòa")
GROUPS = ("departments", "communes")


def table(share: float, month: int) -> bytes:
    """Units down, self and verified points of every criterion across, under a title."""
    codes = [*dict.fromkeys(code for group in GROUPS for code in maxima(group))]
    head = ["TT", "Tên đơn vị", *(f"TC {code}" for code in codes for _ in range(2))]
    kinds = ["", "", *["Tự chấm", "Thẩm định"] * len(codes)]
    rows = []
    for number, (unit, group) in enumerate(zip(UNITS, GROUPS, strict=True), start=1):
        own = maxima(group)
        cells = [
            cell
            for code in codes
            for cell in ((own[code], round(own[code] * share, 3)) if code in own else ("", ""))
        ]
        rows.append([number, unit, *cells])
    title = [f"BẢNG TỔNG HỢP ĐIỂM THÁNG {month}"]
    return sheet_of([title, [], head, kinds, *rows, ["", "Tổng cộng"]], f"Tháng {month}")


def test_a_wide_table_is_mapped_once_and_known_the_next_month(
    browser: Browser, site: Site, tmp_path: Path
):
    page = page_of(browser, PHONE)
    office.people(site, {PERSON: "home_affairs"})
    office.sign_in(page, site, PERSON)
    address = new_cycle(page, site, "Chỉ số cải cách hành chính")
    september, october = tmp_path / "thang-9.xlsx", tmp_path / "thang-10.xlsx"
    september.write_bytes(table(0.9, 9))
    october.write_bytes(table(0.6, 10))
    office.upload(page, "/scores", september)
    office.job_done(page)
    office.go_on(page)
    map_it(page)
    confirm(page)
    expect(page.locator("main")).to_contain_text("thang-9.xlsx")
    page.goto(address)
    page.click("details.fold summary")
    office.upload(page, "/scores", october)
    office.job_done(page)
    office.go_on(page)
    assert "/scores/preview/" in page.url
    fits_both(page, "scores-preview-october")
    expect(page.locator("#marked tbody tr").first).to_contain_text("→")
    confirm(page)
    page.goto(f"{address}/scores")
    fits_both(page, "scores-history")
    expect(page.locator("#imports tbody tr")).to_have_count(2)
    with page.expect_download() as downloading:
        page.click("main a[href$='/scores/table.csv']")
    assert "verified_points" in downloading.value.path().read_text("utf-8-sig")


def new_cycle(page: Page, site: Site, name: str) -> str:
    """Make an index year with the example set; its address."""
    office.province(site)
    page.goto(f"{site.address}/index/criteria-sets")
    office.press(page, "/index/criteria-sets/example")
    office.job_done(page)
    page.goto(f"{site.address}/index/new")
    page.fill("#year", "2026")
    page.fill("#name", name)
    office.press(page, "/index")
    return page.url


def map_it(page: Page) -> None:
    """Look at the suggestions, name the source, go on."""
    assert "/scores/mapping/" in page.url
    fits_both(page, "scores-mapping")
    expect(page.locator("#layout-0")).to_have_value("units_down")
    expect(page.locator("#role-0-3")).to_have_value("verified_points")
    page.fill("#source", "Phần mềm chấm điểm của tỉnh")
    with page.expect_navigation():
        page.click("main form[action*='/scores/mapping/'] button[type=submit]")
    office.job_done(page)
    office.go_on(page)
    assert "/scores/preview/" in page.url


def confirm(page: Page) -> None:
    """Confirm the changes and go on to the import."""
    fits_both(page, "scores-preview")
    with page.expect_navigation():
        page.click("main input[name=digest] + button")
    office.job_done(page)
    office.go_on(page)
    fits_both(page, "scores-import")
    assert "/scores/imports/" in page.url

"""A list as it really comes: mapped once, read at once the next time, and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app import vendor_list
from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture

pytestmark = pytest.mark.browser

COORDINATOR = "dieuphoi@x.vn"
DOSSIERS = 120
FIRST_COLUMN = {DESK["width"]: ("STT", ""), PHONE["width"]: ("Số thứ tự", "")}
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture(scope="module")
def office_ready(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation with the units of the province and a coordinator."""
    office.province(site)
    office.people(site, {COORDINATOR: "coordinator"})
    return site


@SIZES
def test_a_real_list_goes_through_mapping_to_coverage_and_back(
    browser: Browser, office_ready: Site, tmp_path: Path, size: dict[str, int]
):
    site, width = office_ready, size["width"]
    page = page_of(browser, size)
    office.sign_in(page, site, COORDINATOR)
    round_id = new_round(page, site, f"Danh sách thật {width}")
    # Each size has a header of its own, so that each has to be mapped.
    with pytest.MonkeyPatch.context() as patch:
        header = (FIRST_COLUMN[width], *vendor_list.HEADER[1:])
        patch.setattr(vendor_list, "HEADER", header)
        first, second = tmp_path / "thang-1.xlsx", tmp_path / "thang-2.xlsx"
        first.write_bytes(vendor_list.workbook(DOSSIERS))
        second.write_bytes(vendor_list.workbook(80, "H19.27"))
    send(page, site, round_id, first)
    office.go_on(page)
    map_columns(page, width)
    see_coverage(page)
    take_back(page, site, round_id)
    send(page, site, round_id, second)
    office.go_on(page)
    # The unknown name was settled on the page of the first list: nothing is left out now.
    expect(page.locator("#reach tbody tr")).to_have_count(len(vendor_list.UNITS))
    expect(page.locator("#unresolved")).to_have_count(0)
    assert page.url.endswith(f"/rounds/{round_id}/coverage")
    assert fits(page)


def new_round(page: Page, site: Site, name: str) -> int:
    page.goto(f"{site.address}/rounds/new")
    page.fill("#name", name)
    page.fill("#year", "2026")
    office.press(page, "/rounds")
    return int(page.url.rsplit("/", 1)[1])


def send(page: Page, site: Site, round_id: int, file: Path) -> None:
    page.goto(f"{site.address}/rounds/{round_id}/frame")
    assert fits(page)
    picture(page, "list-upload")
    office.upload(page, f"/rounds/{round_id}/frame", file)
    office.job_done(page)


def map_columns(page: Page, width: int) -> None:
    """Give the one unknown word its meaning and the source a name."""
    expect(page.locator("[name=column-received-0] option:checked")).to_have_text(
        "Thời gian / Ngày tiếp nhận"
    )
    assert vendor_list.phone(3) not in page.content()
    assert fits(page)
    picture(page, "list-mapping")
    form = page.locator('main form[action*="/frame/mapping/"]')
    page.fill("#source_name", f"Một cửa {width}")
    # What a word meant in the list of another source is proposed for this one.
    unknown = [place for place in page.locator("select[name^=word-]").all() if is_empty(place)]
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    if unknown:
        blamed = page.locator("select[name^=word-status].is-invalid")
        expect(blamed).to_have_count(len(unknown))
        assert fits(page)
        picture(page, "list-mapping-faults")
        blamed.select_option("returned")
        with page.expect_navigation():
            form.locator("button[type=submit]").click()
    office.job_done(page)
    office.go_on(page)


def is_empty(select: Locator) -> bool:
    """Whether nothing is chosen."""
    return not select.input_value()


def see_coverage(page: Page) -> None:
    """See what was left out, and settle the name that nobody knows."""
    rows = page.locator("#unresolved tbody tr")
    if rows.count():
        expect(rows).to_have_count(1)
        expect(rows.first).to_contain_text(vendor_list.UNKNOWN)
        assert fits(page)
        picture(page, "list-coverage")
        rows.first.locator("select").select_option("26041")
        with page.expect_navigation():
            rows.first.locator("button").click()
        expect(page.locator("main .notice.tone-success")).to_have_count(1)
    expect(page.locator("#reach tbody tr")).to_have_count(len(vendor_list.UNITS))
    assert vendor_list.phone(3) not in page.content()


def take_back(page: Page, site: Site, round_id: int) -> None:
    page.goto(f"{site.address}/rounds/{round_id}/frame/remove")
    assert fits(page)
    picture(page, "list-removal")
    page.check("#confirm")
    office.press(page, "/frame/remove")
    office.job_done(page)
    office.go_on(page)
    assert page.url.endswith(f"/rounds/{round_id}/frame")

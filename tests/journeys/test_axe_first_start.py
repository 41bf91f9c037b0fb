"""Pages of an installation that has nothing yet, forms that were refused, and work on its way."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.vendor_list import workbook
from tests.factories import PASSWORD
from tests.journeys import office
from tests.journeys.conftest import Site, page_of
from tests.journeys.looking import NARROW, WIDE, Walk, look, send_empty, visit, wander
from tests.journeys.test_score_import import table

pytestmark = pytest.mark.browser

EMAIL = "quan@x.vn"
# The same pages at a desk, with something on them, are those of `test_axe`.
PHONE_ALONE = (NARROW,)
ANYBODY = ("/sign-in", "/public", "/r", "/q", "/nothing-here", "/join/unknown", "/rounds")
FORMS = (
    *("/people/new", "/people/import", "/account", "/index/criteria-sets", "/contacts"),
    *("/rounds/new", "/units", "/office", "/account/confirm"),
)


def test_axe_finds_nothing_while_nothing_is_there(browser: Browser, site: Site):
    page, walk = page_of(browser, WIDE), Walk(sizes=PHONE_ALONE)
    for address in ("/", *ANYBODY):
        visit(page, site, walk, address)
    page.goto(site.address)
    send_empty(page, walk, "/setup")
    page.goto(site.address)
    page.fill("#name", "Trần Thị Quản")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    office.press(page, "/setup")
    walk.kinds.clear()
    wander(page, site, walk)
    for address in FORMS:
        page.goto(site.address + address)
        send_empty(page, walk, address)
    assert walk.wrong == {}


def test_axe_finds_nothing_on_files_and_work(browser: Browser, site: Site, tmp_path: Path):
    """A list and a score table under their own headers, and jobs in every state."""
    page, walk = page_of(browser, WIDE), Walk(sizes=PHONE_ALONE)
    office.sign_in(page, site, EMAIL)
    page.goto(f"{site.address}/units")
    office.press(page, "/units/shipped")
    map_a_list(page, site, walk, tmp_path)
    every_state(page, site, walk)
    map_scores(page, site, walk, tmp_path)
    assert walk.wrong == {}


def map_a_list(page: Page, site: Site, walk: Walk, folder: Path) -> None:
    page.goto(f"{site.address}/rounds/new")
    page.fill("#name", "Đợt khảo sát hài lòng quý III năm 2026 về tiếp nhận và trả kết quả")
    page.fill("#year", "2026")
    office.press(page, "/rounds")
    address = page.url.removeprefix(site.address)
    for part in ("", "/frame", "/plan", "/coverage"):
        visit(page, site, walk, address + part)
    page.goto(f"{site.address}{address}/frame")
    send_empty(page, walk, "frame")
    broken, whole = folder / "hong.csv", folder / "phan-mem-mot-cua.xlsx"
    broken.write_text("code,unit,received\nx,,31/02/2026\n", "utf-8")
    whole.write_bytes(workbook(60))
    for file in (broken, whole):
        page.goto(f"{site.address}{address}/frame")
        office.upload(page, "/frame", file)
        page.wait_for_selector(".job .tone-success, .job .tone-danger", timeout=60_000)
        look(page, walk, f"job of {file.name}")
    office.go_on(page)
    look(page, walk, "list mapping")


def every_state(page: Page, site: Site, walk: Walk) -> None:
    """Show a job in the states that pass too quickly to look at."""
    page.goto(f"{site.address}/jobs")
    for state in ("queued", "running", "cancelled"):
        with closing(sqlite3.connect(site.home / "khaosat.db", timeout=30)) as store, store:
            store.execute(
                "UPDATE job SET state = ?, done = 3, total = 10, lease_holder = 'test',"
                " lease_until = '2999-01-01 00:00:00.000000' WHERE id = 1",
                [state],
            )
        visit(page, site, walk, "/jobs/1")
        visit(page, site, walk, "/jobs")


def map_scores(page: Page, site: Site, walk: Walk, folder: Path) -> None:
    page.goto(f"{site.address}/index/criteria-sets")
    office.press(page, "/index/criteria-sets/example")
    office.job_done(page)
    visit(page, site, walk, "/index/new")
    send_empty(page, walk, "/index/new")
    page.fill("#year", "2026")
    page.fill("#name", "Chỉ số cải cách hành chính năm 2026")
    office.press(page, "/index")
    file = folder / "diem-thang-9.xlsx"
    file.write_bytes(table(0.9, 9))
    office.upload(page, "/scores", file)
    office.job_done(page)
    office.go_on(page)
    look(page, walk, "score mapping")
    page.fill("#source", "Phần mềm chấm điểm của tỉnh")
    with page.expect_navigation():
        page.click("main form[action*='/scores/mapping/'] button[type=submit]")
    office.job_done(page)
    office.go_on(page)
    look(page, walk, "score preview")


def test_axe_finds_nothing_on_the_way_in(browser: Browser, site: Site):
    """Sign-in with and without a code, an invitation, the set-up of a second factor."""
    page, walk = page_of(browser, WIDE), Walk(sizes=PHONE_ALONE)
    page.goto(f"{site.address}/sign-in")
    send_empty(page, walk, "/sign-in")
    office.sign_in(page, site, EMAIL)
    link = invite(page, site, walk)
    guest = page_of(browser, WIDE)
    guest.goto(link)
    look(guest, walk, "/join")
    send_empty(guest, walk, "/join")
    page.goto(f"{site.address}/account/second-factor")
    office.press(page, "/begin")
    look(page, walk, "second factor begun")
    secret = pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", ""))
    send_empty(page, walk, "second factor")
    page.fill("#code", secret.now())
    office.press(page, "/second-factor")
    look(page, walk, "recovery codes")
    visit(page, site, walk, "/account/second-factor")
    guest.goto(f"{site.address}/sign-in")
    guest.fill("#email", EMAIL)
    guest.fill("#password", PASSWORD)
    guest.click("main form button[type=submit]")
    expect(guest.locator("#code")).to_be_visible()
    look(guest, walk, "/sign-in/code")
    send_empty(guest, walk, "/sign-in/code")
    assert walk.wrong == {}


def invite(page: Page, site: Site, walk: Walk) -> str:
    """Invite somebody; the link."""
    page.goto(f"{site.address}/people/new")
    page.fill("#name", "Hoàng Phủ Ngọc Thị Thanh Tâm Nguyên")
    page.fill("#email", "tam@x.vn")
    page.select_option("#role", "home_affairs")
    office.press(page, "/people")
    look(page, walk, "invitation")
    link = page.locator("#link").input_value()
    visit(page, site, walk, "/people/2")
    return link

"""Somebody who only wants to look: one click on an empty installation, then a sign-in."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture

pytestmark = pytest.mark.browser


def test_one_click_makes_a_province_to_look_around_in(browser: Browser, site: Site):
    page = page_of(browser, DESK)
    page.goto(site.address)
    assert fits(page)
    with page.expect_navigation():
        page.click("form:has(input[name=size][value=small]) button[type=submit]")
    office.job_done(page)
    picture(page, "demo")
    expect(page.locator("main dt")).to_have_text(
        ["quản trị hệ thống", "điều phối khảo sát", "Sở Nội vụ", "Sở Nội vụ", "người phê duyệt"],
        ignore_case=True,
    )
    password = page.locator("main code").first.inner_text()
    page.click("main a[href='/public/1']")
    expect(page.locator("#ranking-departments tbody tr")).to_have_count(4)
    expect(page.locator("#ranking-communes tbody tr")).to_have_count(4)
    for email, address in (
        ("dieuphoi@demo.khaosat.vn", "/rounds/1"),
        ("noivu@demo.khaosat.vn", "/index/1"),
        ("quantri@demo.khaosat.vn", "/jobs"),
    ):
        staff = page_of(browser, PHONE)
        staff.goto(f"{site.address}/sign-in?next={address}")
        staff.fill("#email", email)
        staff.fill("#password", password)
        with staff.expect_navigation():
            staff.click("main form button[type=submit]")
        assert staff.url == site.address + address
        picture(staff, "demo" + address.replace("/", "-"))
        assert fits(staff)

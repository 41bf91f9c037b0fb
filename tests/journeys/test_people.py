"""Somebody joins the office, signs in with a second factor, and is locked out."""

import time

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.factories import PASSWORD
from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, follow, page_of, picture

pytestmark = pytest.mark.browser

CHOSEN = "chín con nai uống nước suối"


def test_a_person_joins_turns_on_a_second_factor_and_is_locked_out(browser: Browser, site: Site):
    boss = page_of(browser, DESK)
    set_up(boss, site)
    link = invite(boss, site, "lan@x.vn", "home_affairs")
    person = page_of(browser, PHONE)
    join(person, link, "lan@x.vn")
    sign_in(person, "lan@x.vn")
    secret = turn_on(person, site)
    sign_out(person)
    sign_in(person, "lan@x.vn")
    enter_code(person, secret)
    expect(person.locator("header .menu summary").first).to_be_visible()
    look_around(person, site)
    lock_out(boss, site)
    person.goto(f"{site.address}/index")
    assert "/sign-in" in person.url
    gone = person.goto(link)
    assert gone
    assert gone.status == 404
    picture(person, "people-link-over")


def test_the_pages_about_people_fit_a_phone(browser: Browser, site: Site):
    boss = page_of(browser, PHONE)
    office.sign_in(boss, site, "quan@x.vn")
    for path in ("/people", "/people/2", "/people/new", "/people/import", "/account", "/"):
        boss.goto(site.address + path)
        picture(boss, "people" + path.replace("/", "-"))
        assert fits(boss), path
    boss.goto(f"{site.address}/people/2")
    follow(boss, 'form[action$="/enable"] button')
    follow(boss, 'form[action$="/people/2/link"] button')
    picture(boss, "people-link")
    assert fits(boss)


def set_up(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.fill("#name", "Trần Thị Quản")
    page.fill("#email", "quan@x.vn")
    page.fill("#password", PASSWORD)
    office.press(page, "/setup")
    # Whoever sets up is told of the days of grace, and can work meanwhile.
    expect(page.locator(".notice.tone-warning")).to_be_visible()


def invite(page: Page, site: Site, email: str, role: str) -> str:
    page.goto(f"{site.address}/people/new")
    page.fill("#name", "Lê Thị Lan")
    page.fill("#email", email)
    page.select_option("#role", role)
    picture(page, "people-new")
    office.press(page, "/people")
    picture(page, "people-link")
    link = page.locator("#link").input_value()
    assert link.startswith(f"{site.address}/join/")
    return link


def join(page: Page, link: str, email: str) -> None:
    page.goto(link)
    expect(page.locator("main")).to_contain_text(email)
    picture(page, "people-join")
    assert fits(page)
    page.fill("#password", "123456789012345")
    page.click("main form button[type=submit]")
    expect(page.locator("#password-error")).to_be_visible()
    page.fill("#password", CHOSEN)
    page.click("main form button[type=submit]")
    page.wait_for_url("**/sign-in")


def sign_in(page: Page, email: str) -> None:
    if "/sign-in" not in page.url:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/sign-in")
    page.fill("#email", email)
    page.fill("#password", CHOSEN)
    with page.expect_navigation():
        page.click("main form button[type=submit]")


def turn_on(page: Page, site: Site) -> str:
    """Turn the second factor on, on the only page that opens."""
    for path in ("/", "/index", "/account"):
        page.goto(site.address + path)
        assert page.url == f"{site.address}/account/second-factor"
    picture(page, "people-second-factor")
    office.press(page, "/begin")
    drawn = page.locator(".qr svg").bounding_box()
    assert drawn
    assert drawn["width"] > 150
    picture(page, "people-second-factor-code")
    assert fits(page)
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.fill("#code", pyotp.TOTP(secret).now())
    office.press(page, "/second-factor")
    expect(page.locator(".once li")).to_have_count(10)
    picture(page, "people-recovery-codes")
    assert fits(page)
    return secret


def enter_code(page: Page, secret: str) -> None:
    """Enter a code; the one that turned it on was spent, so wait for the next if need be."""
    assert page.url.endswith("/sign-in/code")
    picture(page, "people-code")
    assert fits(page)
    for _ in range(4):
        page.fill("#code", pyotp.TOTP(secret).at(int(time.time()) + 30))
        with page.expect_navigation():
            page.click("main form button[type=submit]")
        if not page.url.endswith("/code"):
            return
        time.sleep(8)
    pytest.fail("no code was taken")


def sign_out(page: Page) -> None:
    page.click("header .menu summary >> nth=0")
    page.click('form[action$="/sign-out"] button')
    page.wait_for_url("**/sign-in")


def look_around(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/account")
    picture(page, "people-account")
    assert fits(page)
    expect(page.locator("#sessions tbody tr")).to_have_count(1)


def lock_out(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/people?q=le+lan")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    picture(page, "people")
    page.click("#people tbody a")
    picture(page, "people-one")
    office.press(page, "/disable")
    expect(page.locator('form[action$="/enable"]')).to_be_visible()

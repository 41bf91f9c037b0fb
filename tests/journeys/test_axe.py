"""Every staff and public page of a played province through axe, as each role sees it."""

import pytest
from playwright.sync_api import Browser

from tests.factories import PASSWORD
from tests.journeys import office
from tests.journeys.conftest import Site, page_of
from tests.journeys.looking import NARROW, SIDEWAYS, WIDE, Walk, look, visit, wander

pytestmark = pytest.mark.browser

STAFF = ("quantri", "dieuphoi", "noivu", "duyet")
AGENCY = "phuong@x.vn"
# Pages on which each role finds something else.
OWN = ("/", "/rounds", "/rounds/#", "/index", "/index/#", "/index/#/results/#", "/units/#")
EXPECTED = {
    *("/", "/account", "/account/second-factor", "/approvals", "/contacts", "/office"),
    *("/people", "/people/#", "/people/new", "/people/import"),
    *("/rounds", "/rounds/#", "/rounds/new", "/rounds/#/plan", "/rounds/#/coverage"),
    *("/rounds/#/estimates", "/index", "/index/#", "/index/new", "/index/criteria-sets"),
    *("/index/criteria-sets/#", "/index/#/results/#", "/index/#/scores"),
    *("/index/#/scores/imports/#", "/units", "/units/#", "/jobs", "/public", "/public/#"),
    *("/public/draws/#", "/r"),
    *("/questionnaires", "/questionnaires/#", "/questionnaires/#/preview"),
}


def test_axe_finds_nothing_on_any_page(browser: Browser, site: Site):
    walk = Walk()
    password = one_click(browser, site, walk)
    office.people(site, {AGENCY: "agency"}, "26068")
    for email in (*(f"{name}@demo.khaosat.vn" for name in STAFF), AGENCY):
        page = page_of(browser, WIDE)
        office.sign_in(page, site, email, PASSWORD if email == AGENCY else password)
        walk.seen.clear()
        wander(page, site, walk, again=OWN)
        page.context.close()
    assert set(walk.kinds) >= EXPECTED
    assert walk.wrong == {}


def one_click(browser: Browser, site: Site, walk: Walk) -> str:
    """Have the demo province made, and look at its page meanwhile; the password of its people."""
    page = page_of(browser, WIDE)
    page.goto(site.address)
    with page.expect_navigation():
        page.click("form:has(input[name=size][value=small]) button[type=submit]")
    look(page, walk, "demo at work", NARROW)
    office.job_done(page)
    look(page, walk, "demo done")
    return page.locator("main code").first.inner_text()


def test_axe_finds_nothing_on_an_open_menu(browser: Browser, site: Site):
    page = page_of(browser, NARROW)
    office.sign_in(page, site, AGENCY)
    walk = Walk()
    for place in (0, 1):
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.goto(site.address)
        page.locator("header .menu > summary").nth(place).click()
        look(page, walk, f"menu {place}")
    assert walk.wrong == {}


def test_axe_would_find_a_fault(browser: Browser, site: Site):
    page = page_of(browser, WIDE)
    page.goto(f"{site.address}/sign-in")
    page.evaluate("document.querySelector('label').remove()")
    walk = Walk()
    look(page, walk, "/sign-in")
    assert "label" in str(walk.wrong)


def test_a_page_that_is_too_wide_is_found(browser: Browser, site: Site):
    page = page_of(browser, WIDE)
    walk = Walk()
    visit(page, site, walk, "/sign-in")
    assert walk.wrong == {}
    page.evaluate("document.querySelector('h1').textContent = 'a'.repeat(200)")
    page.evaluate("document.querySelector('h1').className = 'num'")
    look(page, walk, "/sign-in")
    assert [SIDEWAYS] in walk.wrong.values()
    assert set(walk.wrong) == {"/sign-in enlarged", "/sign-in at 390", "/sign-in at 1280"}

"""What renews itself while somebody looks, with JavaScript and without; and the keyboard."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, page_of

pytestmark = pytest.mark.browser

EMAIL = "quan@x.vn"
FAR = "2999-01-01 00:00:00.000000"
CONTROLS = "a[href], button, summary, select, textarea, input:not([type=hidden], [type=radio])"
RING = """() => {
  const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
  const name = [e.tagName, e.className, e.innerText.slice(0, 20), b.width, b.height].join(' ');
  return [name, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
          b.width >= 24 && b.height >= 24 || s.display === 'inline'];
}"""


@pytest.fixture(scope="module")
def job(site: Site) -> int:
    """A job that a machine far away holds, so that only the test moves it."""
    office.people(site, {EMAIL: "administrator"})
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"
    with closing(sqlite3.connect(site.home / "khaosat.db", timeout=30)) as store, store:
        return int(
            store.execute(
                "INSERT INTO job (kind, subject, arguments, state, done, total, message, result,"
                " lease_holder, lease_until, attempts, cancel_asked, created_at, started_at,"
                " account_id) VALUES ('import_criteria', '', '{}', 'running', 1, 10, '', '{}',"
                " 'far', ?, 1, 0, ?, ?, 1)",
                [FAR, now, now],
            ).lastrowid
            or 0
        )


def put(site: Site, job: int, **values: object) -> None:
    """Move the job as its worker would."""
    names = ", ".join(f"{name} = ?" for name in values)
    with closing(sqlite3.connect(site.home / "khaosat.db", timeout=30)) as store, store:
        store.execute(f"UPDATE job SET {names} WHERE id = ?", [*values.values(), job])


def signed_in(browser: Browser, site: Site, **options: object) -> Page:
    page = page_of(browser, DESK, **options)
    office.sign_in(page, site, EMAIL)
    return page


def test_a_job_renews_its_card_alone_and_keeps_the_focus(browser: Browser, site: Site, job: int):
    put(site, job, state="running", done=1)
    page = signed_in(browser, site)
    page.goto(f"{site.address}/jobs/{job}")
    page.evaluate("window.stayed = true")
    page.focus("#cancel")
    put(site, job, done=5)
    expect(page.locator(".job progress")).to_have_attribute("value", "0.5")
    assert page.evaluate("document.activeElement.id") == "cancel"
    assert page.locator("#job-said").inner_text() == ""
    put(site, job, state="done", done=10, finished_at=FAR)
    expect(page.locator(".job .state")).to_have_class("state tone-success")
    expect(page.locator("#job-said")).not_to_be_empty()
    assert page.evaluate("window.stayed")
    assert page.locator("[hx-get]").count() == 0


def test_nothing_is_swapped_while_nothing_changes(browser: Browser, site: Site, job: int):
    put(site, job, state="running", done=2)
    page = signed_in(browser, site)
    page.goto(f"{site.address}/jobs/{job}")
    page.evaluate("document.querySelector('.job').dataset.same = 'yes'")
    with page.expect_response(lambda reply: "seen=" in reply.url) as asked:
        pass
    assert asked.value.status == 204
    assert page.locator(".job[data-same]").count() == 1


def test_the_list_renews_its_rows(browser: Browser, site: Site, job: int):
    put(site, job, state="running", done=2)
    page = signed_in(browser, site)
    page.goto(f"{site.address}/jobs")
    page.focus(f"#job-{job}")
    put(site, job, done=7)
    expect(page.locator("#jobs progress")).to_have_attribute("value", "0.7")
    assert page.evaluate("document.activeElement.id") == f"job-{job}"


def test_who_was_signed_out_meanwhile_comes_to_the_sign_in(browser: Browser, site: Site, job: int):
    put(site, job, state="running", done=3)
    page = signed_in(browser, site)
    page.goto(f"{site.address}/jobs/{job}")
    page.context.clear_cookies()
    page.wait_for_url(re.compile("/sign-in.next=/jobs/[0-9]+$"))
    office.sign_in(page, site, EMAIL)


def test_without_javascript_the_page_renews_itself(browser: Browser, site: Site, job: int):
    put(site, job, state="running", done=3)
    page = signed_in(browser, site, java_script_enabled=False)
    page.goto(f"{site.address}/jobs/{job}")
    put(site, job, done=8)
    expect(page.locator(".job progress")).to_have_attribute("value", "0.8")


def test_the_list_of_people_narrows_while_one_types(browser: Browser, site: Site, job: int):
    office.people(site, {"lan@x.vn": "coordinator"})
    page = signed_in(browser, site)
    page.goto(f"{site.address}/people")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    page.locator("#q").press_sequentially("LAN@")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    expect(page.locator("#found-said")).to_contain_text("1")
    assert page.url == f"{site.address}/people?q=LAN%40"
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(
    browser: Browser, site: Site, job: int, size: dict[str, int]
):
    page = page_of(browser, size)
    office.sign_in(page, site, EMAIL)
    for address in ("/components", "/people", "/people/new", f"/jobs/{job}"):
        page.goto(site.address + address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        controls = page.locator(f"main :is({CONTROLS})").count()
        met: list[tuple[str, bool, bool]] = []
        while len(met) < 200:
            met.append(page.evaluate(RING))
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
        assert [name for name, ring, large in met if not (ring and large)] == []
        assert len(met) > controls, address


def test_the_skip_link_leads_past_the_navigation(browser: Browser, site: Site, job: int):
    page = signed_in(browser, site)
    page.goto(f"{site.address}/people")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

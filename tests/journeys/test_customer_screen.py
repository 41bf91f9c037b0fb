"""The customer screen in a browser: set up, waiting, showing, waiting again; on tablets."""

import io
import json
import urllib.request
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from app.services import counters, opening
from app.services.recording import SYSTEM
from tests.app.round_factory import make_round
from tests.journeys import office
from tests.journeys.conftest import DESK, PHONE, Site, fits, page_of, picture
from tests.journeys.looking import Walk, look

pytestmark = pytest.mark.browser

TABLET = {"width": 800, "height": 600}
ADMINISTRATOR, COORDINATOR = "quan@x.vn", "phoi@x.vn"
COUNTER, DOSSIER = "TRA-01", "H19-TB/land-00000"


@pytest.fixture(scope="module")
def walk() -> Walk:
    """What axe found on all of these pages."""
    return Walk()


@pytest.fixture(scope="module")
def office_open(site: Site) -> Site:
    """An office with people, a counter and an open round."""
    office.people(site, {ADMINISTRATOR: "administrator", COORDINATOR: "coordinator"})
    with site.inside():
        made = make_round({"TB": {"land": 3}})
        opening.open_round(SYSTEM, made.id)
        counters.add(SYSTEM, made.units["TB"], "Quầy số 2 – Trả kết quả", code=COUNTER)
    return site


@pytest.fixture(scope="module")
def key(browser: Browser, office_open: Site, walk: Walk) -> str:
    """A key for one-stop software, made by the administrator."""
    page = page_of(browser, DESK)
    office.sign_in(page, office_open, ADMINISTRATOR)
    page.goto(f"{office_open.address}/api-keys")
    look(page, walk, "no keys")
    page.fill("#name", "Một cửa điện tử")
    office.press(page, "/api-keys")
    look(page, walk, "a new key")
    made = page.locator("#key").input_value()
    page.goto(f"{office_open.address}/api-keys")
    look(page, walk, "keys")
    page.context.close()
    return made


def call(site: Site, key: str, method: str, path: str, body: Any = None) -> Any:
    """Call as one-stop software would."""
    request = urllib.request.Request(
        f"{site.address}{path}",
        data=json.dumps(body).encode() if body else None,
        method=method,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or b"null")


def set_up(browser: Browser, site: Site, walk: Walk) -> Page:
    """Have the coordinator make a key and type it on the tablet."""
    desk, tablet = page_of(browser, DESK), page_of(browser, TABLET)
    office.sign_in(desk, site, COORDINATOR)
    desk.goto(f"{site.address}/screens")
    look(desk, walk, "screens")
    office.press(desk, "/key")
    look(desk, walk, "key of a screen")
    typed = desk.locator("main strong").nth(1).inner_text()
    desk.context.close()
    tablet.goto(f"{site.address}/k/screen/{COUNTER}")
    look(tablet, walk, "setting up")
    tablet.fill("input[name=key]", "3F-0000-0000-00015")
    with tablet.expect_navigation():
        tablet.click("main button[type=submit]")
    look(tablet, walk, "wrong key")
    tablet.fill("input[name=key]", typed.lower())
    with tablet.expect_navigation():
        tablet.click("main button[type=submit]")
    return tablet


def link_on(page: Page) -> str:
    """Read the code off the glass, as a phone held before it does."""
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    return str(code.text)


def test_a_tablet_shows_the_code_of_the_dossier_that_is_closed(
    browser: Browser, office_open: Site, key: str, walk: Walk
):
    tablet = set_up(browser, office_open, walk)
    expect(tablet.locator("main.wait")).to_be_visible()
    see(tablet, walk, "waiting")
    place = f"/api/v1/counters/{COUNTER}/screen"
    call(office_open, key, "POST", place, {"dossier_code": DOSSIER})
    # It renews itself, without script and without anybody.
    expect(tablet.locator("main.code")).to_be_visible(timeout=12_000)
    link = see(tablet, walk, "showing")
    phone = page_of(browser, PHONE)
    phone.goto(office_open.address + "/q/" + link.rsplit("/", 1)[1])
    expect(phone.locator("fieldset").first).to_be_visible()
    typed = tablet.locator(".typed span").inner_text()
    call(office_open, key, "DELETE", place)
    expect(tablet.locator("main.wait")).to_be_visible(timeout=12_000)
    type_it(browser, office_open, walk, typed)
    assert walk.wrong == {}


def see(tablet: Page, walk: Walk, name: str) -> str:
    """Look at the screen on the tablets there are: all of it in sight; give what its code says."""
    links = set()
    for size in (DESK, TABLET):
        tablet.set_viewport_size(size)  # type: ignore[arg-type]
        tablet.reload()
        picture(tablet, f"screen-{name}")
        assert fits(tablet)
        assert tablet.evaluate("document.documentElement.scrollHeight <= innerHeight"), size
        if name == "showing":
            links.add(link_on(tablet))
    look(tablet, walk, name, TABLET, DESK)
    assert len(links) == (name == "showing")
    return links.pop() if links else ""


def type_it(browser: Browser, site: Site, walk: Walk, code: str) -> None:
    """Come to the questions by typing."""
    phone = page_of(browser, PHONE)
    phone.goto(f"{site.address}/q")
    look(phone, walk, "without a code")
    phone.click("main a.btn")
    look(phone, walk, "typing")
    phone.fill("input[name=code]", code[:-1])
    with phone.expect_navigation():
        phone.click("main button[type=submit]")
    look(phone, walk, "typed wrong")
    phone.fill("input[name=code]", code.lower().replace("-", " "))
    with phone.expect_navigation():
        phone.click("main button[type=submit]")
    expect(phone.locator("fieldset").first).to_be_visible()


def test_staff_see_how_many_codes_were_asked_for(
    browser: Browser, office_open: Site, key: str, walk: Walk
):
    event = {"dossier_code": DOSSIER, "receiving_unit": "TB", "event": "received"}
    for _ in range(8):
        call(office_open, key, "POST", "/api/v1/credentials", {**event, "counter": "Quầy 3"})
    page = page_of(browser, DESK)
    office.sign_in(page, office_open, COORDINATOR)
    page.goto(f"{office_open.address}/credentials")
    look(page, walk, "codes by counter")
    assert page.locator("tbody .tone-warning").count() == 1
    assert walk.wrong == {}

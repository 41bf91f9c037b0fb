"""Respondents who come from a message in another app, or want to hear the questions."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from surveys import instruments
from surveys.questionnaire import Questionnaire
from tests.app.round_factory import check_invariant
from tests.journeys.conftest import page_of, picture
from tests.journeys.glances import PHONE
from tests.journeys.near import FILL, Served, asking, send

pytestmark = pytest.mark.browser

IN_APPS = {
    "Zalo on Android": "Mozilla/5.0 (Linux; Android 11; M2003J15SC Build/RP1A; wv)"
    " AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36"
    " Zalo android/24050480 ZaloTheme/light ZaloLanguage/vi",
    "Zalo on iOS": "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Mobile/15E148 Zalo iOS/580 ZaloTheme/light ZaloLanguage/vn",
    "Facebook on Android": "Mozilla/5.0 (Linux; Android 13; SM-A146P Build/TP1A; wv)"
    " AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36"
    " [FB_IAB/FB4A;FBAV/463.0.0.0;]",
    "Facebook on iOS": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X)"
    " AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E219 [FBAN/FBIOS;FBAV/461.0.0.0;FBBV/1]",
}
CHAT = "http://chat.example"
MESSAGE = """<!doctype html><title>Tin nhắn</title><p>Xin mời Ông/Bà trả lời:
<a href="{link}"{away}>{link}</a></p>"""


@pytest.fixture
def asked() -> Questionnaire:
    return instruments.load("counter_rating")


@pytest.fixture
def near(app: Flask, asked: Questionnaire) -> Iterator[Served]:
    """A site in this process, with an open round."""
    with asking(app, asked) as site:
        yield site


def test_browsers_inside_of_other_apps_come_from_a_message_to_the_receipt(
    browser: Browser, near: Served
):
    receipts = set()
    for place, agent in enumerate(IN_APPS.values()):
        context = browser.new_context(user_agent=agent, viewport=PHONE, java_script_enabled=False)
        page = tapped(context, near.link(place, "km"), away=place % 2 == 1)
        assert page.url == f"{near.address}/q?lang=km"
        (ticket,) = context.cookies()
        assert (ticket["name"], ticket["sameSite"], ticket["httpOnly"]) == (
            "khaosat_ticket",
            "Lax",
            True,
        )
        assert near.tokens[place] not in page.content()
        page.reload()  # as such browsers do when one comes back to them
        page.evaluate(FILL)
        send(page)
        receipts.add(page.locator(".receipt b").inner_text())
        page.go_back()
        page.reload()
        assert page.locator("fieldset").count() == 0
        context.close()
    assert len(receipts) == len(IN_APPS)
    assert check_invariant(near.round_id).spent == len(IN_APPS)


def tapped(context: BrowserContext, link: str, *, away: bool) -> Page:
    """Tap a link in a message of another site, cookies of third parties being refused."""
    text = MESSAGE.format(link=link, away=' target="_blank"' if away else "")
    context.route(f"{CHAT}/*", lambda it: it.fulfill(body=text, content_type="text/html"))
    page = context.new_page()
    strict = {
        "enableThirdPartyCookieRestriction": True,
        "disableThirdPartyCookieMetadata": True,
        "disableThirdPartyCookieHeuristics": True,
    }
    context.new_cdp_session(page).send("Network.setCookieControls", strict)
    page.goto(f"{CHAT}/")
    if not away:
        with page.expect_navigation(url="**/q?*"):
            page.click("a")
        return page
    with context.expect_page() as opened:
        page.click("a")
    opened.value.wait_for_url("**/q?*")
    return opened.value


def test_nothing_is_fetched_before_somebody_presses_play(browser: Browser, near: Served):
    page, asked_for, faults = page_of(browser, PHONE), [], []
    page.on("request", lambda it: asked_for.append(it.url.removeprefix(near.address)))
    page.on("console", lambda it: faults.append(it.text))
    page.goto(near.link(), wait_until="networkidle")
    assert [it.split("?")[0] for it in asked_for] == [f"/q/{near.tokens[0]}", "/q"]
    player = page.locator("fieldset .hear").first
    summary = player.locator("summary")
    expect(player.locator("audio")).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    expect(player.locator("audio")).to_be_visible()
    page.wait_for_timeout(200)
    assert len(asked_for) == 2
    assert summary.inner_text() == player.locator("audio").get_attribute("aria-label")
    picture(page, "hear")
    with page.expect_response("**/voice/*") as reply:
        player.locator("audio").evaluate("async at => { at.muted = true; await at.play() }")
    assert reply.value.status in {200, 206}
    expect(player.locator("audio")).to_have_js_property("ended", True)
    assert faults == []

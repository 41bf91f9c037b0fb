"""Respondents who use keys alone, large letters, narrow screens or colours of their own."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from surveys import instruments
from surveys.kinds import KINDS
from surveys.questionnaire import Questionnaire
from surveys.reading import read_questionnaire
from tests.app.test_forms_of_pages import stored
from tests.journeys.conftest import page_of, picture
from tests.journeys.glances import DESK, FOURFOLD, seen, tab
from tests.journeys.near import FILL, Served, asking, send
from tests.questionnaires.every_kind import DOCUMENT

pytestmark = pytest.mark.browser

EVERY_KIND = read_questionnaire({**DOCUMENT, "paging": "sections"})
CASES = [(EVERY_KIND, "vi"), (instruments.load("counter_rating"), "km")]
TYPED = {
    "a_waited": "45",
    "a_visits": "2",
    "a_trade": "nông dân",
    "a_comment": "Cảm ơn",
}
DAY = ["12", "5", "2026"]


@pytest.fixture
def near(app: Flask, asked: Questionnaire) -> Iterator[Served]:
    """A site in this process, with an open round."""
    with asking(app, asked) as site:
        yield site


def fill_by_keys(page: Page) -> None:
    """Answer everything on a page by keys and send it."""
    days = iter(DAY)
    for _ in range(120):
        at = tab(page)
        name = str(at["name"])
        if at["type"] == "radio":
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
            chosen = page.locator(f"input[name='{name}']:checked")
            assert chosen.count() == 1
        elif at["type"] == "checkbox" and not page.locator(f"[name='{name}']:checked").count():
            page.keyboard.press("Space")
        elif at["tag"] in {"input", "textarea"} and at["type"] != "checkbox":
            page.keyboard.type(TYPED[name] if name in TYPED else next(days))
        elif at["tag"] == "button":
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError("there is no button")


@pytest.mark.parametrize("asked", [EVERY_KIND], ids=["vi"])
def test_a_form_of_many_pages_is_filled_by_keys_alone(browser: Browser, near: Served):
    page = page_of(browser, DESK)
    page.goto(near.link())
    assert tab(page)["href"] == "#content"
    page.keyboard.press("Enter")
    tab(page)
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    to_button(page)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('.sum')")
    link = tab(page)
    page.keyboard.press("Enter")
    tab(page)
    assert page.evaluate("document.querySelector(':target').contains(document.activeElement)")
    assert page.evaluate("'#' + document.querySelector(':target').id") == link["href"]
    tab(page, back=True)
    for number in range(8):
        picture(page, f"keys-{number}")
        fill_by_keys(page)
        if "/q/thanks" in page.url:
            break
    expect(page.locator(".receipt b")).to_be_visible()
    told = stored()
    assert told.answers["submitted"] == "2026-05-12"
    assert told.answers["waited"] == "45"
    assert told.answers["trade"] == "nông dân"
    assert len(told.answers["told_by"]) == 1
    assert told.comment == "Cảm ơn"
    assert len(told.answers) == len(asked_of(EVERY_KIND))


def asked_of(asked: Questionnaire) -> list[str]:
    """The questions whose answers stay together: neither notes nor the comment."""
    return [
        question.code
        for question in asked.questions
        if KINDS[question.kind].answered and question.code != "comment"
    ]


def to_button(page: Page) -> None:
    """Go to the button at the end of the page."""
    for _ in range(120):
        if tab(page)["tag"] == "button":
            return
    raise AssertionError("there is no button")


@pytest.mark.parametrize(("asked", "language"), CASES, ids=["vi", "km"])
def test_every_page_serves_large_letters_narrow_screens_and_own_colours(
    browser: Browser, near: Served, asked: Questionnaire, language: str
):
    page = page_of(browser, FOURFOLD, forced_colors="active", reduced_motion="reduce")
    page.goto(near.link(language=language))
    wrong = seen(page, f"{language}-first")
    send(page)
    wrong |= seen(page, f"{language}-faults")
    for number in range(9):
        if page.locator(".receipt").count():
            break
        if number:
            wrong |= seen(page, f"{language}-{number}")
        page.evaluate(FILL)
        send(page)
    wrong |= seen(page, f"{language}-thanks")
    assert page.locator(".receipt").count() == 1
    assert wrong == {}

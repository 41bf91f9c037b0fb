"""What staff do on screen, told as acts; selectors follow forms and fields, not words."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.journeys.conftest import Site


def sign_in(page: Page, site: Site, email: str, password: str = PASSWORD) -> None:
    """Sign in and land on the overview."""
    page.goto(f"{site.address}/sign-in")
    page.fill("#email", email)
    page.fill("#password", password)
    page.click("main form button[type=submit]")
    expect(page.locator("header .menu summary").first).to_be_visible()


def press(page: Page, action_ending: str) -> None:
    """Press the button of the form that leads to an address ending so."""
    with page.expect_navigation():
        page.click(f'main form[method="post"][action$="{action_ending}"] button[type=submit]')


def job_done(page: Page) -> None:
    """Wait on a job's page, which renews itself, until the job has ended well."""
    expect(page.locator(".job .state")).to_have_class("state tone-success", timeout=60_000)


def job_failed(page: Page) -> None:
    """Wait until the job has ended with faults."""
    expect(page.locator(".job .state")).to_have_class("state tone-danger", timeout=60_000)


def go_on(page: Page) -> None:
    """Follow the link that a finished job offers."""
    with page.expect_navigation():
        page.click(".job a.btn-primary")


def upload(page: Page, action_ending: str, file: Path) -> None:
    """Choose a file in a form and send it."""
    form = page.locator(f'main form[action$="{action_ending}"]')
    form.locator("input[type=file]").set_input_files(file)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()

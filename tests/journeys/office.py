"""What staff do on screen, told as acts; selectors follow forms and fields, not words."""

from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from app.queries import units
from app.services import drawing, framing, opening, planning, rounds, second_factor_duty
from app.services.plans import Plan, Stratification
from app.services.recording import SYSTEM
from app.vocabulary import Role
from tests import factories
from tests.factories import PASSWORD
from tests.journeys.conftest import Site

SOURCE = "Xổ số kiến thiết Đồng Nai, giải đặc biệt kỳ 25/11/2026"


def people(site: Site, roles: Mapping[str, str], unit: str = "") -> None:
    """Add people by address and role, who need no second factor.

    What a second factor asks of people is walked through in test_people.
    """
    with site.inside():
        second_factor_duty.require(SYSTEM, False)
        found = units.by_code(unit)
        for email, role in roles.items():
            factories.account(Role(role), email=email, unit=found.id if found else None)


def province(site: Site) -> None:
    """Import the units of Đồng Nai."""
    with site.inside():
        factories.dong_nai()


def open_round(site: Site, listed: str, size: int, minimum: int) -> None:
    """Take a round from its list to its opening; test_first_round does so on screen."""
    with site.inside():
        round_id = rounds.create_round(SYSTEM, "Khảo sát quý IV năm 2026", 2026, dry_run=False)
        framing.import_frame(SYSTEM, round_id, listed.encode(), "ho-so.csv", lambda *_: None)
        wanted = Plan(Stratification.UNIT, size, minimum, expected_response=0.9)
        planning.commit(SYSTEM, round_id, wanted, SOURCE)
        drawing.draw(SYSTEM, round_id, SOURCE, "482915")
        opening.open_round(SYSTEM, round_id)


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

"""The quick form of `make prove NAME=coordinator`: the same walk over a few thousand dossiers."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from playwright.sync_api import Browser

from app.commands.sample_verify import verify
from app.extensions import db
from app.services import leases, second_factor_duty
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import Role
from tests.factories import account, dong_nai
from tests.journeys import near, office
from tests.journeys.conftest import DESK, Site, page_of
from tests.proofs import coordinator, coordinator_list, coordinator_walk
from tests.proofs.coordinator_window import Walk, unmeasured

pytestmark = pytest.mark.browser


@pytest.fixture
def seated(app: Flask) -> None:
    """Have units and people who need no second factor."""
    dong_nai()
    second_factor_duty.require(SYSTEM, False)
    for email, role in coordinator.PEOPLE.items():
        account(Role(role), email=email)
    db.session.rollback()


@pytest.mark.usefixtures("seated")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_coordinator_takes_a_list_with_faults_to_a_verified_draw(
    app: Flask, browser: Browser, tmp_path: Path
) -> None:
    def work() -> None:
        for job_id in leases.takeable():
            running.runner(app, "worker")(job_id)
        db.session.rollback()

    def verified(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(verify, list(arguments))
        return done.exit_code, done.output

    with near.served(app) as address:
        page = page_of(browser, DESK)
        site = Site(address, tmp_path)
        office.sign_in(page, site, "dieuphoi@x.vn")
        rows, step = coordinator.QUICK_ROWS, unmeasured
        walk = Walk(page, site, tmp_path, rows, work, verified, step)
        coordinator_walk.whole(walk)
        page.context.close()
    assert len(walk.seen) == len(set(walk.seen)) > 25


def test_a_spoilt_list_differs_from_the_mended_one_only_where_faults_were_planted() -> None:
    rows, wrong = [*coordinator_list.rows(200)], coordinator_list.planted(200)
    spoilt = [*coordinator_list.spoilt(200)]
    differing = {
        line + coordinator_list.FIRST_ROW
        for line, (one, other) in enumerate(zip(rows, spoilt, strict=True))
        if one != other
    }
    assert differing == set(wrong)
    assert max(wrong) == coordinator_list.FIRST_ROW + len(rows) - 1

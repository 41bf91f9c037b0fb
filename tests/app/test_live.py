"""What htmx is answered: nothing where nothing changed, and never a part of another page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.queries import jobs as rows
from app.services import jobs, leases
from app.services.recording import SYSTEM
from app.vocabulary import JobKind, Role
from app.web import live

ASKING = {"HX-Request": "true", "HX-Current-URL": "http://localhost/people?q=lan"}


def seen(job_id: int) -> str:
    job = rows.job(job_id)
    assert job
    return live.progress([job])


@pytest.fixture
def running(app: Flask) -> int:
    with app.app_context():
        claimed = leases.claim(jobs.ask(SYSTEM, JobKind.IMPORT_CRITERIA, {}), "test")
        assert claimed
        leases.progress(claimed, 1, 1000)
        return claimed.id


def test_a_job_that_stands_still_is_not_sent_again(signed_in, running: int):
    client = signed_in(Role.COORDINATOR)
    waiting = "worker" if "No worker" in client.get(f"/jobs/{running}").text else ""
    for path in (f"/jobs/{running}?seen={seen(running)}{waiting}", f"/jobs?seen={seen(running)}"):
        assert client.get(path, headers=ASKING).status_code == 204
        # Whoever opens the address without htmx sees the page.
        assert "<h1>" in client.get(path).text
        assert client.get(path + "x", headers=ASKING).status_code == 200


def test_one_percent_and_every_change_of_state_are_news(app: Flask, running: int):
    words = [seen(running)]
    job = rows.job(running)
    assert job
    leases.progress(job, 2, 1000)
    assert seen(running) == words[0]
    leases.progress(job, 10, 1000)
    words.append(seen(running))
    jobs.cancel(SYSTEM, running)
    words.append(seen(running))
    leases.fail(job, "x", {})
    words.append(seen(running))
    assert len(set(words)) == 4


def test_who_is_not_signed_in_is_sent_away_with_the_whole_page(client: FlaskClient, running: int):
    reply = client.get(f"/jobs/{running}?seen=x", headers=ASKING)
    assert (reply.status_code, reply.data) == (204, b"")
    assert "Location" not in reply.headers
    assert reply.headers["HX-Redirect"] == "/sign-in?next=/people?q%3Dlan"
    assert client.get(f"/jobs/{running}").status_code == 302


@pytest.mark.parametrize("address", ["//evil.example/x", "https://evil.example", "/\\evil"])
def test_the_way_back_leads_nowhere_else(client: FlaskClient, address: str):
    reply = client.get("/jobs", headers={**ASKING, "HX-Current-URL": address})
    assert reply.headers["HX-Redirect"].startswith("/sign-in?next=")
    assert "evil.example" not in reply.headers["HX-Redirect"]


def test_a_request_that_is_not_of_htmx_keeps_its_redirects(client: FlaskClient):
    reply = client.get("/jobs")
    assert reply.status_code == 302
    assert "HX-Redirect" not in reply.headers

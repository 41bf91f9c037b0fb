"""The pages of background work: who sees what, who may stop it, who gets its files."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.database import writing
from app.models import Lease
from app.queries.jobs import JobView
from app.queries.people import account_by_email
from app.services import holding, job_files, jobs, leases
from app.services.recording import SYSTEM, Actor
from app.vocabulary import JobKind, Role
from app.web.templating import LANGUAGE

OWNER = "chu@x.vn"


@pytest.fixture
def owner(signed_in) -> FlaskClient:
    return signed_in(Role.COORDINATOR, email=OWNER)


def asked_by_owner(kind: JobKind = JobKind.IMPORT_CRITERIA) -> int:
    account = account_by_email(OWNER)
    assert account is not None
    return jobs.ask(Actor(account.id, "coordinator"), kind, {})


def claimed(job_id: int) -> JobView:
    found = leases.claim(job_id, "test")
    assert found is not None
    return found


def hold(*names: str) -> None:
    with writing() as session:
        for name in names:
            until = clock.now() + timedelta(minutes=1)
            session.add(Lease(name=name, holder="f:h:x", until=until))


def test_an_empty_list_says_what_will_stand_there(owner: FlaskClient) -> None:
    assert "No work yet" in english(owner, "/jobs")
    asked = jobs.ask(SYSTEM, JobKind.MIX, {})
    assert f"/jobs/{asked}" in owner.get("/jobs").text
    assert "No work of your own yet" in english(owner, "/jobs?who=own")


def english(browser: FlaskClient, path: str) -> str:
    browser.set_cookie(LANGUAGE, "en")
    return browser.get(path).text


def test_the_list_shows_who_asked_and_marks_ones_own(owner: FlaskClient, signed_in) -> None:
    own = asked_by_owner()
    other = jobs.ask(SYSTEM, JobKind.MIX, {})
    page = english(owner, "/jobs")
    assert page.count("<strong>(me)</strong>") == 1
    assert "Nguyễn Văn Thử" in page
    assert "the system" in page
    only = owner.get("/jobs?who=own").text
    assert f'"/jobs/{own}"' in only
    assert f'"/jobs/{other}"' not in only
    assert "<strong>(me)</strong>" not in english(signed_in(Role.AGENCY), "/jobs")


def test_a_long_list_has_pages(owner: FlaskClient) -> None:
    numbers = [jobs.ask(SYSTEM, JobKind.MIX, {}) for _ in range(27)]
    first, second = (owner.get(f"/jobs?page={page}").text for page in (1, 2))
    assert f'"/jobs/{numbers[-1]}"' in first
    assert f'"/jobs/{numbers[0]}"' not in first
    assert f'"/jobs/{numbers[0]}"' in second
    for page in ("0", "-3", "99", "x"):
        assert owner.get(f"/jobs?page={page}").status_code == 200


def test_a_running_job_shows_how_far_it_is_and_a_finished_one_how_long_it_took(owner) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        job = claimed(asked_by_owner())
        leases.progress(job, 30, 120)
        page = english(owner, f"/jobs/{job.id}")
        assert 'value="0.25"' in page
        assert "30 of 120" in page
        traveller.shift(50)
        leases.progress(job, 90, 120)
        traveller.shift(25)
        leases.finish(job, {})
        assert "1 min 15 s" in english(owner, f"/jobs/{job.id}")
        assert "<progress" not in owner.get(f"/jobs/{job.id}").text


def test_attempts_are_told_from_the_second_on(owner: FlaskClient) -> None:
    job = claimed(asked_by_owner())
    assert "Attempts" not in english(owner, f"/jobs/{job.id}")
    with time_machine.travel(clock.now() + 2 * leases.LENGTH):
        claimed(job.id)
        assert "2 of at most 5" in english(owner, f"/jobs/{job.id}")


@pytest.mark.parametrize("state", ["queued", "running"])
def test_who_asked_and_administrators_may_cancel_and_nobody_else(
    owner: FlaskClient, signed_in, state: str
) -> None:
    for browser, may in (
        (signed_in(Role.HOME_AFFAIRS), False),
        (signed_in(Role.COORDINATOR), False),
        (owner, True),
        (signed_in(Role.ADMINISTRATOR), True),
    ):
        job_id = asked_by_owner()
        if state == "running":
            claimed(job_id)
        action = f"/jobs/{job_id}/cancel"
        assert (f'action="{action}"' in browser.get(f"/jobs/{job_id}").text) is may
        assert browser.post(action).status_code == (302 if may else 403)
        page = english(browser, f"/jobs/{job_id}")
        told = "Cancelled" if state == "queued" else "Somebody asked for this work to stop"
        assert (told in page) is may
        assert browser.post("/jobs/4711/cancel").status_code == 404
        assert browser.post(action).status_code == (
            403 if not may else 409 if state == "queued" else 302
        )


def test_files_are_for_who_asked_and_for_administrators(owner: FlaskClient, signed_in) -> None:
    job = claimed(asked_by_owner())
    with writing() as session:
        file_id = job_files.keep(session, job, "lỗi <1>.xlsx", "application/x-test", b"<b>1</b>")
    address = f"/jobs/{job.id}/files/{file_id}"
    for browser in (owner, signed_in(Role.ADMINISTRATOR)):
        assert address in browser.get(f"/jobs/{job.id}").text
        reply = browser.get(address)
        assert (reply.data, reply.content_type) == (b"<b>1</b>", "application/x-test")
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Cache-Control"] == "no-store"
    for role in set(Role) - {Role.ADMINISTRATOR}:
        browser = signed_in(role)
        assert browser.get(address).status_code == 403
        assert address not in browser.get(f"/jobs/{job.id}").text


def test_a_file_of_another_job_is_not_found(owner: FlaskClient, app: Flask) -> None:
    job, other = claimed(asked_by_owner()), asked_by_owner()
    with writing() as session:
        file_id = job_files.keep(session, job, "a.txt", "text/plain", b"x")
    assert owner.get(f"/jobs/{other}/files/{file_id}").status_code == 404
    assert owner.get(f"/jobs/{job.id}/files/{file_id + 1}").status_code == 404
    assert app.test_client().get(f"/jobs/{job.id}/files/{file_id}").status_code == 302


def test_english_pages_show_faults_in_english(owner: FlaskClient) -> None:
    job = claimed(asked_by_owner())
    fault = {"row": 3, "column": "c", "value": "v", "message": "sai", "english": "wrong"}
    leases.fail(job, "", {"faults": [fault], "count": 1})
    assert "<td>wrong</td>" in english(owner, f"/jobs/{job.id}")
    owner.set_cookie(LANGUAGE, "vi")
    assert "<td>sai</td>" in owner.get(f"/jobs/{job.id}").text


def test_a_waiting_job_says_what_it_waits_for(owner: FlaskClient) -> None:
    with_keys, without = asked_by_owner(JobKind.OPEN_ROUND), asked_by_owner(JobKind.DRAW)
    assert "No worker is running" in english(owner, f"/jobs/{without}")
    assert "No worker is running" in english(owner, "/jobs")
    hold(f"{holding.WORKER}f")
    assert "machine with the keys" in english(owner, f"/jobs/{with_keys}")
    assert "machine with the keys" not in english(owner, f"/jobs/{without}")
    assert "No worker is running" not in english(owner, "/jobs")
    hold(holding.MIXER)
    assert "machine with the keys" not in english(owner, f"/jobs/{with_keys}")

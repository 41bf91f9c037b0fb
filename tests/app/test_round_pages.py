"""The coordinator's pages of a round, and the public page of its draw."""

import io
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.extensions import db
from app.models import Ballot, Job, LogEntry, Round
from app.queries import jobs, rounds as rows
from app.services import drawing, field_counts, leases
from app.services.recording import SYSTEM
from app.services.rounds import STEPS
from app.tasks import running
from app.vocabulary import JobKind, Role, RoundState
from sampling.frame import read_frame
from sampling.tabular import read_table
from tests.app import round_steps
from tests.app.round_steps import NUMBER, SOURCE, plan
from tests.factories import dong_nai

UNITS = {"A": 40, "B": 25}
MARK = "THỬ NGHIỆM"


@pytest.fixture
def coordinator(app: Flask, signed_in):
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def in_state(state: RoundState, *, dry_run: bool = False) -> int:
    """Make a drawn round and say that it stands further on."""
    round_steps.add_units(*UNITS)
    round_id = round_steps.committed(UNITS, plan(20), dry_run=dry_run)
    drawing.draw(SYSTEM, round_id, SOURCE, NUMBER)
    db.session.get(Round, round_id).state = state
    db.session.commit()
    return round_id


def asked_job(reply) -> jobs.JobView:
    assert reply.status_code == 302, reply.text
    path = urlsplit(reply.headers["Location"]).path
    assert path.startswith("/jobs/")
    db.session.rollback()
    return jobs.job(int(path.rsplit("/", 1)[1]))


def work_done(reply) -> dict:
    job = asked_job(reply)
    running.perform(leases.claim(job.id, "test"))
    return jobs.job(job.id).result


def file_of(browser: FlaskClient, job: str) -> bytes:
    """Let a worker do the job at an address, and fetch its one file."""
    job_id = int(job.rsplit("/", 1)[1])
    running.perform(leases.claim(job_id, "test"))
    db.session.rollback()
    (kept,) = jobs.files(job_id)
    return browser.get(f"/jobs/{job_id}/files/{kept.id}").data


def test_a_round_goes_from_the_empty_list_to_its_draw(coordinator):
    round_steps.add_units(*UNITS)
    assert "No rounds yet" in coordinator.get("/rounds").text

    made = coordinator.post("/rounds", data={"name": "Quý III", "year": "2026"})
    home = made.headers["Location"]
    assert "Next: Import the list of dossiers" in coordinator.get(home).text

    file = (io.BytesIO(round_steps.listing(UNITS)), "tháng 7.csv")
    result = work_done(coordinator.post(f"{home}/frame", data={"file": file}))
    assert "Next: Plan the sample" in coordinator.get(home).text

    assert "What the list covers" in coordinator.get(result["next"]).text
    preview = coordinator.get(f"{home}/plan?size=20&allocation=neyman&deviations=A: 2")
    assert preview.status_code == 200
    assert "Commit to this plan" in preview.text

    entered = {"size": "20", "stratify_by": "unit", "allocation": "neyman", "deviations": "A: 2"}
    entered |= {"minimum": "0", "expected_response": "50", "k": "10"}
    consent = {"public_source": SOURCE, "confirm": "y"}
    assert work_done(coordinator.post(f"{home}/plan", data=entered | consent))["next"] == home
    page = coordinator.get(home).text
    assert "Next: Enter the public number and draw" in page
    assert "This plan is committed and final" in coordinator.get(f"{home}/plan").text

    result = work_done(coordinator.post(f"{home}/draw", data={"public_number": NUMBER}))
    assert result["drawn"] == 20
    page = coordinator.get(result["next"]).text
    assert "Next: Open the round" in page
    assert result["selection_hash"] in page


@pytest.mark.parametrize(
    ("state", "action", "link"),
    [
        (RoundState.DRAWN, "Open the round", "/open"),
        (RoundState.OPEN, "Print invitation slips", "/slips"),
        (RoundState.CLOSED, "Estimate", "/estimate"),
        (RoundState.WEIGHTED, "Estimate", "/estimate"),
        (RoundState.ESTIMATED, "See the estimates", "/estimates"),
    ],
)
def test_each_state_has_one_primary_action(coordinator, state, action, link):
    round_id = in_state(state)
    page = coordinator.get(f"/rounds/{round_id}").text
    assert f"Next: {action}" in page
    assert page.count("btn-primary") == 1
    assert f'"/rounds/{round_id}{link}"' in page
    assert 'aria-current="step"' in page


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        ("open", JobKind.OPEN_ROUND),
        ("mix", JobKind.MIX),
        ("close", JobKind.CLOSE_ROUND),
        ("estimate", JobKind.ESTIMATE),
    ],
)
def test_an_act_asks_the_worker(coordinator, act: str, kind: JobKind):
    round_id = in_state(min(STEPS[kind]))
    job = asked_job(coordinator.post(f"/rounds/{round_id}/{act}", data={"confirm": "y"}))
    assert (job.kind, job.arguments) == (kind, {"round_id": round_id})


@pytest.mark.parametrize("act", ["open", "mix", "close", "estimate"])
def test_an_act_out_of_turn_is_refused(coordinator, act: str):
    round_id = round_steps.planned()
    before = db.session.query(Job).count()
    reply = coordinator.post(f"/rounds/{round_id}/{act}", data={"confirm": "y"})
    assert reply.status_code == 409
    assert db.session.query(Job).count() == before


def test_closing_needs_a_confirmation(coordinator):
    round_id = in_state(RoundState.OPEN)
    reply = coordinator.post(f"/rounds/{round_id}/close")
    assert reply.status_code == 422
    assert "Tick the box to close the round." in reply.text
    assert not db.session.query(Job).filter_by(kind=JobKind.CLOSE_ROUND).count()


def test_answer_counts_below_ten_are_not_shown(coordinator):
    round_id = in_state(RoundState.OPEN)
    for ballot in db.session.scalars(select(Ballot).limit(3)):
        ballot.spent = True
    db.session.commit()
    field_counts.refresh()
    page = coordinator.get(f"/rounds/{round_id}").text
    assert page.count("&lt; 10") == 2
    assert f'href="/rounds/{round_id}/field"' in page


@pytest.mark.parametrize("role", [Role.HOME_AFFAIRS, Role.ADMINISTRATOR])
def test_others_look_but_do_not_act(app: Flask, signed_in, role: Role):
    round_id = in_state(RoundState.OPEN)
    browser = signed_in(role)
    for address in ("/rounds", f"/rounds/{round_id}", f"/rounds/{round_id}/plan"):
        page = browser.get(address)
        assert page.status_code == 200
        assert f'action="/rounds/{round_id}' not in page.text.replace('/plan"', "")
        assert "/rounds/new" not in page.text
    for act in ("open", "mix", "close", "estimate", "frame", "plan", "draw"):
        assert browser.post(f"/rounds/{round_id}/{act}").status_code == 403
    assert browser.post("/rounds", data={"name": "x", "year": "2026"}).status_code == 403


def test_a_reader_of_an_uncommitted_plan_cannot_commit(app: Flask, signed_in):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    assert "btn-primary" not in signed_in(Role.HOME_AFFAIRS).get(f"/rounds/{round_id}/plan").text


@pytest.mark.parametrize("entered", [{"name": "", "year": "2026"}, {"name": "Quý", "year": "26"}])
def test_a_faulty_new_round_keeps_what_was_entered(coordinator, entered: dict[str, str]):
    reply = coordinator.post("/rounds", data=entered | {"dry_run": "y"})
    assert reply.status_code == 422
    assert f'value="{entered["year"]}"' in reply.text
    assert f'value="{entered["name"]}"' in reply.text
    assert "checked" in reply.text
    assert rows.all_rounds() == []


def test_a_name_is_shown_as_text(coordinator):
    coordinator.post("/rounds", data={"name": "<script>x</script>", "year": "2026"})
    page = coordinator.get("/rounds").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_a_dry_run_is_marked_everywhere(coordinator, client):
    round_steps.add_units(*UNITS)
    planned = round_steps.planned(dry_run=True)
    framed = round_steps.framed(UNITS, prefix="F", dry_run=True)
    committed = round_steps.committed(UNITS, plan(20), dry_run=True)
    addresses = [f"/rounds/{planned}", f"/rounds/{planned}/frame", f"/rounds/{framed}/plan"]
    addresses += [f"/rounds/{committed}/draw", f"/rounds/{committed}/plan", "/rounds"]
    for address in addresses:
        assert MARK in coordinator.get(address).text, address
    assert MARK in client.get(f"/public/draws/{committed}").text
    real = round_steps.planned()
    assert MARK not in coordinator.get(f"/rounds/{real}").text


def test_the_sample_file_can_be_imported(coordinator):
    dong_nai()
    reply = coordinator.get("/rounds/frame-sample.csv")
    assert reply.mimetype == "text/csv"
    reading = read_frame(read_table(reply.data, "sample.csv"))
    assert len(reading.dossiers) == 2
    assert reading.faults == reading.ignored_columns == ()
    done = round_steps.take(round_steps.planned(), reply.data)
    assert done.dossiers == 2


def test_the_upload_page_says_what_is_kept(coordinator):
    page = coordinator.get(f"/rounds/{round_steps.planned()}/frame").text
    for column in ("code", "unit", "received", "field", "phone", "name"):
        assert f"<code>{column}</code>" in page
    assert "Phones are kept encrypted" in page
    assert "names are not kept" in page


def test_an_upload_without_a_file_is_told(coordinator):
    reply = coordinator.post(f"/rounds/{round_steps.planned()}/frame", data={})
    assert reply.status_code == 422
    assert "Choose a file." in reply.text


def test_a_second_upload_is_refused(coordinator):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    file = (io.BytesIO(b"code"), "x.csv")
    assert coordinator.post(f"/rounds/{round_id}/frame", data={"file": file}).status_code == 409
    page = coordinator.get(f"/rounds/{round_id}/frame").text
    assert "The list of this round is imported." in page
    assert f"/rounds/{round_id}/frame/remove" in page


def test_a_preview_leaves_no_trace(coordinator):
    round_steps.add_units(*UNITS)
    round_id = round_steps.framed(UNITS)
    entries = db.session.scalar(select(func.count(LogEntry.seq)))
    page = coordinator.get(f"/rounds/{round_id}/plan?size=20&stratify_by=unit_field&k=12")
    assert page.status_code == 200
    assert "Xã A · Đất đai" in page.text
    assert db.session.scalar(select(func.count(LogEntry.seq))) == entries
    assert db.session.get(Round, round_id).plan is None


def test_pages_of_a_later_step_are_refused_before_it(coordinator):
    planned = round_steps.planned()
    assert coordinator.get(f"/rounds/{planned}/plan").status_code == 409
    assert coordinator.get(f"/rounds/{planned}/draw").status_code == 409
    assert coordinator.post(f"/rounds/{planned}/draw").status_code == 409


@pytest.mark.parametrize("path", ["", "/frame", "/plan", "/draw"])
@pytest.mark.parametrize("number", ["77", "99999999999999999999"])
def test_a_round_that_is_not_there_is_not_found(coordinator, path: str, number: str):
    assert coordinator.get(f"/rounds/{number}{path}").status_code == 404


@pytest.mark.parametrize("path", ["/rounds", "/rounds/new", "/rounds/1", "/rounds/1/plan"])
def test_a_stranger_is_sent_to_sign_in(app: Flask, client, path: str):
    reply = client.get(path)
    assert reply.status_code == 302
    assert reply.headers["Location"].startswith("/sign-in")


def test_pages_carry_no_inline_style_or_script(coordinator):
    round_id = in_state(RoundState.OPEN)
    for address in ("/rounds", "/rounds/new", f"/rounds/{round_id}", f"/public/draws/{round_id}"):
        page = coordinator.get(address).text
        assert " style=" not in page
        assert re.findall(r"<script(?! src=\"/static/[^\"]+\" nonce=)", page) == []
        assert " onclick" not in page

"""A list nobody has drawn from can be taken back, and another one imported."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Contact, Dossier, Frame, LogEntry
from app.queries import frames, jobs as rows, rounds
from app.services import framing, jobs, leases, planning
from app.services.errors import NotFoundError, WrongStateError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import FrameState, JobState, Role, RoundState
from tests.app import round_steps
from tests.app.round_steps import SOURCE, plan


@pytest.fixture
def framed(app) -> int:
    round_steps.add_units("A", "B")
    return round_steps.framed({"A": 30, "B": 20})


@pytest.fixture
def coordinator(signed_in) -> FlaskClient:
    browser = signed_in(Role.COORDINATOR)
    browser.set_cookie("khaosat_language", "en")
    return browser


def removed(browser: FlaskClient, round_id: int) -> rows.JobView:
    reply = browser.post(f"/rounds/{round_id}/frame/remove", data={"confirm": "y"})
    assert reply.status_code == 302, reply.text
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    running.perform(leases.claim(job_id, "test"))
    return rows.job(job_id)


def test_a_list_is_taken_back_and_another_one_counts(framed, coordinator):
    job = removed(coordinator, framed)
    assert job.state is JobState.DONE
    assert job.result == {"dossiers": 50, "next": f"/rounds/{framed}/frame"}
    assert rounds.one(framed).state is RoundState.PLANNED
    assert frames.of_round(framed) is None
    assert db.session.query(Dossier).count() == db.session.query(Contact).count() == 0
    round_steps.take(framed, round_steps.listing({"A": 7}, "Z"))
    assert frames.of_round(framed).dossiers == 7
    states = db.session.scalars(select(Frame.state).order_by(Frame.id)).all()
    assert states == [FrameState.REMOVED, FrameState.CURRENT]


def test_other_rounds_keep_their_lists(framed):
    other = round_steps.framed({"A": 4}, prefix="O")
    framing.remove_frame(SYSTEM, framed)
    assert frames.of_round(other).dossiers == db.session.query(Dossier).count() == 4


def test_a_committed_list_cannot_be_taken_back(framed, coordinator):
    planning.commit(SYSTEM, framed, plan(20), SOURCE)
    with pytest.raises(WrongStateError):
        framing.remove_frame(SYSTEM, framed)
    assert coordinator.get(f"/rounds/{framed}/frame/remove").status_code == 409
    assert db.session.query(Dossier).count() == 50
    assert rounds.one(framed).state is RoundState.FRAMED


def test_a_commitment_that_comes_first_stops_the_removal_asked_for(framed, coordinator):
    reply = coordinator.post(f"/rounds/{framed}/frame/remove", data={"confirm": "y"})
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    planning.commit(SYSTEM, framed, plan(20), SOURCE)
    running.perform(leases.claim(job_id, "test"))
    assert rows.job(job_id).state is JobState.FAILED
    assert frames.of_round(framed).dossiers == 50


def test_a_round_without_a_list_has_nothing_to_take_back(app, coordinator):
    round_id = round_steps.planned()
    with pytest.raises(WrongStateError):
        framing.remove_frame(SYSTEM, round_id)
    with pytest.raises(NotFoundError):
        framing.remove_frame(SYSTEM, 99)
    assert coordinator.get(f"/rounds/{round_id}/frame/remove").status_code == 409


def test_a_cancelled_removal_changes_nothing(framed, coordinator):
    reply = coordinator.post(f"/rounds/{framed}/frame/remove", data={"confirm": "y"})
    job_id = int(reply.headers["Location"].rsplit("/", 1)[1])
    claimed = leases.claim(job_id, "test")
    jobs.cancel(SYSTEM, job_id)
    running.perform(claimed)
    assert rows.job(job_id).state is JobState.CANCELLED
    assert frames.of_round(framed).dossiers == db.session.query(Dossier).count() == 50


def test_consent_is_asked_for(framed, coordinator):
    page = coordinator.get(f"/rounds/{framed}/frame/remove").text
    assert "list.csv" in page
    reply = coordinator.post(f"/rounds/{framed}/frame/remove", data={})
    assert reply.status_code == 422
    assert "Tick the box to take the list back." in reply.text
    assert frames.of_round(framed).dossiers == 50


def test_the_same_list_may_come_back_and_be_drawn(framed):
    before = frames.of_round(framed).hash
    framing.remove_frame(SYSTEM, framed)
    round_steps.take(framed, round_steps.listing({"A": 30, "B": 20}))
    assert frames.of_round(framed).hash == before
    planning.commit(SYSTEM, framed, plan(20), SOURCE)


def test_the_removal_is_logged_without_codes(framed):
    framing.remove_frame(SYSTEM, framed)
    bodies = db.session.scalars(select(LogEntry.body)).all()
    told = [body for body in bodies if "round.frame_removed" in body]
    assert len(told) == 1
    assert '"dossiers":50' in told[0]
    assert "HS-A" not in told[0]


@pytest.mark.parametrize("role", [Role.HOME_AFFAIRS, Role.ADMINISTRATOR])
def test_only_coordinators_take_lists_back(framed, signed_in, role: Role):
    browser = signed_in(role)
    assert browser.get(f"/rounds/{framed}/frame/remove").status_code == 403
    assert browser.post(f"/rounds/{framed}/frame/remove").status_code == 403

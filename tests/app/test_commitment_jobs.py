"""A commitment as work of the worker: told at once what is wrong, stoppable, done once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models import FrameDraw, JobFile, KeptRecord, Round
from app.queries import draws, jobs as rows
from app.services import frame_files, framing, job_files, jobs, leases, planning, secrets
from app.services.ceremony_parties import Arrangement, Guest
from app.services.courses import Course
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.leases import CancelledError
from app.services.recording import SYSTEM
from app.tasks import running
from app.vocabulary import AbsentRule, JobState, NumberKind, Role
from tests.app import round_steps
from tests.app.round_steps import SOURCE, plan
from tests.app.test_populations import english
from tests.app.test_round_pages import file_of

UNITS = {"A": 30, "B": 20}
DICE_OF_THREE = Arrangement(
    "Sở Nội vụ",
    (Guest("Báo Đồng Nai", "ab" * 32, 1), Guest("Thanh tra tỉnh", "cd" * 32, 3)),
    AbsentRule.STOP,
    NumberKind.DICE,
)


@pytest.fixture
def round_id(app) -> int:
    round_steps.add_units(*UNITS)
    return round_steps.framed(UNITS)


def nothing_is_stored(round_id: int) -> bool:
    db.session.rollback()
    tables = (FrameDraw, KeptRecord)
    kept = [db.session.scalar(select(func.count()).select_from(each)) for each in tables]
    return not any(kept) and db.session.get(Round, round_id).plan is None


def test_what_was_asked_for_is_committed_by_the_worker_alone(round_id: int):
    wanted = plan(12, minimum=3, deviations={"A": 2.0})
    job_id = planning.ask_to_commit(SYSTEM, round_id, wanted, f" {SOURCE} ", DICE_OF_THREE)
    assert nothing_is_stored(round_id)
    assert planning.ask_to_commit(SYSTEM, round_id, wanted, SOURCE, DICE_OF_THREE) == job_id
    running.perform(leases.claim(job_id, "test"))
    job, drawn = rows.job(job_id), draws.of_round(round_id)
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 3)
    assert job.result == {"commitment": drawn.commitment, "next": f"/rounds/{round_id}"}
    kept = db.session.get(Round, round_id).plan
    document = wanted.document(kept["purpose"])
    assert {name: kept[name] for name in document} == document
    secret = db.session.scalars(select(FrameDraw.secret)).one()
    assert secret not in str(job.arguments) + str(job.result)
    with pytest.raises(WrongStateError):
        planning.ask_to_commit(SYSTEM, round_id, wanted, SOURCE)


@pytest.mark.parametrize(
    ("wanted", "source", "arrangement", "part"),
    [
        (plan(51), SOURCE, None, "size"),
        (plan(10), " ", None, "public_source"),
        (plan(10), SOURCE, replace(DICE_OF_THREE, office=""), "office"),
    ],
)
def test_faults_are_told_before_any_work_is_asked_for(
    round_id: int, wanted, source, arrangement, part
):
    with pytest.raises(InvalidInputError) as caught:
        planning.ask_to_commit(SYSTEM, round_id, wanted, source, arrangement)
    assert part in [fault.part for fault in caught.value.faults]
    assert rows.count() == 0


def test_work_that_is_cancelled_commits_to_nothing_and_can_be_asked_for_again(round_id: int):
    job_id = planning.ask_to_commit(SYSTEM, round_id, plan(12), SOURCE)
    job = leases.claim(job_id, "test")
    jobs.cancel(SYSTEM, job_id)
    running.perform(job)
    assert rows.job(job_id).state is JobState.CANCELLED
    assert nothing_is_stored(round_id)
    again = planning.ask_to_commit(SYSTEM, round_id, plan(12), SOURCE)
    running.perform(leases.claim(again, "test"))
    assert draws.of_round(round_id) is not None


def test_work_is_cancelled_up_to_the_moment_in_which_it_is_stored(round_id: int):
    job_id = planning.ask_to_commit(SYSTEM, round_id, plan(12), SOURCE)
    job = leases.claim(job_id, "test")

    def cancelled_late(done: int, total: int) -> None:
        if done == total - 1:
            jobs.cancel(SYSTEM, job_id)

    course = Course(cancelled_late, leases.concluding(job, lambda commitment: {}))
    with pytest.raises(CancelledError):
        planning.commit(SYSTEM, round_id, plan(12), SOURCE, None, course)
    assert nothing_is_stored(round_id)


def test_a_list_that_changes_meanwhile_is_not_committed_to(round_id: int):
    def another_list(done: int, total: int) -> None:
        if done == total - 1:
            framing.remove_frame(SYSTEM, round_id)
            round_steps.take(round_id, round_steps.listing({"A": 30, "B": 21}))

    with pytest.raises(WrongStateError, match="changed while this work ran"):
        planning.commit(SYSTEM, round_id, plan(12), SOURCE, None, Course(another_list))
    assert nothing_is_stored(round_id)


def test_what_does_not_fit_any_more_is_told_on_the_page_of_the_job(round_id: int, signed_in):
    at = clock.now() + timedelta(minutes=10)
    held = replace(DICE_OF_THREE, number_kind=NumberKind.LOTTERY, number_at=at)
    job_id = planning.ask_to_commit(SYSTEM, round_id, plan(12), SOURCE, held)
    browser = signed_in(Role.ADMINISTRATOR)
    with time_machine.travel(at + timedelta(minutes=1)):
        running.perform(leases.claim(job_id, "test"))
        assert "Nhập ngày và giờ chưa tới" in browser.get(f"/jobs/{job_id}").text
        assert "Enter a day" in english(browser).get(f"/jobs/{job_id}").text
    assert rows.job(job_id).state is JobState.FAILED
    assert nothing_is_stored(round_id)


@pytest.mark.parametrize("at", [None, datetime(2026, 12, 15, 9, 30, tzinfo=UTC)])
def test_who_takes_part_reads_as_it_was_written(at: datetime | None):
    held = replace(DICE_OF_THREE, number_kind=NumberKind.LOTTERY, number_at=at)
    assert Arrangement.of_document(held.document()) == held


def test_the_list_with_salts_is_written_for_who_asked(round_id: int, app, signed_in):
    planning.commit(SYSTEM, round_id, plan(12), SOURCE)
    mine, other = signed_in(Role.COORDINATOR), signed_in(Role.COORDINATOR)
    path = f"/rounds/{round_id}/draw/frame.csv"
    asked = [each.post(path).location for each in (mine, mine, other)]
    assert asked[0] == asked[1] != asked[2]
    file = file_of(mine, asked[0])
    assert file == frame_files.frame_file(SYSTEM, round_id)
    address = f"{asked[0]}/files/{rows.files(int(asked[0].rsplit('/', 1)[1]))[0].id}"
    assert (mine.get(address).status_code, other.get(address).status_code) == (200, 403)
    sealed = db.session.scalars(select(JobFile.sealed)).one()
    assert len(sealed) < len(file)


def test_no_list_with_salts_is_asked_for_before_a_commitment(round_id: int):
    with pytest.raises(NotFoundError):
        frame_files.ask(SYSTEM, round_id)


def test_a_file_that_was_kept_before_files_were_compressed_still_opens(app):
    sealed = secrets.seal(job_files.PURPOSE, b"code,salt\n")
    assert job_files.content_of(JobFile(sealed=sealed)) == b"code,salt\n"

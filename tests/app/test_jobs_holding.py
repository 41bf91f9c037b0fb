"""Which worker may work with the mixing keys, and who follows it."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Lease, LogEntry
from app.queries import jobs as rows
from app.services import holding, jobs, keys, leases, opening
from app.services.recording import SYSTEM
from app.vocabulary import JobKind, JobState
from tests.app.round_factory import make_round

HERE, ELSEWHERE = "a" * 16, "b" * 16


def worker(folder: str, machine: str = "may-1", start: str = "0") -> str:
    return f"{folder}:{machine}:{start}"


def beat(holder: str, *, embedded: bool = False, take_keys: bool = False) -> bool:
    return holding.beat(holder, embedded=embedded, take_keys=take_keys)


@pytest.fixture
def later(app: Flask):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        yield traveller


def acts() -> str:
    db.session.rollback()
    return "".join(db.session.scalars(select(LogEntry.body)))


def test_a_folder_of_keys_has_one_name_for_ever(app: Flask) -> None:
    assert keys.identity() == keys.identity()
    assert len(keys.identity()) == 16
    assert keys.kept() == set()
    assert holding.folder_of(holding.holder_name()) == keys.identity()
    assert len(holding.holder_name()) <= Lease.holder.type.length


def test_the_first_worker_keeps_the_keys_and_others_do_not(later) -> None:
    assert beat(worker(HERE))
    assert not beat(worker(ELSEWHERE))
    later.shift(10 * leases.LENGTH)
    assert not beat(worker(ELSEWHERE))
    assert beat(worker(HERE, "may-2"))
    assert not beat(worker(HERE))
    assert acts().count("keys.folder_named") == 1


def test_a_worker_with_another_folder_does_not_begin_where_keys_are_in_use(app: Flask) -> None:
    made = make_round({"TB": {"land": 1}})
    opening.open_round(SYSTEM, made.id)
    kept = keys.kept()
    hidden = keys._folder.path
    keys.install(hidden.parent / "another")
    assert not beat(worker(ELSEWHERE))
    keys.install(hidden.parent)
    assert keys.kept() == kept
    assert beat(worker(HERE))


def test_on_one_machine_a_new_folder_follows_the_one_that_was_lost(later) -> None:
    assert beat(worker(HERE), embedded=True)
    assert not beat(worker(ELSEWHERE), embedded=True)
    later.shift(leases.LENGTH)
    assert beat(worker(ELSEWHERE), embedded=True)
    assert "keys.folder_replaced" in acts()


def test_somebody_may_say_that_the_machine_with_the_keys_is_gone(later) -> None:
    assert beat(worker(HERE))
    assert beat(worker(ELSEWHERE), take_keys=True)
    assert not beat(worker(HERE))
    assert f'"before":"{HERE}"' in acts()


def test_a_worker_that_leaves_lets_its_jobs_wait_and_counts_no_attempt(app: Flask) -> None:
    holder = worker(HERE)
    beat(holder)
    job_id = jobs.ask(SYSTEM, JobKind.DRAW, {})
    other = jobs.ask(SYSTEM, JobKind.DRAW, {})
    leases.claim(job_id, holder)
    leases.claim(other, worker(ELSEWHERE))
    holding.leave(holder)
    found, kept = rows.job(job_id), rows.job(other)
    assert found is not None
    assert kept is not None
    assert (found.state, found.attempts) == (JobState.QUEUED, 0)
    assert kept.state is JobState.RUNNING
    assert not rows.held(holding.WORKER)
    assert not rows.held(holding.MIXER)


def test_a_worker_that_starts_takes_over_from_the_dead_one_of_its_folder_at_once(
    later,
) -> None:
    dead, next_one = worker(HERE, start="1"), worker(HERE, start="2")
    others = (worker(HERE, "may-2"), worker(ELSEWHERE), worker(HERE, "may-10"))
    beat(dead)
    mine = jobs.ask(SYSTEM, JobKind.DRAW, {})
    leases.claim(mine, dead)
    for holder in others:
        leases.claim(jobs.ask(SYSTEM, JobKind.DRAW, {}), holder)
    assert not beat(next_one)
    assert holding.succeed(next_one) == 1
    assert beat(next_one)
    assert leases.takeable() == [mine]
    again = leases.claim(mine, next_one)
    assert again is not None
    assert again.attempts == 2


def test_workers_are_seen_while_their_hearts_beat_and_forgotten_after_a_week(later) -> None:
    beat(worker(HERE))
    assert rows.held(holding.WORKER)
    later.shift(leases.LENGTH + timedelta(seconds=1))
    assert not rows.held(holding.WORKER)
    later.shift(holding.FORGOTTEN)
    beat(worker(ELSEWHERE))
    names = set(db.session.scalars(select(Lease.name)))
    assert names == {holding.MIXER, f"{holding.WORKER}{ELSEWHERE}"}

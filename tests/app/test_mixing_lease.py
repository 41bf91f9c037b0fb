"""Only the worker that holds the mixer's lease opens boxes."""

import time

import pytest
from flask import Flask

from app.services import holding, keys, leases, mixing, rounds
from app.tasks.worker import Worker
from app.vocabulary import JobKind, Role
from tests.app.box_factory import open_cell, put, varied
from tests.app.round_factory import check_invariant
from tests.factories import actor

K = 5


@pytest.fixture
def ripe(app: Flask) -> int:
    """A round of which k boxes may be opened."""
    made, cell = open_cell(2 * K)
    put(made, cell, varied(2 * K))
    return made.id


def worker(app: Flask) -> Worker:
    return Worker(app, app.config["KHAOSAT"], holding.holder_name())


def test_the_clock_mixes_with_the_lease_and_not_without(app: Flask, ripe: int) -> None:
    one = worker(app)
    one.tick()
    assert check_invariant(ripe).answers == 0
    one.beat()
    one.tick()
    assert check_invariant(ripe).answers == K


def test_a_lease_that_ran_out_ends_the_mixing(app: Flask, ripe: int, monkeypatch) -> None:
    one = worker(app)
    one.beat()
    later = time.monotonic() + leases.LENGTH.total_seconds() + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    one.tick()
    assert check_invariant(ripe).answers == 0


def test_jobs_that_open_boxes_wait_for_the_worker_with_the_keys(app: Flask, ripe: int) -> None:
    holder = f"{'f' * 16}:elsewhere:1"
    holding.beat(f"{keys.identity()}:here:1", embedded=False)
    assert not holding.beat(holder, embedded=False)
    rounds.ask(actor(Role.COORDINATOR), JobKind.MIX, ripe)
    one = worker(app)
    one.look()
    assert check_invariant(ripe).answers == 0
    one.mixes_until = time.monotonic() + 60
    one.look()
    assert check_invariant(ripe).answers == K
    assert mixing.mix_round(ripe).opened == 0

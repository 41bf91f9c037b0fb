"""The quick form of `make prove NAME=kill-worker`, on both databases."""

import pytest
from flask import Flask

from app.vocabulary import JobKind
from tests.proofs import kill_worker, workers

KILLS = 8


@pytest.fixture
def environ(app: Flask, database_url: str, tmp_path) -> dict[str, str]:
    kill_worker.prepared(app)
    return workers.environ_of(tmp_path, database_url)


def test_killed_workers_leave_every_job_done_once(app: Flask, environ: dict[str, str]) -> None:
    tally = kill_worker.run(environ, KILLS)
    assert tally.wrong == 0, tally
    assert tally.done > KILLS, tally
    assert tally.hits >= 0.8 * KILLS, tally
    assert tally.most_attempts > 1, tally


def test_a_handler_that_ends_its_job_in_a_second_transaction_is_caught(
    app: Flask, environ: dict[str, str]
) -> None:
    careless = {JobKind.ESTIMATE: workers.estimate_carelessly}
    tally = kill_worker.run(environ, 3 * KILLS, handlers=careless, mixed=False, patient=False)
    assert tally.doubled > 0, tally

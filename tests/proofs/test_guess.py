"""The quick form of `make prove NAME=guess`, on both databases."""

from pathlib import Path

import pytest

from tests.proofs import guess
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

LIVE, INSIDE, OUTSIDE, VALID, SAMPLES = 60, 1500, 2500, 30, 100


def test_nobody_guesses_a_token_and_nobody_else_waits(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, guess.layout(LIVE), processes=1, forks=forks) as place:
        figures = guess.run(place, INSIDE, OUTSIDE, VALID, SAMPLES)
    assert figures.holds, (figures.hits + figures.told + figures.wrong)[:5] or figures
    assert figures.valid == VALID
    # No figure in seconds: the machine may be busy.
    for times in figures.timings.values():
        assert times.work_gap < 0.5, times.told()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_site_that_tells_what_was_used_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, guess.layout(10), started=False, forks=forks) as place:
        tells, times = guess.control(place, SAMPLES)
    assert tells
    assert times.work_gap > 0.5, times.told()

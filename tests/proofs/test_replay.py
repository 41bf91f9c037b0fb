"""The quick form of `make prove NAME=replay`, on both databases."""

from pathlib import Path

import pytest

from tests.proofs import replay
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

BALLOTS = 60
# Beside the other tests the shots do not all meet; alone, `make prove` wants four in five.
MET = BALLOTS // 3


def test_eight_replays_of_a_ballot_count_once(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, replay.layout(BALLOTS), forks=forks) as place:
        figures = replay.run(place, [place.address])
    assert figures.holds, figures
    assert figures.raced >= MET, figures


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_servers_on_one_file_count_each_ballot_once(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, replay.layout(BALLOTS), forks=forks) as place:
        other = place.another_server()
        other.start()
        figures = replay.run(place, [place.address, other.address])
    assert figures.holds, figures


def test_a_site_that_does_not_look_whether_a_ballot_was_spent_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    layout, factory = replay.layout(BALLOTS), replay.CARELESS
    with site(tmp_path, database_url, layout, factory=factory, forks=forks) as place:
        figures = replay.run(place, [place.address])
    assert figures.several > 0, figures
    assert figures.stored > figures.spent, figures

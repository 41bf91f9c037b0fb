"""The quick form of `make prove NAME=kill9`, on both databases."""

from pathlib import Path

from tests.proofs import kill9
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

KILLS = 5


def test_no_kill_loses_or_doubles_an_acknowledged_answer(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, kill9.layout(KILLS), k=kill9.K, forks=forks) as place:
        figures = kill9.run(place, KILLS)
    assert figures.faults == 0, figures
    assert figures.hit_rate >= 0.8, figures
    assert figures.count
    assert figures.count.mixed > 0, figures


def test_a_site_that_says_thanks_before_it_commits_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    layout = kill9.layout(KILLS)
    details = {"k": kill9.K, "forks": forks, "factory": kill9.CARELESS}
    with site(tmp_path, database_url, layout, **details) as place:
        figures = kill9.run(place, KILLS)
    assert figures.count
    assert figures.count.lost > 0, figures

"""The quick form of `make prove NAME=leaks`, on both databases."""

import logging
from pathlib import Path

import pytest

from tests.app.test_contact_leaks import spelled
from tests.proofs import leaks
from tests.proofs.nursery import Nursery
from tests.proofs.planting import Planted
from tests.proofs.site import site

PLANTED = 40


def test_nothing_of_planted_people_is_found(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    details = {"factory": leaks.LOUD, "processes": 1, "forks": forks}
    with site(tmp_path, database_url, **details) as place:
        figures = leaks.run(place, PLANTED)
    assert figures.holds, (figures.leaks, figures)
    assert figures.failures == 2 * PLANTED // 5
    # What may be found is found: the search works, in the tables and in their files.
    assert figures.found["database"]["codes"] == figures.found["database"]["comments"] == PLANTED
    assert b"SELECT round.questionnaire" in (tmp_path / "server.log").read_bytes()
    assert figures.sizes["pages"] > 1.2 * figures.sizes["public pages"], figures
    assert min(figures.sizes[name] for name in ("logs", "pages", "public pages")) > 10_000, figures


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_site_that_logs_as_flask_does_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, factory=leaks.CONTROL, forks=forks) as place:
        figures = leaks.run(place, PLANTED // 2)
    assert figures.leaks["tokens in logs"] >= PLANTED // 10
    assert figures.leaks["comments in logs"] >= PLANTED // 10
    assert figures.together > 0


def test_a_planted_remark_would_be_heard() -> None:
    planted = Planted(5, frozenset({b"A" * 22}))
    with leaks.listening() as heard:
        logging.getLogger("khaosat.web").debug("called %s about GIEO-00001", spelled(3))
        logging.getLogger("any").error("GET /q/%s?x", "A" * 22)
    found = planted.found(heard.getvalue().encode())
    assert {kind: len(hits) for kind, hits in found.items() if hits} == {
        "phones": 1,
        "codes": 1,
        "tokens": 1,
    }

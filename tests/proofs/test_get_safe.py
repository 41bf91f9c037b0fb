"""The quick form of `make prove NAME=get-safe`, on both databases."""

from pathlib import Path

import pytest

from tests.proofs import get_safe
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

VISITS, LAYOUT = 700, {"TB": {"land": 20}}


def test_whoever_looks_at_links_changes_nothing(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, LAYOUT, processes=1, forks=forks) as place:
        figures = get_safe.run(place, VISITS)
    assert figures.holds, figures
    assert figures.agents >= 30
    assert figures.answered == 20
    assert figures.rows > 50


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("factory", "changed"), [(get_safe.OPENED, "log_entry"), (get_safe.ANSWERED, "ballot")]
)
def test_a_site_that_does_something_when_a_link_is_opened_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery, factory: str, changed: str
) -> None:
    with site(tmp_path, database_url, LAYOUT, factory=factory, forks=forks) as place:
        figures = get_safe.run(place, VISITS // 5)
    assert changed in figures.changed, figures

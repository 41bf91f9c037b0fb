"""The quick form of `make prove NAME=malformed`, on both databases."""

from pathlib import Path

import pytest

from tests.proofs import malformed
from tests.proofs.insiders import furnished, rules
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

REQUESTS = 700
LAYOUT = {"TB": {"land": 8}}


def test_no_malformed_request_is_ever_our_fault(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, LAYOUT, processes=1, forks=forks) as place:
        figures = malformed.run(furnished(place), REQUESTS)
    assert figures.holds, (figures.failed + figures.bare + figures.logged)[:5]
    assert figures.sent >= 0.99 * REQUESTS
    assert figures.over_the_wire >= 0.1 * REQUESTS
    assert set(figures.by_rule) >= {rule for rule, _ in rules(place.app, public=True)}
    # Not all of it may be turned away at the door.
    assert figures.statuses[200] >= 0.1 * REQUESTS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_site_that_believes_an_address_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    details = {"factory": malformed.CONTROL, "forks": forks}
    with site(tmp_path, database_url, LAYOUT, **details) as place:
        figures = malformed.run(furnished(place), REQUESTS // 2)
    assert figures.failed, figures
    assert figures.logged, figures

"""The quick form of `make prove NAME=mobile`, on both databases."""

from pathlib import Path

import pytest

from tests.proofs import mobile
from tests.proofs.nursery import Nursery
from tests.proofs.site import site

PHONES = 30
LAYOUT = {"TB": {"land": PHONES}}


def test_phones_in_a_bad_network_finish_and_count_once(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, LAYOUT, processes=1, forks=forks) as place:
        figures = mobile.run(place, PHONES)
    assert figures.holds, figures
    assert figures.finished == figures.spent == PHONES, figures
    assert figures.cut >= 0.15, figures


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_site_that_does_not_know_a_form_again_is_caught(
    tmp_path: Path, database_url: str, forks: Nursery
) -> None:
    with site(tmp_path, database_url, LAYOUT, factory=mobile.CONTROL, forks=forks) as place:
        figures = mobile.run(place, PHONES, cut=0.5)
    assert not figures.holds, figures
    assert figures.finished < figures.spent, figures

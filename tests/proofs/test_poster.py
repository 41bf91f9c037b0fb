"""The quick form of `make prove NAME=poster`, on both databases."""

from pathlib import Path

from tests.proofs import poster
from tests.proofs.site import site

TRIES, PEOPLE = 240, 6


def test_wrong_digits_get_nowhere_and_right_ones_do(tmp_path: Path, database_url: str) -> None:
    layout = {"TB": {"land": TRIES // 10 + PEOPLE}}
    with site(tmp_path, database_url, layout, started=False) as place:
        figures = poster.run(place, TRIES, PEOPLE)
    assert figures.holds, figures
    assert figures.right_passed == PEOPLE


def test_a_door_that_does_not_count_is_opened(tmp_path: Path, database_url: str) -> None:
    with site(tmp_path, database_url, {"TB": {"land": 3}}, started=False) as place:
        assert poster.control(place)

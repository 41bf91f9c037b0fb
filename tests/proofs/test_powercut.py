"""The quick form of `make prove NAME=powercut`: the harness first, then the product."""

import os
from pathlib import Path

import pytest

from tests.proofs import powercut, recording_disk

CUTS, ANSWERS = 8, 34


@pytest.fixture(scope="module", autouse=True)
def watched() -> None:
    if not recording_disk.available():
        # Only Linux has strace, and not every container lets it look.
        assert not os.environ.get("REQUIRE_STRACE"), "strace cannot be used here"
        pytest.skip("power cuts are recorded with strace, which cannot be used here")


def test_a_program_that_waits_for_the_disk_is_never_blamed(tmp_path: Path) -> None:
    figures = powercut.reference(tmp_path / "full", "FULL", 3 * CUTS)
    assert figures.faults == 0, figures
    assert figures.unsafe > CUTS, figures


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_program_that_does_not_wait_for_the_disk_is_caught(
    tmp_path: Path, synchronous: str
) -> None:
    figures = powercut.reference(tmp_path / "other", synchronous, CUTS)
    assert figures.lost > 0, figures


def test_no_power_cut_takes_an_acknowledged_answer(tmp_path: Path) -> None:
    figures = powercut.product(tmp_path / "site", "product", ANSWERS, CUTS)
    assert figures.faults == 0, figures
    assert figures.unsafe >= CUTS // 2, figures


def test_the_product_without_waiting_for_the_disk_is_caught(tmp_path: Path) -> None:
    figures = powercut.product(tmp_path / "site", "careless", ANSWERS, CUTS)
    assert figures.lost > 0, figures


def test_key_files_that_nobody_waits_for_are_caught(tmp_path: Path) -> None:
    figures = powercut.product(tmp_path / "site", "careless-with-keys", ANSWERS, CUTS)
    assert figures.without_key > 0, figures

"""The quick form of `make prove NAME=large-lists`: what must hold, without its timings."""

import pytest
from flask import Flask

from tests.app import round_steps
from tests.proofs import large_lists, workers

ROWS = large_lists.QUICK_ROWS


@pytest.fixture
def environ(app: Flask, database_url: str, tmp_path) -> dict[str, str]:
    round_steps.add_units(*large_lists.UNITS)
    return workers.environ_of(tmp_path, database_url)


@pytest.mark.parametrize("make", [large_lists.csv_list, large_lists.xlsx_list])
def test_progress_moves_while_a_list_is_imported(environ, make) -> None:
    shares = large_lists.imported(environ, make(ROWS), "list")
    assert shares == sorted(set(shares))
    assert len(shares) >= 3
    assert shares[-1] == 1
    assert large_lists.stored() == ROWS


def test_a_cancellation_half_way_leaves_no_row(environ) -> None:
    assert large_lists.cancelled(environ, large_lists.csv_list(ROWS), ROWS) == 0
    assert large_lists.staged() == 0


def test_a_kill_half_way_and_a_restart_leave_one_list(environ) -> None:
    assert large_lists.killed(environ, large_lists.csv_list(ROWS), ROWS) == ROWS

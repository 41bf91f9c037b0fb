"""The measurement of calls for codes runs; how fast they were is for `make bench` to say."""

import pytest

from benchmarks import credentials


def test_each_kind_of_call_is_held_against_a_route_that_does_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(credentials, "CALLS", 3)
    monkeypatch.setattr(credentials, "ROUNDS", 1)
    rows = credentials.rows()
    assert [row.goal for row in rows] == ["<= 3.0"] * 3
    assert all(row.value > 0 and row.baseline > 0 and row.name.endswith("p95") for row in rows)

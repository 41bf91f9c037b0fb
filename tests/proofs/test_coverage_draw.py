"""The quick form of `make prove NAME=coverage-draw`."""

import pytest

from tests.proofs.coverage_draw import ARMS, run

ROUNDS = 60


@pytest.mark.parametrize("arm", [arm for arm in ARMS if "sampford" not in arm])
def test_intervals_cover_unless_communes_are_forgotten(arm: str) -> None:
    found = run(arm, ROUNDS)
    if arm.startswith("control"):
        assert found.coverage < 0.8
        assert found.ratio < 0.75
    else:
        # Of 60, 57 are to be expected; fewer than 51 once in a thousand times.
        assert found.coverage >= 51 / 60
        assert 0.75 < found.ratio < 1.4

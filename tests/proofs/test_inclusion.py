"""The quick form of `make prove NAME=inclusion`."""

import numpy as np
import pytest

from tests.proofs import inclusion
from tests.proofs.inclusion import Method, counted, gathered

RUNS = 500


@pytest.mark.parametrize("name", sorted(gathered()))
def test_a_method_draws_as_often_as_it_says(name: str) -> None:
    assert counted(gathered()[name], RUNS).strays == name.startswith("control")


def test_what_is_certain_must_always_happen_and_what_is_impossible_never() -> None:
    single = np.array([1.0, 0.0])
    assert not counted(Method(lambda _: np.array([True, False]), single), 50).strays
    assert counted(Method(lambda g: np.array([g.random() < 0.9, False]), single), 200).strays
    assert counted(Method(lambda g: np.array([True, g.random() < 0.1]), single), 200).strays


def test_right_singles_do_not_hide_wrong_pairs() -> None:
    def both_or_none(generator: np.random.Generator) -> np.ndarray:
        return np.full(2, generator.random() < 0.5)

    single, joint = np.full(2, 0.5), np.full((2, 2), 0.25)
    assert not counted(Method(both_or_none, single), 500).strays
    assert counted(Method(both_or_none, single, joint), 500).strays


def test_frames_are_small_and_statements_are_probabilities() -> None:
    with pytest.raises(ValueError, match="at most 40"):
        counted(Method(lambda _: np.zeros(41, dtype=bool), np.zeros(41)), 1)
    with pytest.raises(ValueError, match="outside"):
        counted(Method(lambda _: np.zeros(1, dtype=bool), np.array([1.1])), 1)
    assert inclusion.ALPHA == 1e-3

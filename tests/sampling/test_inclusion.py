from fractions import Fraction
from math import fsum
from string import Formatter

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import InclusionError
from sampling.inclusion import inclusion_probabilities, stratified_probabilities
from sampling.inclusion_messages import INCLUSION_MESSAGES

SIZES = st.lists(st.integers(1, 10**6), min_size=1, max_size=40)


def exact(sizes: list[int], n: int) -> list[Fraction]:
    """Certain units taken out, one round after the other, in exact fractions."""
    certain: set[int] = set()
    while True:
        total = sum(size for at, size in enumerate(sizes) if at not in certain)
        left = n - len(certain)
        found = [
            Fraction(1) if at in certain else Fraction(left * size, total)
            for at, size in enumerate(sizes)
        ]
        filled = {at for at, share in enumerate(found) if share >= 1}
        if filled <= certain:
            return found
        certain |= filled


@given(SIZES, st.data())
def test_probabilities_are_those_of_exact_fractions(sizes: list[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(1, len(sizes)))
    found = inclusion_probabilities(sizes, n)
    assert found == pytest.approx([float(share) for share in exact(sizes, n)], rel=1e-11)
    assert abs(fsum(found) - n) <= np.spacing(float(n))


@given(SIZES, st.floats(0.01, 0.9), st.floats(0, 1))
def test_a_minimum_holds_and_the_sum_stays(sizes: list[int], minimum: float, part: float) -> None:
    least = minimum * len(sizes)
    n = least + part * (len(sizes) - least)
    found = inclusion_probabilities(sizes, n, minimum=minimum)
    assert fsum(found) == pytest.approx(n, rel=1e-12)
    assert (found >= minimum * (1 - 1e-12)).all()
    assert (found <= 1).all()
    # Between the bounds, probabilities are in proportion to size.
    between = (found > minimum * (1 + 1e-9)) & (found < 1 - 1e-9)
    factor = found[between] / np.array(sizes)[between]
    assert factor == pytest.approx(factor[:1].repeat(factor.size), rel=1e-9)


def test_a_unit_becomes_certain_because_a_larger_one_did() -> None:
    # At first only 1000 is above its share; without it 60 is too.
    found = inclusion_probabilities([1000, 60, 20, 20], 3)
    assert found.tolist() == [1, 1, 0.5, 0.5]


def test_all_may_be_taken() -> None:
    assert inclusion_probabilities([5, 1, 3], 3).tolist() == [1, 1, 1]


def test_units_without_size_are_spoken_of() -> None:
    with pytest.raises(InclusionError, match="place 1 has size 0"):
        inclusion_probabilities([4, 0, 4], 1)
    assert inclusion_probabilities([4, 0, 4], 1, zeros=True).tolist() == [0.5, 0, 0.5]
    assert inclusion_probabilities([4, 0, 4], 1, minimum=0.2).tolist() == pytest.approx(
        [0.4, 0.2, 0.4]
    )
    assert inclusion_probabilities([0, 0], 1, minimum=0.2).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("sizes", "n", "minimum", "code"),
    [
        ([], 1, 0, "no_units"),
        ([1, -2], 1, 0, "bad_measure"),
        ([1, float("nan")], 1, 0, "bad_measure"),
        ([1, 2], 3, 0, "bad_expected_size"),
        ([1, 2], 0, 0, "bad_expected_size"),
        ([1, 2], 1, 1.0, "bad_minimum"),
        ([1, 2, 3], 1, 0.5, "minimum_needs_more"),
    ],
)
def test_what_cannot_be_is_refused(sizes: list[float], n: float, minimum: float, code: str) -> None:
    with pytest.raises(InclusionError) as caught:
        inclusion_probabilities(sizes, n, minimum=minimum)
    assert caught.value.code == code
    assert caught.value.message("vi") != caught.value.message("en")


def test_strata_are_worked_out_apart() -> None:
    size, stratum = [10, 20, 30, 7, 7], ["a", "a", "a", "b", "b"]
    found = stratified_probabilities(size, stratum, {"a": 1, "b": 1})
    assert found == pytest.approx([1 / 6, 1 / 3, 1 / 2, 1 / 2, 1 / 2])
    assert stratified_probabilities(size, stratum, {"a": 2, "b": 0})[3:].tolist() == [0, 0]
    for sizes in ({"a": 1}, {"a": 1, "b": 1, "c": 1}):
        with pytest.raises(InclusionError, match="stands on the frame only"):
            stratified_probabilities(size, stratum, sizes)
    with pytest.raises(InclusionError, match="5 units"):
        stratified_probabilities(size, stratum[:4], {"a": 1, "b": 1})


def test_messages_quote_the_same_things_in_both_languages() -> None:
    for code, texts in INCLUSION_MESSAGES.items():
        assert set(texts) == {"vi", "en"}, code
        quoted = [{name for _, name, _, _ in Formatter().parse(texts[at])} for at in ("vi", "en")]
        assert quoted[0] - {None} == quoted[1] - {None}, code

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.coding import classes
from sampling.errors import WeightingError
from sampling.nonresponse import (
    adjust_by_propensity,
    adjust_in_classes,
    propensity_classes,
    settle_eligibility,
)

ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.floats(0.1, 50)), min_size=1, max_size=40
)


@given(ROWS)
def test_every_class_keeps_its_sum_or_is_named(rows: list[tuple[str, bool, float]]) -> None:
    within = classes([[name for name, _, _ in rows]])
    answered = np.array([answer for _, answer, _ in rows])
    weight = np.array([w for _, _, w in rows])
    silent = [name for (name,) in within.names if not any(a for n, a, _ in rows if n == name)]
    if silent:
        with pytest.raises(WeightingError, match=f"nobody answered in class '{silent[0]}'"):
            adjust_in_classes(weight, answered, within)
        return
    adjusted = adjust_in_classes(weight, answered, within)
    assert (adjusted.weight[~answered] == 0).all()
    for code in range(len(within.names)):
        inside = within.codes == code
        assert adjusted.weight[inside].sum() == pytest.approx(weight[inside].sum())


def test_classes_are_crossed_and_named() -> None:
    within = classes([["x", "y", "x"], [1.0, 2.0, 2.0]])
    assert within.labels() == ("x.1", "x.2", "y.2")
    assert within.codes.tolist() == [0, 2, 1]


def test_rows_of_unknown_eligibility_are_stood_for_by_the_known() -> None:
    within = classes([["a", "a", "a", "a"]])
    settled = settle_eligibility([3, 3, 3, 3], [1, 1, 0, 0], [0, 0, 0, 1], within)
    assert settled.weight.tolist() == [4, 4, 0, 0]
    assert settled.factor.tolist() == [pytest.approx(4 / 3)]


def test_a_class_of_which_nothing_is_known_is_named() -> None:
    within = classes([["a", "b"]])
    with pytest.raises(WeightingError, match="class 'b'"):
        settle_eligibility([1, 1], [True, False], [False, True], within)


def test_weights_are_divided_by_propensities() -> None:
    assert adjust_by_propensity([2, 2, 2], [1, 0, 1], [0.5, 0.5, 1.0]).tolist() == [4, 0, 2]


def test_fifths_hold_their_upper_break() -> None:
    breaks, within = propensity_classes(np.arange(1, 12) / 11)
    assert breaks * 11 == pytest.approx([1, 3, 5, 7, 9, 11])
    assert (np.bincount(within.codes)).tolist() == [3, 2, 2, 2, 2]


def test_equal_propensities_stay_together() -> None:
    _, within = propensity_classes([0.3, 0.3 + 1e-16, 0.3, 0.9])
    assert within.codes.tolist() == [0, 0, 0, 1]
    assert within.names == (("1",), ("4",)) or len(within.names) == 2


@pytest.mark.parametrize("propensity", [[0.0, 0.5], [0.5, math.nan], [0.5, 1.5], [], [[0.5]]])
def test_what_is_no_probability_is_refused(propensity) -> None:
    with pytest.raises(WeightingError):
        propensity_classes(propensity)


@pytest.mark.parametrize("answered", [[1, 2], [1, math.nan], ["yes", "no"], [True]])
def test_answers_must_be_true_or_false(answered) -> None:
    with pytest.raises(WeightingError):
        adjust_in_classes([1, 1], answered, classes([["a", "a"]]))


@pytest.mark.parametrize("columns", [[], [["a"], ["a", "b"]], [["a", ""]]])
def test_columns_that_make_no_classes_are_refused(columns) -> None:
    with pytest.raises(WeightingError):
        classes(columns)

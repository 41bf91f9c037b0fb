import math

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st

from sampling.errors import WeightingError
from sampling.margins import held
from sampling.trimming import limit_of, trim, trim_keeping
from tests.sampling.test_calibration import sample

weights = st.lists(st.floats(0.01, 1000), min_size=2, max_size=60)


@given(weights, st.floats(0.1, 0.9), st.floats(1.2, 5), st.booleans())
def test_the_sum_stays(values: list[float], low: float, high: float, strict: bool) -> None:
    mean = sum(values) / len(values)
    assume(any(low * mean <= value <= high * mean for value in values))
    trimmed = trim(values, lower=low * mean, upper=high * mean, strict=strict)
    assert trimmed.sum() == pytest.approx(sum(values))
    if strict:
        assert trimmed.min() >= low * mean * (1 - 1e-7)
        assert trimmed.max() <= high * mean * (1 + 1e-7)


def test_what_is_cut_goes_in_equal_parts_to_the_others() -> None:
    assert trim([14, 10, 1], upper=10).tolist() == [10, 12, 3]
    assert trim([14, 10, 1], upper=10, strict=True) == pytest.approx([10, 10, 5])


def test_a_row_of_weight_0_takes_no_share_and_is_not_lifted() -> None:
    assert trim([0, 20, 5, 5], lower=1, upper=10).tolist() == [0, 10, 10, 10]


def test_a_weight_on_a_limit_but_for_rounding_is_not_cut() -> None:
    assert trim([9.0, 20.0, 10 * (1 + 1e-10)], upper=10).tolist() == pytest.approx([14, 10, 15])


@given(st.integers(0, 1000))
def test_trimming_can_keep_margins(seed: int) -> None:
    _, base, margins = sample(seed)
    margins = held(margins, base)
    upper = limit_of("3×median", base)
    result = trim_keeping(base, margins, lower=1, upper=upper)
    assert margins.meet(result.weight, 2e-9)
    assert result.weight.max() <= upper
    assert result.weight.min() >= 1


def test_limits_that_leave_a_total_out_of_reach_name_it() -> None:
    _, base, margins = sample(1)
    with pytest.raises(WeightingError) as caught:
        trim_keeping(base, held(margins, base), upper=float(base.mean()) * 0.9)
    assert caught.value.code == "out_of_reach"
    assert caught.value.params["name"] in {"sex", "age"}


@pytest.mark.parametrize(
    ("text", "limit"),
    [("5×median", 10), ("1.5 x mean", 4.5), ("2*median", 4), ("7.5", 7.5), (3, 3)],
)
def test_limits_may_be_multiples(text, limit: float) -> None:
    assert limit_of(text, [0, 1, 2, 6]) == pytest.approx(limit)


@pytest.mark.parametrize("text", ["5×mode", "", "many", "×median"])
def test_a_limit_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WeightingError, match="cannot be read"):
        limit_of(text, [1.0])


@pytest.mark.parametrize(
    ("lower", "upper"), [(2, 1), (-1, 1), (math.nan, 1), (0, math.nan), (1, 1)]
)
def test_limits_in_the_wrong_order_are_refused(lower: float, upper: float) -> None:
    with pytest.raises(WeightingError, match="trimmed at"):
        trim([1.0, 2.0], lower=lower, upper=upper)


@pytest.mark.parametrize("strict", [True, False])
def test_limits_that_everybody_passes_are_refused(strict: bool) -> None:
    with pytest.raises(WeightingError, match="2 weights add up to 40"):
        trim([20.0, 20.0], upper=10, strict=strict)


def test_strict_limits_that_cannot_hold_the_sum_are_refused() -> None:
    with pytest.raises(WeightingError, match="3 weights add up to 35"):
        trim([20.0, 10.0, 5.0], upper=10, strict=True)


def test_weights_within_the_limits_are_left_alone() -> None:
    values = np.array([1.0, 2.0, 3.0])
    assert (trim(values, lower=1, upper=3, strict=True) == values).all()

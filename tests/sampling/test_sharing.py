import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import AllocationError
from sampling.sharing import bounds, shared_out, spread

Parts = tuple[list[float], list[int], list[int], float]


@st.composite
def parts(draw: st.DrawFn) -> Parts:
    strata = draw(st.integers(1, 10))
    shares = draw(st.lists(st.floats(1e-3, 1e3), min_size=strata, max_size=strata))
    upper = draw(st.lists(st.integers(0, 300), min_size=strata, max_size=strata))
    lower = [draw(st.integers(0, most)) for most in upper]
    n = sum(lower) + draw(st.floats(0, 1)) * (sum(upper) - sum(lower))
    return shares, lower, upper, n


@given(parts())
def test_parts_add_up_keep_their_bounds_and_share_one_factor(given_parts: Parts) -> None:
    shares, lower, upper, n = given_parts
    found = spread(shares, n, lower, upper)
    assert found.sum() == pytest.approx(n, rel=1e-12, abs=1e-9)
    assert (found >= lower).all()
    assert (found <= upper).all()
    factors = found / np.array(shares)
    inside = (found > np.array(lower) + 1e-9) & (found < np.array(upper) - 1e-9)
    if inside.any():
        factor = factors[inside].max()
        assert factors[inside].min() == pytest.approx(factor, rel=1e-6)
        at_lower = ~inside & (found <= np.array(lower) + 1e-9) & (np.array(lower) < upper)
        assert (factors[at_lower] >= factor * (1 - 1e-6)).all()


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=10), st.floats(0, 1e4))
def test_without_bounds_parts_are_in_plain_proportion(shares: list[float], n: float) -> None:
    found = spread(shares, n, 0, np.inf)
    assert found == pytest.approx(n * np.array(shares) / sum(shares), rel=1e-12)


def test_a_total_out_of_reach_is_refused_with_what_can_be_reached() -> None:
    with pytest.raises(AllocationError, match="from 1 to 9"):
        spread([1, 2], 10, [1, 0], [4, 5])
    with pytest.raises(AllocationError, match="from 2 to 2"):
        spread([0, 0], 3, [1, 1], [4, 5])


def test_limits_of_every_stratum_hold_and_whole_strata_are_whole() -> None:
    within = bounds([100, 50, 8, 8], [10, 0, 20, 0], [40, 50, 50, 50], [False, False, False, True])
    assert within.lower.tolist() == [10, 0, 8, 8]
    assert within.upper.tolist() == [40, 50, 8, 8]
    assert shared_out(np.ones(4), 56, within).tolist() == [20, 20, 8, 8]
    assert shared_out(np.array([100.0, 1, 1, 1]), 90, within).tolist() == [40, 34, 8, 8]


def test_a_minimum_above_the_cap_names_the_stratum() -> None:
    with pytest.raises(AllocationError, match="stratum number 2 must give 9 but may give 5"):
        bounds([50, 50], [0, 9], 5)
    with pytest.raises(AllocationError, match="stratum number 1 must give 50"):
        bounds([50, 50], 0, [5, 50], [True, False])


@pytest.mark.parametrize(
    "limits", [{"minimum": [1, 2, 3]}, {"maximum": [float("nan"), 1]}, {"take_all": [True]}]
)
def test_limits_are_one_for_each_stratum(limits: dict) -> None:
    with pytest.raises(AllocationError, match="2 strata"):
        bounds([5, 5], **limits)
    with pytest.raises(AllocationError, match="whole"):
        bounds([5, 5], maximum=2.5)

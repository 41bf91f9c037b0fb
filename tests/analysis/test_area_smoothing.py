import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from analysis.area_smoothing import ratio_benchmarked, smoothed_variances
from analysis.model_errors import ModelError

N = np.array([12.0, 30.0, 45.0, 20.0, 80.0, 16.0])
P = np.array([0.5, 0.7, 0.9, 0.8, 0.6, 0.95])


def test_variances_on_a_curve_stay_there() -> None:
    variance = np.exp(-2 - np.log(N) + 5 * P * (1 - P))
    assert smoothed_variances(variance, N, P) == pytest.approx(variance, rel=1e-12)


def test_a_variance_of_zero_or_none_gets_that_of_the_curve() -> None:
    curve = np.exp(-2 - 0.8 * np.log(N) + 5 * P * (1 - P))
    variance = curve.copy()
    variance[[1, 4]] = 0.0, np.nan
    assert smoothed_variances(variance, N, P) == pytest.approx(curve, rel=1e-12)


@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1e-3, 1e3))
@settings(max_examples=30, deadline=None)
def test_smoothing_keeps_the_sum_and_the_units(seed: int, factor: float) -> None:
    variance = np.random.default_rng(seed).gamma(2.0, size=6) + 1e-3
    smooth = smoothed_variances(variance, N)
    assert smooth.sum() == pytest.approx(variance.sum(), rel=1e-12)
    assert (smooth > 0).all()
    assert smoothed_variances(variance * factor, N) == pytest.approx(smooth * factor, rel=1e-9)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("bad_area_variance", {"variance": np.array([1, 1, -1.0, 1, 1, 1])}),
        ("bad_area_variance", {"variance": np.array([1, 1, np.inf, 1, 1, 1])}),
        ("bad_area_size", {"n": np.array([9, 9, 0.0, 9, 9, 9])}),
        ("bad_area_size", {"n": np.array([9, 9, np.nan, 9, 9, 9])}),
        ("bad_share", {"share": np.array([0.5, 0.5, 1.5, 0.5, 0.5, 0.5])}),
    ],
)
def test_a_figure_that_cannot_be_names_its_area(
    code: str, changed: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]
) -> None:
    given = {"variance": 1 / N, "n": N, "share": P, "areas": list("abcdef"), **changed}
    with pytest.raises(ModelError, match="'c'") as caught:
        smoothed_variances(**given)  # type: ignore[arg-type]  # any value is tried
    assert caught.value.code == code


def test_a_curve_needs_areas_that_differ_and_enough_of_them() -> None:
    with pytest.raises(ModelError, match="log n"):
        smoothed_variances(1 / N, np.full(6, 30.0))
    with pytest.raises(ModelError, match=r"p \(1 - p\)"):
        smoothed_variances(1 / N, N, np.full(6, 0.5))
    with pytest.raises(ModelError, match="only 3 areas"):
        smoothed_variances(np.array([1.0, 2.0, 3.0, 0, 0, 0]), N, P)
    with pytest.raises(ModelError, match="shape"):
        smoothed_variances(1 / N, N, P[:2])
    with pytest.raises(ModelError, match="shape"):
        smoothed_variances(1 / N, N[:2])


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_benchmarked_areas_average_to_the_higher_level(seed: int) -> None:
    draw = np.random.default_rng(seed)
    value, size = draw.uniform(40, 90, size=9), draw.uniform(10, 1000, size=9)
    group = np.repeat(["north", "south", "west"], 3)
    targets = {"north": 60.0, "south": 70.0, "west": 80.0}
    found = ratio_benchmarked(value, size, group, targets)
    for name, target in targets.items():
        here = group == name
        assert np.average(found.value[here], weights=size[here]) == pytest.approx(target, rel=1e-12)
        assert np.ptp(found.ratio[here]) == 0


def test_a_group_that_cannot_be_benchmarked_is_named() -> None:
    with pytest.raises(ModelError, match="'b' has no finite"):
        ratio_benchmarked([1.0, 2.0], [1, 1], ["a", "b"], {"a": 1.0})
    with pytest.raises(ModelError, match="'a' has no finite"):
        ratio_benchmarked([1.0, 2.0], [1, 1], ["a", "a"], {"a": np.nan})
    for value, target in (([0.0, 0.0], 3.0), ([1.0, 2.0], -3.0), ([1.0, 2.0], 0.0)):
        with pytest.raises(ModelError, match="'a' cannot be benchmarked"):
            ratio_benchmarked(value, [1, 1], ["a", "a"], {"a": target})
    with pytest.raises(ModelError, match="size of area '2'"):
        ratio_benchmarked([1.0, 2.0], [1, 0], ["a", "a"], {"a": 3.0})
    with pytest.raises(ModelError, match="'value' is missing"):
        ratio_benchmarked([1.0, np.nan], [1, 1], ["a", "a"], {"a": 3.0})
    with pytest.raises(ModelError, match="shape"):
        ratio_benchmarked([1.0, 2.0], [1], ["a", "a"], {"a": 3.0})

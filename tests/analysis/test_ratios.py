import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.domains import crossed
from analysis.errors import EstimationError
from analysis.estimate import mean, mean_by, total
from analysis.inference_errors import InferenceError
from analysis.ratios import ratio, ratio_by
from tests.analysis.cluster_samples import clustered, jackknife, simple


@given(st.integers(0, 10_000))
def test_a_ratio_to_one_is_a_mean(seed: int) -> None:
    sample = clustered(seed)
    by = crossed([sample.service])
    ones = np.ones(sample.y.size)
    ours, theirs = ratio_by(sample.y, ones, by, sample.design), mean_by(sample.y, by, sample.design)
    for field in ("value", "se", "deff", "df", "n", "effective_n"):
        assert getattr(ours, field) == pytest.approx(getattr(theirs, field), rel=1e-9), field


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_units_of_the_denominator_cancel(seed: int, unit: float) -> None:
    sample = clustered(seed)
    plain, scaled = (ratio(sample.y, sample.days * by, sample.design) for by in (1, unit))
    assert scaled.value * unit == pytest.approx(plain.value, rel=1e-9)
    assert scaled.se * unit == pytest.approx(plain.se, rel=1e-9)
    assert scaled.deff == pytest.approx(plain.deff, rel=1e-6)


@given(st.integers(0, 10_000))
def test_a_ratio_is_one_total_by_another(seed: int) -> None:
    sample = clustered(seed)
    above, below = (total(y, sample.design).value for y in (sample.y, sample.days))
    assert ratio(sample.y, sample.days, sample.design).value == pytest.approx(above / below)


def test_one_denominator_serves_all_numerators_or_each_its_own() -> None:
    sample = clustered(1)
    both = np.column_stack([sample.y, sample.group])
    shared = ratio(both, sample.days, sample.design)
    own = ratio(both, np.column_stack([sample.days, sample.days]), sample.design)
    assert own.value == pytest.approx(shared.value)
    assert own.covariance == pytest.approx(shared.covariance)
    with pytest.raises(InferenceError, match="2 numerators and 3 denominators"):
        ratio(both, np.ones((sample.y.size, 3)), sample.design)


def test_replicates_tell_nearly_the_same_error() -> None:
    sample = clustered(2)
    ours = ratio(sample.y, sample.days, jackknife(sample.design))
    assert ours.se == pytest.approx(ratio(sample.y, sample.days, sample.design).se, rel=0.2)


def test_a_denominator_of_nothing_gives_no_ratio() -> None:
    found = ratio([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], simple(3))
    assert np.isnan([found.value, found.se]).all()


def test_a_missing_part_spreads_or_leaves_its_row_out() -> None:
    sample = clustered(3)
    days = sample.days.copy()
    days[0] = np.nan
    assert np.isnan(ratio(sample.y, days, sample.design).value).all()
    inside = np.arange(days.size) > 0
    kept = ratio(sample.y, sample.days, sample.design.domain(inside))
    assert ratio(sample.y, days, sample.design, missing="drop").value == pytest.approx(kept.value)


def test_an_empty_domain_has_no_ratio_and_spoils_no_other() -> None:
    sample = clustered(4)
    design = sample.design.domain(sample.service != "tax")
    found = ratio_by(sample.y, sample.days, crossed([sample.service]), design)
    assert np.isnan(found.value[:, 0]).tolist() == [False, False, True]
    assert np.isnan(found.se[:, 0]).tolist() == [False, False, True]


def test_columns_of_other_rows_are_refused() -> None:
    with pytest.raises(EstimationError, match="the design has 3 rows"):
        ratio([1.0, 2.0], [1.0, 1.0, 1.0], simple(3))


def test_a_mean_of_ratios_is_not_the_ratio() -> None:
    sample = clustered(5)
    apart = mean(sample.y / sample.days, sample.design).value
    assert apart != pytest.approx(ratio(sample.y, sample.days, sample.design).value, rel=0.1)

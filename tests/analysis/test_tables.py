from typing import get_args

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import chi2, chi2_contingency, f

from analysis.errors import EstimationError
from analysis.inference_errors import InferenceError
from analysis.quadratic_forms import satterthwaite, upper_tail
from analysis.tables import Criterion, independence_test
from tests.analysis.cluster_samples import clustered, jackknife, simple

SMOOTH = ("F", "Chisq", "saddlepoint")


@given(st.integers(0, 10_000))
def test_without_design_effects_it_is_pearsons_test(seed: int) -> None:
    generator = np.random.default_rng(seed)
    rows, columns = generator.integers(0, 3, 200), generator.integers(0, 2, 200)
    counts = np.array([[((rows == i) & (columns == j)).sum() for j in (0, 1)] for i in range(3)])
    theirs = chi2_contingency(counts, correction=False)
    ours = independence_test(rows, columns, simple(200), statistic="Chisq")
    assert ours.statistic == pytest.approx(theirs.statistic)
    # Standard errors divide by n - 1.
    assert ours.p_value == pytest.approx(chi2.sf(theirs.statistic * 199 / 200, 2), rel=1e-6)
    second = independence_test(rows, columns, simple(200))
    assert second.df == pytest.approx((2, 398))
    assert second.statistic == pytest.approx(theirs.statistic * 199 / 400)


@given(st.integers(0, 10_000), st.sampled_from(get_args(Criterion)))
def test_rows_and_columns_may_change_places(seed: int, statistic: Criterion) -> None:
    sample = clustered(seed)
    one = independence_test(sample.service, sample.satisfied, sample.design, statistic=statistic)
    two = independence_test(sample.satisfied, sample.service, sample.design, statistic=statistic)
    assert one.statistic == pytest.approx(two.statistic, rel=1e-6)
    assert one.p_value == pytest.approx(two.p_value, rel=1e-5)


@given(st.integers(0, 10_000), st.sampled_from(get_args(Criterion)), st.floats(0.01, 100))
def test_the_size_of_the_population_does_not_count(
    seed: int, statistic: Criterion, scale: float
) -> None:
    sample = clustered(seed)
    design = sample.design
    larger = type(design)(design.weight * scale, design.scheme)
    one, two = (
        independence_test(sample.service, sample.group, drawn, statistic=statistic)
        for drawn in (design, larger)
    )
    assert one.statistic == pytest.approx(two.statistic, rel=1e-6)
    assert 0 <= one.p_value <= 1


def test_a_true_hypothesis_is_refused_about_as_often_as_promised() -> None:
    refused = dict.fromkeys(get_args(Criterion), 0)
    for seed in range(120):
        sample = clustered(seed, rows=300, replaced=True)
        for statistic in refused:
            found = independence_test(
                sample.service, sample.group, sample.design, statistic=statistic
            )
            refused[statistic] += found.p_value < 0.05
    # First-order corrections ignore that design effects are estimated, Wald that clusters are few.
    assert all(refused[statistic] <= 15 for statistic in ("F", "saddlepoint", "adjWald")), refused
    assert all(count <= 27 for count in refused.values()), refused


def test_an_empty_cell_is_no_obstacle() -> None:
    rows = np.repeat(["a", "b", "b"], 20)
    columns = np.tile(["x", "y"], 30)
    columns[:20] = "x"
    for statistic in get_args(Criterion):
        found = independence_test(rows, columns, simple(60), statistic=statistic)
        assert 0 < found.p_value < 0.01, statistic


def test_a_level_that_only_other_rows_have_makes_no_row_of_the_table() -> None:
    sample = clustered(3)
    kept = sample.service != "tax"
    narrowed = independence_test(sample.service, sample.group, sample.design.domain(kept))
    renamed = np.where(kept, sample.service, "land")
    same = independence_test(renamed, sample.group, sample.design.domain(kept))
    assert narrowed.statistic == pytest.approx(same.statistic)
    assert narrowed.df[0] == pytest.approx(1)


def test_a_single_level_is_named() -> None:
    with pytest.raises(InferenceError) as caught:
        independence_test(["a"] * 4, [0, 1, 0, 1], simple(4), names=("service", "sex"))
    assert "'service' = 'a'" in caught.value.message("en")
    assert "«service» = «a»" in caught.value.message("vi")
    with pytest.raises(InferenceError, match="no row of the domain has 'rows'"):
        independence_test(["a", "b"], [0, 1], simple(2).domain(np.zeros(2, bool)))


def test_missing_labels_spread_or_are_dropped() -> None:
    sample = clustered(5)
    service = sample.service.copy()
    service[:3] = ""
    found = independence_test(service, sample.group, sample.design)
    assert np.isnan([found.statistic, found.p_value]).all()
    dropped = independence_test(service, sample.group, sample.design, missing="drop")
    kept = sample.design.domain(np.arange(service.size) >= 3)
    assert dropped == independence_test(sample.service, sample.group, kept)


def test_replicates_tell_nearly_the_same() -> None:
    sample = clustered(6)
    for statistic in SMOOTH:
        plain, replicated = (
            independence_test(sample.service, sample.group, design, statistic=statistic)
            for design in (sample.design, jackknife(sample.design))
        )
        assert replicated.p_value == pytest.approx(plain.p_value, abs=0.1)


def test_wald_needs_as_many_clusters_as_parameters() -> None:
    sample = clustered(7)
    ten = np.arange(sample.y.size) % 10
    with pytest.raises(InferenceError, match="18 parameters and the design 9 degrees of freedom"):
        independence_test(ten, sample.service, sample.design, statistic="Wald")
    assert 0 <= independence_test(ten, sample.service, sample.design).p_value <= 1


def test_a_census_cannot_be_tested() -> None:
    sample = clustered(8)
    whole = type(sample.design)(sample.design.weight, sample.design.scheme)
    stage = whole.first_stage
    stage.population[:] = stage.sampled
    with pytest.raises(InferenceError, match="variance of 'rows x columns' is 0"):
        independence_test(sample.service, sample.group, whole)


def test_unknown_statistics_and_uneven_columns_are_refused() -> None:
    with pytest.raises(EstimationError, match="'lincom'"):
        independence_test([0, 1], [0, 1], simple(2), statistic="lincom")  # type: ignore[arg-type]  # no such word
    with pytest.raises(InferenceError, match="'columns' has shape"):
        independence_test([0, 1], [0, 1, 0], simple(2))


@given(st.floats(0.1, 30), st.integers(3, 200))
def test_with_equal_weights_the_saddlepoint_is_near_the_f_distribution(x: float, df: int) -> None:
    exact = f.sf(x / 3, 3, df)
    found = upper_tail(x, np.ones(3), df)
    assert found == pytest.approx(exact, rel=0.08)
    assert satterthwaite(x, np.ones(3), df) == pytest.approx(exact)


def test_the_saddlepoint_is_near_the_chance_it_approximates() -> None:
    generator = np.random.default_rng(1)
    weight = np.array([3.0, 1.0, 0.2])
    draws = generator.chisquare(1, (400_000, 3)) @ weight
    draws /= generator.chisquare(20, 400_000) / 20
    for x in (1.0, 5.0, 15.0):
        assert upper_tail(x, weight, 20) == pytest.approx((draws > x).mean(), rel=0.06)
    assert upper_tail(0.0, weight, 20) == 1
    at_mean = upper_tail(float(weight.sum()) * (1 + 1e-12), weight, 20)
    assert at_mean == pytest.approx(satterthwaite(float(weight.sum()), weight, 20))

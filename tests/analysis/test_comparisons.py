from typing import get_args

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.stats import rankdata

from analysis.comparisons import Score, population_ranks, rank_test, t_test
from analysis.errors import EstimationError
from analysis.inference_errors import InferenceError
from analysis.regression import regression
from tests.analysis.cluster_samples import clustered, jackknife, simple


@given(st.integers(0, 10_000), st.booleans())
def test_the_t_test_is_the_regression_on_a_0_1_variable(seed: int, replicated: bool) -> None:
    sample = clustered(seed)
    design = jackknife(sample.design) if replicated else sample.design
    test = t_test(sample.y, sample.group, design)
    model = regression(sample.y, {"group": sample.group}, design).parameters
    ours = test.differences
    assert ours.value[0] == pytest.approx(model.value[1])
    assert ours.se[0] == pytest.approx(model.se[1])
    assert ours.df == model.df
    assert ours.p_value[0] == pytest.approx(model.p_value[1], rel=1e-6)
    assert test.p_value == pytest.approx(ours.p_value[0], rel=1e-6)
    assert pytest.approx(float(ours.t[0]) ** 2) == test.F


@given(st.integers(0, 10_000))
def test_groups_that_change_names_change_the_sign(seed: int) -> None:
    sample = clustered(seed)
    for test in (t_test, rank_test):
        one = test(sample.y, np.where(sample.group == 1, "b", "a"), sample.design)
        two = test(sample.y, np.where(sample.group == 1, "a", "b"), sample.design)
        assert one.groups == ("a", "b")
        assert one.differences.value == pytest.approx(-two.differences.value)
        assert one.p_value == pytest.approx(two.p_value)


@given(st.integers(0, 10_000), st.sampled_from(get_args(Score)))
def test_ranks_know_nothing_but_order(seed: int, score: Score) -> None:
    sample = clustered(seed)
    one, two = (
        rank_test(y, sample.group, sample.design, score=score)
        for y in (sample.y, np.exp(sample.y / 10))
    )
    assert one.differences.value == pytest.approx(two.differences.value)
    assert one.p_value == pytest.approx(two.p_value)


@given(st.lists(st.integers(0, 6), min_size=2, max_size=50))
def test_with_equal_weights_ranks_are_midranks(answers: list[int]) -> None:
    y = np.array(answers, dtype=float)
    ours = population_ranks(y, np.full(y.size, 3.0))
    assert ours == pytest.approx((rankdata(y) - 0.5) / y.size)


def test_more_than_two_groups_are_compared_at_once() -> None:
    sample = clustered(1)
    found = rank_test(sample.y, sample.service, sample.design)
    assert found.groups == ("civil", "land", "tax")
    assert found.differences.names == ("land", "tax")
    assert found.differences.df == sample.design.degrees_of_freedom - 2
    pair = rank_test(sample.y, sample.group, sample.design)
    assert pytest.approx(float(pair.differences.t[0]) ** 2) == pair.F


def test_a_t_test_wants_two_groups() -> None:
    sample = clustered(2)
    with pytest.raises(InferenceError, match=r"'group' has 3 levels \(civil, land, tax\)"):
        t_test(sample.y, sample.service, sample.design)
    for test in (t_test, rank_test):
        with pytest.raises(InferenceError, match="'group' = 'land'"):
            test(sample.y, sample.service, sample.design.domain(sample.service == "land"))
        with pytest.raises(InferenceError, match="no row of the domain"):
            test(sample.y, sample.service, sample.design.domain(np.zeros(sample.y.size, bool)))


def test_answers_all_alike_cannot_be_compared() -> None:
    for test in (t_test, rank_test):
        with pytest.raises(InferenceError, match=r"'y' = 4\.0"):
            test(np.full(6, 4.0), [0, 1, 0, 1, 0, 1], simple(6))


def test_missing_answers_spread_or_are_dropped() -> None:
    sample = clustered(3)
    y = sample.y.copy()
    y[5] = np.nan
    for test in (t_test, rank_test):
        found = test(y, sample.group, sample.design)
        assert np.isnan([found.F, found.p_value, *found.differences.value]).all()
        dropped = test(y, sample.group, sample.design, missing="drop")
        kept = test(sample.y, sample.group, sample.design.domain(np.arange(y.size) != 5))
        assert dropped.p_value == pytest.approx(kept.p_value)


def test_a_row_without_a_group_is_in_neither() -> None:
    sample = clustered(4)
    labels = np.where(sample.group == 1, "yes", "no")
    labels[7] = ""
    found = t_test(sample.y, labels, sample.design)
    kept = t_test(sample.y, sample.group, sample.design.domain(np.arange(labels.size) != 7))
    assert found.differences.value == pytest.approx(kept.differences.value)


def test_uneven_columns_and_unknown_scores_are_refused() -> None:
    with pytest.raises(EstimationError, match="the design has 2 rows"):
        t_test([1.0, 2.0], [0, 1, 1], simple(2))
    with pytest.raises(EstimationError, match="'savage'"):
        rank_test([1.0, 2.0], [0, 1], simple(2), score="savage")  # type: ignore[arg-type]  # no such word

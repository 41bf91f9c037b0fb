from fractions import Fraction
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.domains import crossed
from analysis.errors import EstimationError
from analysis.inference_errors import InferenceError
from analysis.quantile_rules import Distribution, Rule
from analysis.quantiles import Interval, quantile, quantile_by
from tests.analysis.cluster_samples import clustered, jackknife, simple

PROBABILITIES = np.array([0.1, 0.25, 0.5, 0.75, 0.9])


def increasing(y: np.ndarray) -> np.ndarray:
    return np.exp(y / 20) + 3 * y


def decreasing(y: np.ndarray) -> np.ndarray:
    return -increasing(y)


@given(st.integers(0, 10_000), st.sampled_from(["math", "shahvaish"]))
def test_quantiles_follow_a_monotone_transformation(seed: int, rule: Rule) -> None:
    sample = clustered(seed)
    plain, turned = (
        quantile(y, PROBABILITIES, sample.design, rule=rule)
        for y in (sample.y, increasing(sample.y))
    )
    assert turned.value == pytest.approx(increasing(plain.value))
    assert turned.lower == pytest.approx(increasing(plain.lower), nan_ok=True)
    assert turned.upper == pytest.approx(increasing(plain.upper), nan_ok=True)


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-100, 100))
def test_every_rule_follows_a_change_of_units(seed: int, scale: float, shift: float) -> None:
    sample = clustered(seed)
    for rule in get_args(Rule):
        plain, other = (
            quantile(y, PROBABILITIES, sample.design, rule=rule)
            for y in (sample.y, sample.y * scale + shift)
        )
        assert other.value == pytest.approx(plain.value * scale + shift, rel=1e-7)
        assert other.se == pytest.approx(plain.se * scale, rel=1e-6, nan_ok=True)


def test_turned_around_a_tie_falls_on_the_other_neighbour() -> None:
    y = np.arange(4.0)
    up, down = (quantile(form(y), 0.5, simple(4)).value for form in (increasing, decreasing))
    assert (up, down) == (increasing(np.array([1.0])), decreasing(np.array([2.0])))
    assert quantile(y, 0.5, simple(4), rule="school").value == 1.5


@given(st.integers(1, 300), st.integers(1, 99))
def test_ties_are_exact_whatever_the_weights_sum_to(rows: int, percent: int) -> None:
    weights = np.full(rows, 30.97)
    found = Distribution(np.arange(1.0, rows + 1), weights).quantile(
        np.array([percent / 100]), "math"
    )
    share = Fraction(percent, 100)
    exact = next(k for k in range(1, rows + 1) if Fraction(k, rows) >= share)
    assert found == exact


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=40))
def test_with_equal_weights_the_rules_are_those_of_numpy(answers: list[float]) -> None:
    ordered = np.sort(answers)
    distribution = Distribution(ordered, np.full(ordered.size, 7.0))
    for rule, theirs in (("math", "inverted_cdf"), ("hf7", "linear")):
        ours = distribution.quantile(PROBABILITIES + 1e-4, rule)
        assert ours == pytest.approx(np.quantile(ordered, PROBABILITIES + 1e-4, method=theirs))
    ours = distribution.quantile(PROBABILITIES, "school")
    assert ours == pytest.approx(
        np.quantile(ordered, PROBABILITIES, method="averaged_inverted_cdf")
    )


@given(st.integers(0, 10_000), st.sampled_from(get_args(Interval)))
def test_intervals_hold_the_estimate(seed: int, interval: Interval) -> None:
    sample = clustered(seed)
    found = quantile(np.round(sample.y), PROBABILITIES, sample.design, interval=interval)
    assert not (found.lower > found.value).any()
    assert not (found.upper < found.value).any()
    assert not (found.se < 0).any()


@given(st.integers(0, 10_000))
def test_domains_alone_or_together_are_the_same(seed: int) -> None:
    sample = clustered(seed)
    by = crossed([sample.service])
    together = quantile_by(sample.y, PROBABILITIES, by, sample.design)
    for domain in range(3):
        alone = quantile(sample.y, PROBABILITIES, sample.design.domain(by.codes == domain))
        for field in ("value", "lower", "upper", "se"):
            ours = getattr(together, field)[domain]
            assert ours == pytest.approx(getattr(alone, field), nan_ok=True), field
        assert (together.df[domain], together.n[domain]) == (alone.df, alone.n)


def test_replicates_tell_nearly_the_same_interval() -> None:
    sample = clustered(2)
    plain, replicated = (
        quantile(sample.y, 0.5, design) for design in (sample.design, jackknife(sample.design))
    )
    assert replicated.value == plain.value
    assert replicated.se == pytest.approx(plain.se, rel=0.2)


def test_missing_answers_spread_or_are_dropped() -> None:
    y = np.array([1.0, np.nan, 3.0, 4.0, 5.0])
    by = crossed([["a", "a", "b", "b", "b"]])
    assert np.isnan(quantile_by(y, 0.5, by, simple(5)).value[:, 0]).tolist() == [True, False]
    assert quantile(y, 0.5, simple(5), missing="drop").value == 3


def test_an_empty_domain_has_no_quantiles() -> None:
    sample = clustered(4)
    design = sample.design.domain(sample.service != "tax")
    found = quantile_by(sample.y, 0.5, crossed([sample.service]), design)
    assert np.isnan(found.value[:, 0]).tolist() == [False, False, True]
    assert np.isnan(found.lower[2]).all()


def test_one_row_and_constant_answers_are_their_own_quantiles() -> None:
    for rule in get_args(Rule):
        single = Distribution(np.array([7.0]), np.array([2.0]))
        assert single.quantile(np.array([0.3, 0.9]), rule).tolist() == [7, 7]
        found = quantile(np.full(9, 7.0), [0.2, 0.9], simple(9), rule=rule, interval="mean")
        assert [*found.value, *found.lower, *found.upper] == [7] * 6


@pytest.mark.parametrize("wrong", [0, 1, -0.1, 1.5, 50, np.nan])
def test_a_probability_lies_between_0_and_1(wrong: float) -> None:
    with pytest.raises(InferenceError, match="share between 0 and 1"):
        quantile([1.0, 2.0], [0.5, wrong], simple(2))


def test_unknown_rules_and_uneven_answers_are_refused() -> None:
    with pytest.raises(EstimationError, match="'hf9'"):
        quantile([1.0, 2.0], 0.5, simple(2), rule="hf9")  # type: ignore[arg-type]  # no such word
    with pytest.raises(EstimationError, match="'score'"):
        quantile([1.0, 2.0], 0.5, simple(2), interval="score")  # type: ignore[arg-type]  # no such word
    with pytest.raises(EstimationError, match="the design has 3 rows"):
        quantile([1.0, 2.0], 0.5, simple(3))

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.integrate import quad
from scipy.special import betaln
from scipy.stats import beta as beta_distribution

from analysis.beta_binomial import beta_binomial, curve, effective_counts
from analysis.errors import EstimationError
from analysis.model_errors import ModelError

SUCCESSES = np.array([3.0, 18.0, 5.0, 9.0, 30.0, 0.0])
TRIALS = np.array([10.0, 20.0, 20.0, 10.0, 40.0, 0.0])


def test_the_slope_of_the_likelihood_is_zero_at_alpha_and_beta() -> None:
    found = beta_binomial(SUCCESSES, TRIALS)
    for change in (1e-3, -1e-3):
        for alpha, beta in ((change, 0), (0, change)):
            a, b = found.alpha * (1 + alpha), found.beta * (1 + beta)
            there = (betaln(a + SUCCESSES, b + TRIALS - SUCCESSES) - betaln(a, b)).sum()
            assert there < found.log_likelihood
    here = curve(np.log([found.alpha, found.beta]), SUCCESSES, TRIALS - SUCCESSES)
    assert np.abs(np.linalg.solve(here.information, here.gradient)).max() < 1e-11


def test_derivatives_are_those_of_the_likelihood() -> None:
    point, failures = np.array([0.3, 0.9]), TRIALS - SUCCESSES
    here, step = curve(point, SUCCESSES, failures), 1e-5
    for at in range(2):
        ahead, behind = (
            curve(point + sign * step * np.eye(2)[at], SUCCESSES, failures) for sign in (1, -1)
        )
        assert here.gradient[at] == pytest.approx((ahead.value - behind.value) / 2 / step, rel=1e-6)
        bend = (ahead.gradient - behind.gradient) / 2 / step
        assert -here.information[at] == pytest.approx(bend, rel=1e-6)


def test_the_likelihood_is_that_of_shares_drawn_from_a_beta() -> None:
    found = beta_binomial(SUCCESSES, TRIALS)

    def chance(p: float, y: float, n: float) -> float:
        return float(p**y * (1 - p) ** (n - y) * beta_distribution.pdf(p, found.alpha, found.beta))

    parts = [quad(chance, 0, 1, args=pair)[0] for pair in zip(SUCCESSES, TRIALS, strict=True)]
    assert found.log_likelihood == pytest.approx(np.log(parts).sum(), rel=1e-9)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_a_smoothed_share_lies_between_the_direct_and_the_common_share(seed: int) -> None:
    draw = np.random.default_rng(seed)
    n = draw.integers(2, 60, size=25).astype(float)
    y = draw.binomial(n.astype(int), draw.beta(2, 1, size=25)).astype(float)
    found = beta_binomial(y, n)
    common = found.alpha / (found.alpha + found.beta)
    low, high = np.minimum(y / n, common), np.maximum(y / n, common)
    assert ((found.value >= low - 1e-12) & (found.value <= high + 1e-12)).all()
    lower, upper = found.interval()
    assert ((lower < found.value) & (found.value < upper)).all()
    other = beta_binomial(n - y, n)
    assert (other.alpha, other.beta) == pytest.approx((found.beta, found.alpha), rel=1e-7)


def test_an_area_without_answers_gets_the_common_share() -> None:
    found = beta_binomial(SUCCESSES, TRIALS)
    assert found.model_only.tolist() == [False] * 5 + [True]
    assert found.value[5] == pytest.approx(found.alpha / (found.alpha + found.beta), rel=1e-15)
    with pytest.raises(EstimationError, match="level"):
        found.interval(1.0)


def test_a_design_effect_makes_fewer_answers_and_draws_harder_to_the_common_share() -> None:
    share = np.array([0.3, 0.9, 0.25, 0.9, 0.75, np.nan])
    successes, trials = effective_counts(share, TRIALS, 1.5)
    assert trials == pytest.approx(TRIALS / 1.5)
    assert successes[:5] == pytest.approx(share[:5] * TRIALS[:5] / 1.5)
    assert successes[5] == 0
    lower, upper = beta_binomial(successes, trials).interval()
    plain = beta_binomial(*effective_counts(share, TRIALS)).interval()
    assert (upper - lower > plain[1] - plain[0])[:5].all()


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("bad_counts", ([3, 8], [5, 7])),
        ("bad_counts", ([-1, 3], [5, 7])),
        ("bad_counts", ([np.nan, 3], [5, 7])),
        ("bad_counts", ([3, 3], [5, np.inf])),
        ("no_replication", ([1, 0, 1], [1, 1, 1])),
        ("no_replication", ([], [])),
        ("all_alike", ([0, 0, 0], [5, 6, 7])),
        ("all_alike", ([5, 6, 7], [5, 6, 7])),
        ("only_extremes", ([0, 6, 7], [5, 6, 7])),
        ("no_spread", ([5, 10, 15], [10, 20, 30])),
        ("uneven_model", ([5, 10, 15], [10, 20])),
    ],
)
def test_counts_that_tell_nothing_are_refused(
    code: str, counts: tuple[list[float], list[float]]
) -> None:
    with pytest.raises(ModelError) as caught:
        beta_binomial(*counts)
    assert caught.value.code == code


def test_counts_that_cannot_be_name_their_area() -> None:
    with pytest.raises(ModelError, match=r"'Tan Phu' has 8\.0 successes in 7\.0"):
        beta_binomial([3, 8], [5, 7], areas=["Xuan Loc", "Tan Phu"])
    with pytest.raises(ModelError, match="share of area '2'"):
        effective_counts([0.5, 1.2], [5, 5])
    with pytest.raises(ModelError, match="size of area '1'"):
        effective_counts([0.5, 0.2], [-5, 5])
    with pytest.raises(ModelError, match="design effect of area '2'"):
        effective_counts([0.5, 0.2], [5, 5], [1.0, 0.0])

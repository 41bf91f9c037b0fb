from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import given, strategies as st

from sampling.errors import SizeError
from sampling.size import mean, proportion, yamane


@pytest.mark.parametrize(
    ("population", "error", "size"),
    [(10_000, 0.05, 385), (400, 0.05, 200), (2000, 0.05, 334), (0, 0.05, 0), (1, 0.1, 1)],
)
def test_the_short_formula_rounds_up(population: int, error: float, size: int) -> None:
    assert yamane(population, error) == size


def test_a_whole_result_is_not_rounded_up_by_binary_residue() -> None:
    # 100 N / (100 + N) with e = 0.1 is whole for N = 300; 0.1 squared is not exact in binary.
    assert yamane(300, 0.1) == 75


# Closed forms of Cochran, section 4.4, with z from R 4.2.2: qnorm(0.95), qnorm(0.975).
@pytest.mark.parametrize(
    ("population", "margin", "confidence", "deff", "size"),
    [
        (None, 0.03, 0.90, 1.0, 751.539848359836),
        (1200, 0.03, 0.90, 1.0, 462.358058867727),
        (1200, 0.03, 0.95, 1.8, 1017.12363931217),
        (None, 0.05, 0.95, 1.0, 384.145882069412),
        (1200, 0.05, 0.90, 1.8, 397.66980235205),
    ],
)
def test_sizes_for_a_share_agree_with_published_ones(
    population: int | None, margin: float, confidence: float, deff: float, size: float
) -> None:
    ours = proportion(population, margin, confidence=confidence, design_effect=deff)
    assert ours.answers == pytest.approx(size, rel=1e-9)


@pytest.mark.parametrize("error", [0.0, 1.0, -0.1, float("nan")])
def test_an_impossible_error_is_refused(error: float) -> None:
    with pytest.raises(SizeError, match="between 0 and 1"):
        yamane(100, error)
    with pytest.raises(SizeError, match="between 0 and 1"):
        proportion(100, error)


def test_other_impossible_figures_are_refused() -> None:
    with pytest.raises(SizeError, match="population"):
        yamane(-1, 0.05)
    with pytest.raises(SizeError, match="design effect"):
        proportion(100, 0.05, design_effect=0)


# Closed forms of Cochran, section 4.6, with z from R 4.2.2.
@pytest.mark.parametrize(
    ("population", "deviation", "margin", "size"),
    [
        (None, 12, 1, 553.170070179954),
        (900, 12, 1, 342.597933564863),
        (900, 30, 1, 714.105617060486),
        (900, 12, 2.5, 80.5826090098969),
    ],
)
def test_sizes_for_a_mean_agree_with_published_ones(
    population: int | None, deviation: float, margin: float, size: float
) -> None:
    ours = mean(population, margin, deviation=deviation)
    assert ours.corrected == pytest.approx(size, rel=1e-9)
    assert ours.answers == ours.invited == ours.corrected


def test_the_steps_of_a_size_explain_how_many_to_invite() -> None:
    found = proportion(1200, 0.03, confidence=0.9, design_effect=1.8, response_rate=0.7)
    steps = [found.simple, found.corrected, found.answers, found.invited]
    assert steps == pytest.approx(
        [751.539848359836, 462.358058867727, 832.244505961908, 1188.92072280273], rel=1e-9
    )
    assert found.dossiers(1200) == 1189
    assert found.dossiers(1000) == 1000


@given(st.floats(0.001, 0.999), st.floats(0.002, 0.49), st.floats(0.5, 0.999))
def test_wilsons_interval_at_its_size_is_as_wide_as_asked(
    share: float, margin: float, confidence: float
) -> None:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    n = proportion(None, margin, share=share, confidence=confidence, interval="wilson").simple
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert half == pytest.approx(margin, rel=1e-7)


def test_both_intervals_need_nearly_the_same_when_much_is_asked() -> None:
    wald, wilson = (
        proportion(None, 0.005, share=0.4, interval=name).simple for name in ("wald", "wilson")
    )
    assert wilson == pytest.approx(wald, rel=1e-3)
    assert proportion(None, 0.01, share=0.999, interval="wilson").simple > 5 * (
        proportion(None, 0.01, share=0.999).simple
    )


@given(st.floats(0.01, 0.3), st.floats(0.05, 0.95), st.integers(1, 10**6))
def test_a_finite_population_never_needs_more_than_an_endless_one(
    margin: float, share: float, population: int
) -> None:
    found = proportion(population, margin, share=share)
    assert found.corrected <= max(found.simple, 1.0) + 1e-9
    assert found.corrected <= population + 1e-9
    assert mean(population, margin, deviation=share).corrected <= population + 1e-9


@pytest.mark.parametrize("rate", [0.0, 1.2, -0.1, float("nan")])
def test_an_impossible_response_rate_is_refused(rate: float) -> None:
    with pytest.raises(SizeError, match="response rate"):
        proportion(100, 0.05, response_rate=rate)


def test_a_mean_needs_a_positive_margin_and_deviation() -> None:
    with pytest.raises(SizeError, match="margin is 0"):
        mean(100, 0.0, deviation=1.0)
    with pytest.raises(SizeError, match="deviation is inf"):
        mean(100, 1.0, deviation=float("inf"))


def test_wilsons_interval_cannot_be_asked_to_be_wider_than_it_gets() -> None:
    with pytest.raises(SizeError, match="one half"):
        proportion(100, 0.5, interval="wilson")


def test_a_size_that_is_whole_but_for_rounding_is_not_rounded_up() -> None:
    found = mean(None, NormalDist().inv_cdf(0.975), deviation=10.0)
    assert found.simple == pytest.approx(100)
    assert found.dossiers() == 100

import pytest

from sampling.errors import SizeError
from sampling.size import proportion, yamane


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
    assert ours == pytest.approx(size, rel=1e-9)


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

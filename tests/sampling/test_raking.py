import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.calibration import calibrate
from sampling.errors import WeightingError
from sampling.margins import Margins, held, margins_of
from sampling.raking import PATIENCE, rake
from tests.sampling.test_calibration import sample


@given(st.integers(0, 10_000), st.sampled_from([12, 400]))
def test_raking_is_calibration_by_the_raking_distance(seed: int, rows: int) -> None:
    rng = np.random.default_rng(seed)
    columns = {"a": np.arange(rows) % 2, "b": rng.permutation(np.arange(rows) % 3)}
    base = rng.lognormal(0, 1, rows)
    levels = {"a": {"0": 1, "1": 1}, "b": {"0": 1, "1": 0.5, "2": 0.5}}
    margins = held(margins_of(columns, levels), base * rng.lognormal(0, 0.3, rows))
    raked = rake(base, margins)
    assert margins.meet(raked.weight, 1e-8)
    assert raked.weight == pytest.approx(calibrate(base, margins, "raking").weight, rel=1e-6)


@given(st.integers(0, 10_000))
def test_raking_keeps_the_odds_within_a_table(seed: int) -> None:
    columns, base, margins = sample(seed)
    result = rake(base, Margins(margins.categories))
    cell = {
        (sex, age): result.factor[(columns["sex"] == sex) & (columns["age"] == age)]
        for sex in "FM"
        for age in "ab"
    }
    assert all(np.ptp(factors) < 1e-9 for factors in cell.values() if factors.size)
    if all(factors.size for factors in cell.values()):
        f = {key: factors[0] for key, factors in cell.items()}
        odds = f["F", "a"] * f["M", "b"] / (f["F", "b"] * f["M", "a"])
        assert odds == pytest.approx(1)


def test_margins_that_hang_together_closely_are_met_all_the_same() -> None:
    rng = np.random.default_rng(1)
    first = rng.integers(0, 2, 5000)
    second = np.where(rng.random(5000) < 0.002, 1 - first, first)
    levels = {name: {"0": 1, "1": 1} for name in ("first", "second")}
    free = margins_of({"first": first, "second": second}, levels)
    aim = np.where(first != second, 30.0, 1.0) * np.where(first == 1, 2, 1)
    margins = held(free, np.where((first == 1) & (second == 0), 50.0, aim))
    result = rake(np.ones(5000), margins)
    assert margins.meet(result.weight, 2e-9)
    assert result.iterations > PATIENCE


def test_the_order_of_the_margins_does_not_matter() -> None:
    _, base, margins = sample(4)
    first, second = margins.categories
    assert rake(base, Margins((second, first))).weight == pytest.approx(
        rake(base, Margins((first, second))).weight, rel=1e-8
    )


def test_totals_of_numbers_are_no_matter_of_raking() -> None:
    _, base, margins = sample(5)
    with pytest.raises(WeightingError, match="total of days use calibrate"):
        rake(base, margins)

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sampling.errors import WeightingError
from sampling.margins import margins_of
from sampling.raking import rake
from sampling.sweeps import Sweeps


def sample(seed: int, rows: int = 60) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    generator = np.random.default_rng(seed)
    columns = {name: generator.choice(list("abc"), rows) for name in ("s", "t")}
    columns["s"][:3] = columns["t"][:3] = list("abc")
    return generator.uniform(1, 5, rows), columns


def raked(seed: int, regression: str = "sweeps"):
    base, columns = sample(seed)
    margins = margins_of(columns, {name: dict.fromkeys("abc", 100.0) for name in columns})
    return rake(base, margins, regression=regression), columns


@given(st.integers(0, 500))
def test_what_the_margins_explain_is_all_taken(seed: int) -> None:
    found, columns = raked(seed)
    levels = [columns[name] == level for name in columns for level in "abc"]
    explained = found.weight[:, None] * np.array(levels).T
    assert np.abs(found.residuals(explained)).max() < 1e-3 * found.weight.max()


@given(st.integers(0, 500))
def test_without_end_it_would_be_the_regression_of_rows(seed: int) -> None:
    found, _ = raked(seed)
    exact, _ = raked(seed, "rows")
    z = np.random.default_rng(seed).normal(50, 10, (found.weight.size, 2))
    contributions = found.weight[:, None] * z
    ours, limit = found.residuals(contributions), exact.residuals(contributions)
    assert (ours**2).sum(axis=0) == pytest.approx((limit**2).sum(axis=0), rel=1e-3)


def test_rows_and_cells_give_the_same() -> None:
    found, columns = raked(1)
    assert isinstance(found.credit, Sweeps)
    codes = [np.unique(column, return_inverse=True)[1] for column in columns.values()]
    by_rows = Sweeps(found.weight, codes, [3, 3])
    contributions = np.random.default_rng(2).normal(size=(found.weight.size, 3))
    assert by_rows.residuals(contributions) == pytest.approx(found.residuals(contributions))


def test_a_row_without_weight_keeps_what_it_has_and_counts_for_nobody() -> None:
    base, columns = sample(3)
    base[5:9] = 0
    margins = margins_of(columns, {name: dict.fromkeys("abc", 100.0) for name in columns})
    found = rake(base, margins)
    counts = base > 0
    contributions = np.where(counts, base, 0.0)[:, None]
    kept = found.residuals(contributions)
    part = {name: column[counts] for name, column in columns.items()}
    alone = rake(
        base[counts], margins_of(part, {name: dict.fromkeys("abc", 100.0) for name in part})
    )
    assert kept[counts] == pytest.approx(alone.residuals(contributions[counts]))
    assert not kept[~counts].any()


def test_missing_influence_stays_missing_and_other_rows_are_refused() -> None:
    found, _ = raked(4)
    contributions = np.ones((found.weight.size, 2))
    contributions[0, 1] = np.nan
    residuals = found.residuals(contributions)
    assert np.isfinite(residuals[:, 0]).all()
    assert np.isnan(residuals[:, 1]).any()
    with pytest.raises(WeightingError):
        found.residuals(contributions[1:])

"""Sizes and allocations for other arguments than the published cases happen to have."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from tests.published.cases import Arguments, Case, UnsupportedError
from tests.published.setting import Setting
from tests.published.statistics import computed

DATA = Path(__file__).parent / "reference" / "data"
STRATA = Setting(Case("other", DATA, (DATA / "strata.csv",), {}, ()))
SIZES = STRATA.columns.numbers("N")


def of(stat: str, **args: Any) -> dict[str, Any]:
    return dict(computed(stat, Arguments(args, ""), STRATA))


def test_sizes_follow_other_levels_and_populations() -> None:
    found = of("size_proportion", p=0.1, margin=0.02, confidence=0.99, N=700, deff=2.5)
    n0 = norm.ppf(0.995) ** 2 * 0.09 / 0.02**2
    n1 = n0 / (1 + (n0 - 1) / 700)
    assert [*found.values()] == pytest.approx([n0, n1, 2.5 * n1, 2.5 * n1], rel=1e-12)
    found = of("size_mean", sd=3, margin=0.4, confidence=0.8, deff=1.2, response_rate=0.5)
    n0 = (norm.ppf(0.9) * 3 / 0.4) ** 2
    assert [*found.values()] == pytest.approx([n0, n0, 1.2 * n0, 2.4 * n0], rel=1e-12)


def test_any_rule_may_be_capped_and_the_power_be_told_twice() -> None:
    found = of("allocation", method="equal_capped", n=4000, S="S2", M="M2", power=None)
    assert found["n_h"][[1, 5, 6]].tolist() == [230, 331, 511]
    assert found["capped_strata"] == 3
    assert found["n_h"][[0, 2, 3, 4, 7]] == pytest.approx([(4000 - 1072) / 5] * 5)
    by_name = of("allocation", method="power_bankier_0.3", n=600, S="S1", M="M1")
    by_argument = of("allocation", method="power_bankier", n=600, S="S1", M="M1", power=0.3)
    assert by_name["n_h"].tolist() == by_argument["n_h"].tolist()
    limited = of("allocation", method="proportional", n=600, S="S1", min=40, max=150)
    assert limited["n_h"].min() == 40
    assert limited["n_h"].max() == 150
    assert limited["total"] == pytest.approx(600)


def test_one_variable_without_costs_or_correction_is_neymans_in_closed_form() -> None:
    found = of("allocation_multivariate", cv=[0.02], S=["S2"], M=["M2"], fpc=False)
    spread, mean = STRATA.columns.numbers("S2"), SIZES @ STRATA.columns.numbers("M2") / SIZES.sum()
    n = (SIZES @ spread / SIZES.sum() / (0.02 * mean)) ** 2
    assert found["n_h"] == pytest.approx(n * SIZES * spread / (SIZES @ spread), rel=1e-9)
    assert found["achieved_cv"] == pytest.approx([0.02])


def test_margins_caps_and_domains_are_heeded() -> None:
    words = {"margin": [1.5], "S": "S1", "domain": "stratum"}
    found = of("allocation_multivariate", confidence=0.9, min=38, max=900, **words)
    squares = STRATA.columns.numbers("S1") ** 2
    alone = SIZES * squares / (SIZES * (1.5 / norm.ppf(0.95)) ** 2 + squares)
    assert (alone < 38).any()
    assert found["n_h"] == pytest.approx(np.maximum(38, alone))
    with pytest.raises(ValueError, match="out of reach"):
        of("allocation_multivariate", max=50, **words)


@pytest.mark.parametrize(
    ("stat", "args"),
    [
        ("size_proportion", {"p": 0.5, "margin": 0.1, "interval": "beta"}),
        ("size_mean", {"sd": 1, "margin": 0.1, "alpha": 0.05}),
        ("allocation", {"method": "kish", "n": 10, "S": "S1"}),
        ("allocation", {"method": "equal", "n": 10, "S": "S1", "seed": 1}),
        ("allocation_multivariate", {"cv": [0.1], "S": ["S1"], "M": ["M1"], "power": 1}),
    ],
)
def test_an_argument_that_we_lack_is_told(stat: str, args: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedError, match="not supported yet"):
        of(stat, **args)

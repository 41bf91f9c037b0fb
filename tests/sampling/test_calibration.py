import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, strategies as st
from scipy.optimize import minimize

from sampling.calibration import calibrate, poststratify
from sampling.errors import WeightingError
from sampling.margins import Margins, held, margin, margins_of
from sampling.raking import rake


def sample(seed: int, rows: int = 300) -> tuple[dict[str, np.ndarray], np.ndarray, Margins]:
    """A sample with weights, and margins of a population near it."""
    rng = np.random.default_rng(seed)
    columns = {
        "sex": rng.choice(["F", "M"], rows),
        "age": rng.choice(["a", "b", "c", "d"], rows, p=[0.4, 0.3, 0.2, 0.1]),
        "days": rng.gamma(2, 3, rows),
    }
    base = rng.lognormal(2, 0.5, rows)
    truth = base * np.exp(0.2 * (columns["sex"] == "F") + 0.02 * columns["days"])
    free = margins_of(
        columns, {"sex": {"F": 1, "M": 1}, "age": dict.fromkeys("abcd", 0.5)}, {"days": 1}
    )
    return columns, base, held(free, truth)


SETTINGS = [
    ("linear", None),
    ("truncated", (0.7, 1.6)),
    ("raking", None),
    ("raking", (0.7, 1.6)),
    ("logit", (0.7, 1.6)),
]


@pytest.mark.parametrize(("method", "bounds"), SETTINGS)
@given(seed=st.integers(0, 10_000))
def test_margins_are_met_within_the_bounds(method, bounds, seed: int) -> None:
    _, base, margins = sample(seed)
    result = calibrate(base, margins, method, bounds=bounds)
    assert margins.meet(result.weight, 2e-9)
    assert result.weight == pytest.approx(base * result.factor)
    if bounds:
        assert bounds[0] <= result.factor.min()
        assert result.factor.max() <= bounds[1]


@pytest.mark.parametrize(("method", "bounds"), SETTINGS)
def test_weights_that_meet_the_margins_stay(method, bounds) -> None:
    _, base, margins = sample(1)
    result = calibrate(base, held(margins, base), method, bounds=bounds)
    assert result.factor == pytest.approx(np.ones(base.size))


@pytest.mark.parametrize(("method", "bounds"), SETTINGS)
def test_calibrating_cells_gives_what_calibrating_rows_gives(method, bounds) -> None:
    columns, base, margins = sample(2)
    categories = Margins(margins.categories)
    assert categories.regressors().cells() is not None
    constant = margins_of({**columns, "zero": np.zeros(base.size)}, {}, {"zero": 0}).numbers
    by_rows = calibrate(base, Margins(margins.categories, constant), method, bounds=bounds)
    by_cells = calibrate(base, categories, method, bounds=bounds)
    assert by_cells.weight == pytest.approx(by_rows.weight, rel=1e-8)
    z = np.random.default_rng(1).normal(size=(base.size, 2))
    assert by_cells.residuals(z) == pytest.approx(by_rows.residuals(z), abs=1e-8)


def test_truncated_weights_are_the_nearest_that_meet_the_margins() -> None:
    _, base, margins = sample(5, rows=25)
    bounds = (0.8, 1.3)
    margins = held(margins, base * np.random.default_rng(6).uniform(*bounds, 25))
    found = calibrate(base, margins, "truncated", bounds=bounds).factor
    x = margins.regressors()
    oracle = minimize(
        lambda g: base @ (g - 1) ** 2,
        np.ones(25),
        jac=lambda g: 2 * base * (g - 1),
        bounds=[bounds] * 25,
        constraints={"type": "eq", "fun": lambda g: x.totals(base * g) - margins.wanted()},
        options={"maxiter": 500, "ftol": 1e-14},
        method="SLSQP",
    )
    assert oracle.success
    assert found == pytest.approx(oracle.x, abs=1e-4)


@given(seed=st.integers(0, 500), width=st.floats(0.05, 0.6))
def test_what_can_be_met_within_narrow_bounds_is_met(seed: int, width: float) -> None:
    _, base, margins = sample(seed, rows=100)
    bounds = (1 - width, 1 + width)
    pushed = np.random.default_rng(seed).beta(0.3, 0.3, base.size)
    margins = held(margins, base * (bounds[0] + (bounds[1] - bounds[0]) * pushed))
    for method in ("truncated", "raking", "logit"):
        result = calibrate(base, margins, method, bounds=bounds)
        assert margins.meet(result.weight, 2e-9)


@pytest.mark.parametrize("method", ["truncated", "raking", "logit"])
def test_what_cannot_be_met_within_bounds_is_named(method) -> None:
    _, base, margins = sample(8)
    days = replace(margins.numbers[0], total=margins.numbers[0].total * 2)
    with pytest.raises(WeightingError, match="days, level '∑', reaches"):
        calibrate(base, Margins(margins.categories, (days,)), method, bounds=(0.7, 1.6))


def test_post_strata_may_be_crossed() -> None:
    columns, base, _ = sample(3)
    totals = {(sex, age): 100.0 + 7 * n for n, age in enumerate("abcd") for sex in "FM"}
    strata = margin({name: columns[name] for name in ("sex", "age")}, totals)
    result = poststratify(base, strata)
    assert strata.sums(result.weight) == pytest.approx([*totals.values()])
    z = np.random.default_rng(1).normal(size=(base.size, 1))
    left = result.residuals(result.weight[:, None] * z)[:, 0] / result.weight
    for code in range(8):
        inside = strata.codes == code
        centre = np.average(z[inside, 0], weights=base[inside])
        assert left[inside] == pytest.approx(z[inside, 0] - centre)


def test_a_margin_of_thousands_of_levels_is_no_matter() -> None:
    rng = np.random.default_rng(4)
    codes, other = np.arange(20_000) % 4000, rng.integers(0, 5, 20_000)
    free = margins_of(
        {"commune": codes, "age": other},
        {
            "commune": {str(level): 1 for level in range(4000)},
            "age": {str(level): 800 for level in range(5)},
        },
    )
    base = rng.lognormal(0, 0.2, codes.size)
    margins = held(free, base * np.exp(0.1 * other))
    assert margins.meet(calibrate(base, margins, "raking").weight, 2e-9)


def test_a_row_of_weight_0_stays_out() -> None:
    columns, base, margins = sample(6)
    base[:50] = 0
    margins = held(margins, base * np.where(columns["sex"] == "F", 1.2, 0.9))
    result = calibrate(base, margins, "raking")
    assert (result.weight[:50] == 0).all()
    assert (result.factor[:50] == 1).all()
    z = np.ones((base.size, 1)) * result.weight[:, None]
    assert result.residuals(z) == pytest.approx(np.zeros((base.size, 1)), abs=1e-8)


def test_a_variable_given_twice_does_no_harm() -> None:
    columns, base, margins = sample(7)
    again = margins_of({**columns, "sex2": columns["sex"]}, {"sex2": {"F": 1, "M": 1}})
    sexes = next(part for part in margins.categories if part.name == "sex")
    weight = calibrate(base, margins).weight
    twin = held(again, weight).categories
    assert calibrate(base, Margins((*margins.categories, *twin), margins.numbers)).weight == (
        pytest.approx(weight)
    )
    assert rake(base, Margins((sexes, *twin))).weight == pytest.approx(
        poststratify(base, sexes).weight
    )


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([1, -1, 1, 1], "bad_base_weight"),
        ([1, math.nan, 1, 1], "bad_base_weight"),
        ([1, math.inf, 1, 1], "bad_base_weight"),
        ([0, 0, 0, 0], "no_positive_weight"),
        ([], "uneven_classes"),
        ([1, 1], "uneven_classes"),
        ([1, 0, 1, 0], "silent_level"),
    ],
)
@pytest.mark.parametrize("adjust", [calibrate, rake])
def test_weights_that_stand_for_nobody_are_refused(weights, code, adjust) -> None:
    margins = margins_of({"sex": ["F", "M", "F", "M"]}, {"sex": {"F": 5, "M": 5}})
    with pytest.raises(WeightingError) as caught:
        adjust(weights, margins)
    assert caught.value.code == code


def test_a_level_without_respondents_is_named_in_both_languages() -> None:
    margins = margins_of({"age": ["young", "young"]}, {"age": {"young": 3, "60+": 4}})
    with pytest.raises(WeightingError, match=r"level '60\+' of age, which has a total of 4"):
        calibrate([1, 1], margins)
    with pytest.raises(WeightingError) as caught:
        poststratify([1, 1], margins.categories[0])
    assert "«60+» của age" in caught.value.message("vi")


def test_a_total_beyond_the_bounds_is_named_with_what_can_be_reached() -> None:
    margins = margins_of({"sex": ["F", "M"]}, {"sex": {"F": 9, "M": 1}})
    with pytest.raises(
        WeightingError, match=r"level 'F': within the bounds weights reach 0.5 to 3"
    ):
        calibrate([1, 1], margins, "truncated", bounds=(0.5, 3))


def test_totals_that_contradict_each_other_are_named() -> None:
    columns = {"sex": ["F", "M"] * 3, "age": ["a", "b"] * 3}
    margins = margins_of(columns, {"sex": {"F": 2, "M": 6}, "age": {"a": 6, "b": 2}})
    for adjust in (lambda: rake(np.ones(6), margins), lambda: calibrate(np.ones(6), margins)):
        with pytest.raises(WeightingError) as caught:
            adjust()
        assert caught.value.code == "no_convergence"
        assert caught.value.params["name"] in {"sex", "age"}


def test_negative_linear_weights_are_refused_unless_asked_for() -> None:
    columns = {"x": [0.0, 1.0, 10.0], "one": [1.0, 1.0, 1.0]}
    margins = margins_of(columns, {}, {"x": 1, "one": 3})
    with pytest.raises(WeightingError, match="makes 1 weights negative or 0"):
        calibrate([1, 1, 1], margins)
    kept = calibrate([1, 1, 1], margins, negative="keep").weight
    assert kept.min() < 0
    assert margins.meet(kept)


@pytest.mark.parametrize(
    ("method", "bounds", "code"),
    [
        ("linear", (0.5, 2), "bad_bounds"),
        ("truncated", None, "bounds_needed"),
        ("logit", None, "bounds_needed"),
        ("logit", (1, 2), "bad_bounds"),
        ("logit", (0.5, math.inf), "bad_bounds"),
        ("truncated", (0.5, math.nan), "bad_bounds"),
        ("raking", (-1, 2), "bad_bounds"),
        ("raking", (0.5,), "bad_bounds"),
        ("sinh", None, "unknown_method"),
    ],
)
def test_methods_and_bounds_that_do_not_go_together_are_refused(method, bounds, code) -> None:
    margins = margins_of({"sex": ["F", "M"]}, {"sex": {"F": 1, "M": 1}})
    with pytest.raises(WeightingError) as caught:
        calibrate([1, 1], margins, method, bounds=bounds)
    assert caught.value.code == code


@given(st.integers(0, 1000))
def test_numbers_of_any_size_are_calibrated(seed: int) -> None:
    columns, base, margins = sample(seed)
    scale = 10.0 ** np.random.default_rng(seed).integers(-9, 10)
    assume(margins.numbers[0].total > 0)
    scaled = margins_of(
        {"days": columns["days"] * scale}, {}, {"days": margins.numbers[0].total * scale}
    )
    ours = calibrate(base, Margins(margins.categories, scaled.numbers), "raking").weight
    assert ours == pytest.approx(calibrate(base, margins, "raking").weight, rel=1e-6)

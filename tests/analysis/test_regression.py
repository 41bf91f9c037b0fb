from typing import get_args

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, strategies as st

from analysis.errors import AnalysisError, EstimationError
from analysis.families import Family
from analysis.inference_errors import InferenceError
from analysis.model_errors import ModelError
from analysis.regression import Regression, regression
from analysis.terms import term_test
from sampling.design import Design
from tests.analysis.cluster_samples import Sample, clustered, jackknife, simple

FAMILIES = {
    "gaussian": sm.families.Gaussian(),
    "quasibinomial": sm.families.Binomial(),
    "quasipoisson": sm.families.Poisson(),
}


def answers(sample: Sample, family: Family) -> np.ndarray:
    """An answer that suits the family."""
    if family == "gaussian":
        return sample.y
    return sample.satisfied if family == "quasibinomial" else np.round(sample.days)


def fitted(sample: Sample, family: Family, design: Design | None = None) -> Regression:
    """A regression on a number and labels."""
    x = {"y": sample.y / 10, "service": sample.service}
    if family == "gaussian":
        x["y"] = sample.days
    return regression(answers(sample, family), x, design or sample.design, family=family)


@given(st.integers(0, 300), st.sampled_from(get_args(Family)))
def test_coefficients_are_those_of_statsmodels(seed: int, family: Family) -> None:
    sample = clustered(seed, rows=200)
    number = sample.days if family == "gaussian" else sample.y / 10
    dummies = (sample.service[:, None] == np.array(["land", "tax"])).astype(float)
    matrix = np.column_stack([np.ones(200), number, dummies])
    weight = sample.design.weight
    model = sm.GLM(answers(sample, family), matrix, FAMILIES[family], freq_weights=weight)
    theirs = model.fit(tol=1e-14, maxiter=100).params
    assert fitted(sample, family).parameters.value == pytest.approx(theirs, rel=1e-7, abs=1e-9)


@given(st.integers(0, 300), st.sampled_from(get_args(Family)))
def test_score_equations_hold_to_rounding(seed: int, family: Family) -> None:
    sample = clustered(seed)
    y, line = answers(sample, family), fitted(sample, family)
    number = sample.days if family == "gaussian" else sample.y / 10
    dummies = (sample.service[:, None] == np.array(["land", "tax"])).astype(float)
    matrix = np.column_stack([np.ones(y.size), number, dummies])
    mean = FAMILIES[family].link.inverse(matrix @ line.parameters.value)
    score = (sample.design.weight * (y - mean)) @ matrix
    size = sample.design.weight @ (np.abs(matrix) * np.abs(y).max())
    assert np.abs(score / size).max() < 1e-12


def test_equal_weights_and_no_clusters_give_the_sandwich() -> None:
    sample = clustered(1)
    n = sample.y.size
    matrix = sm.add_constant(np.column_stack([sample.days, sample.group]))
    for family in get_args(Family):
        y = answers(sample, family)
        x = {"days": sample.y if family == "quasipoisson" else sample.days, "group": sample.group}
        matrix[:, 1] = x["days"]
        ours = regression(y, x, simple(n), family=family).parameters
        theirs = sm.GLM(y, matrix, FAMILIES[family]).fit(tol=1e-14, cov_type="HC0").bse
        assert ours.se == pytest.approx(theirs * np.sqrt(n / (n - 1)), rel=1e-6)
        assert ours.df == n - 3


@pytest.mark.parametrize("seed", range(4))
def test_replicates_are_regressions_of_their_own(seed: int) -> None:
    sample = clustered(seed, rows=300)
    design = jackknife(sample.design)
    scheme = design.scheme
    for family in get_args(Family):
        found = fitted(sample, family, design).parameters
        alone = [
            fitted(sample, family, Design(design.weight * factor, scheme)).parameters.value
            for factor in scheme.factor[scheme.cluster].T
        ]
        deviations = np.array(alone) - found.value
        covariance = (scheme.rscales[:, None] * deviations).T @ deviations
        assert found.covariance == pytest.approx(covariance, rel=1e-5, abs=1e-9)


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_units_of_a_variable_scale_its_coefficient(seed: int, unit: float) -> None:
    sample = clustered(seed)
    one, two = (
        regression(sample.y, {"days": sample.days * by}, sample.design).parameters
        for by in (1, unit)
    )
    assert two.value[1] * unit == pytest.approx(one.value[1])
    assert two.t[1] == pytest.approx(one.t[1])


def test_the_test_of_one_coefficient_is_the_square_of_t() -> None:
    model = fitted(clustered(2), "quasibinomial")
    test = term_test(model, "y")
    assert (test.df, test.residual_df) == (1, model.parameters.df)
    assert pytest.approx(model.parameters.t[1] ** 2) == test.F
    assert test.p_value == pytest.approx(model.parameters.p_value[1])


def test_a_term_does_not_depend_on_which_level_comes_first() -> None:
    sample = clustered(3)
    renamed = np.where(sample.service == "land", "a", sample.service)
    one, two = (
        term_test(regression(sample.y, {"service": labels}, sample.design), "service")
        for labels in (sample.service, renamed)
    )
    assert pytest.approx(two.F) == one.F
    with pytest.raises(InferenceError, match="no variable 'age'; it has service"):
        term_test(regression(sample.y, {"service": renamed}, sample.design), "age")


def test_a_term_with_more_levels_than_clusters_cannot_be_tested() -> None:
    sample = clustered(4)
    many = np.array([f"m{at % 11}" for at in range(sample.y.size)])
    model = regression(sample.y, {"many": many}, sample.design)
    with pytest.raises(InferenceError, match="variance of 'many' is 0"):
        term_test(model, "many")


def told(error: pytest.ExceptionInfo[AnalysisError], *words: str) -> None:
    """Both languages name what is meant."""
    for locale in ("vi", "en"):
        assert all(word in error.value.message(locale) for word in words)


def test_separation_by_a_level_is_named() -> None:
    sample = clustered(5)
    y = np.where(sample.service == "tax", 1.0, sample.satisfied)
    with pytest.raises(InferenceError) as caught:
        regression(y, {"service": sample.service}, sample.design, family="quasibinomial")
    told(caught, "service", "tax", "1")
    y = np.where(sample.service == "civil", 0.0, np.round(sample.days) + 1)
    x = {"y": sample.y, "service": sample.service}
    with pytest.raises(InferenceError) as caught:
        regression(y, x, sample.design, family="quasipoisson")
    told(caught, "service", "civil", "0")


@pytest.mark.parametrize("sign", [1, -1])
def test_separation_by_a_number_is_named(sign: int) -> None:
    sample = clustered(6)
    y = (sign * sample.days > sign * 5).astype(float)
    x = {"y": sample.y, "days": sample.days}
    with pytest.raises(InferenceError) as caught:
        regression(y, x, sample.design, family="quasibinomial")
    told(caught, "days")
    overdue = (sample.days > 8).astype(float)
    y = np.where(overdue == 1, 0.0, sample.satisfied)
    with pytest.raises(InferenceError, match="'overdue'"):
        regression(y, {"overdue": overdue}, sample.design, family="quasibinomial")


def test_separation_by_several_variables_still_names_one() -> None:
    sample = clustered(7)
    y = (sample.days + sample.y / 10 > 10).astype(float)
    x = {"days": sample.days, "y": sample.y}
    with pytest.raises(ModelError, match=r"'days'|'y'"):
        regression(y, x, sample.design, family="quasibinomial")


def test_collinear_variables_are_named() -> None:
    sample = clustered(8)
    x = {"days": sample.days, "twice": 2 * sample.days + 1}
    with pytest.raises(ModelError, match="'twice'"):
        regression(sample.y, x, sample.design)
    with pytest.raises(ModelError, match="'constant'"):
        regression(sample.y, {"constant": np.ones(sample.y.size)}, sample.design)
    inside = sample.design.domain(sample.service == "land")
    only = (sample.service == "land").astype(float)
    with pytest.raises(ModelError, match="'only'"):
        regression(sample.y, {"only": only}, inside)


def test_a_level_that_only_other_rows_have_gets_no_coefficient() -> None:
    sample = clustered(9)
    model = regression(
        sample.y, {"service": sample.service}, sample.design.domain(sample.service != "civil")
    )
    assert model.terms == (("(Intercept)", ""), ("service", "tax"))


def test_missing_values_spread_or_are_dropped() -> None:
    sample = clustered(10)
    y, days, service = sample.y.copy(), sample.days.copy(), sample.service.copy()
    y[0], days[1], service[2] = np.nan, np.nan, ""
    x = {"days": days, "service": service}
    found = regression(y, x, sample.design)
    assert np.isnan([found.parameters.value, found.parameters.se]).all()
    assert np.isnan(term_test(found, "service").p_value)
    dropped = regression(y, x, sample.design, missing="drop").parameters
    kept = regression(
        sample.y,
        {"days": sample.days, "service": sample.service},
        sample.design.domain(np.arange(y.size) > 2),
    ).parameters
    assert dropped.value == pytest.approx(kept.value)
    assert dropped.covariance == pytest.approx(kept.covariance)


def test_answers_must_suit_the_family() -> None:
    x = {"x": [0.0, 1.0, 2.0, 3.0]}
    with pytest.raises(InferenceError, match=r"'y' at place 2 is 2\.0"):
        regression([0, 1, 2, 1], x, simple(4), family="quasibinomial")
    with pytest.raises(InferenceError, match=r"is -1\.0"):
        regression([0, -1, 2, 1], x, simple(4), family="quasipoisson")
    with pytest.raises(InferenceError, match="is inf"):
        regression([0, np.inf, 2, 1], x, simple(4))
    for family, value in (("quasibinomial", 1.0), ("quasibinomial", 0.0), ("quasipoisson", 0.0)):
        with pytest.raises(InferenceError, match=f"'y' = {value}"):
            regression([value] * 4, x, simple(4), family=family)


def test_constant_answers_of_a_linear_regression_leave_nothing_unsure() -> None:
    found = regression([5.0] * 4, {"x": [0.0, 1.0, 2.0, 4.0]}, simple(4)).parameters
    assert found.value == pytest.approx([5, 0], abs=1e-12)
    assert found.se == pytest.approx([0, 0], abs=1e-12)


def test_models_without_rows_or_variables_are_refused() -> None:
    with pytest.raises(InferenceError, match="no row of the domain has 'y, x'"):
        regression([1.0, 2.0], {"x": [0.0, 1.0]}, simple(2).domain(np.zeros(2, bool)))
    with pytest.raises(InferenceError, match="no variable to explain by"):
        regression([1.0, 2.0], {}, simple(2))
    with pytest.raises(InferenceError, match="'x' has shape"):
        regression([1.0, 2.0], {"x": [1.0]}, simple(2))
    with pytest.raises(EstimationError, match="'probit'"):
        regression([1.0, 2.0], {"x": [0.0, 1.0]}, simple(2), family="probit")  # type: ignore[arg-type]  # no such word

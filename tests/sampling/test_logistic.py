import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings, strategies as st

from sampling.errors import WeightingError
from sampling.logistic import logistic


def answers(seed: int, rows: int = 400) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    terms = {
        "late": rng.integers(0, 2, rows),
        "age": rng.choice(["a", "b", "c"], rows),
        "sex": rng.choice(["F", "M"], rows),
        "days": rng.gamma(2, 3, rows),
    }
    odds = 0.3 - 0.4 * terms["late"] + 0.5 * (terms["age"] == "c") + 0.05 * terms["days"]
    return terms, rng.random(rows) < 1 / (1 + np.exp(-odds)), rng.lognormal(1, 0.5, rows)


@settings(max_examples=20)
@given(st.integers(0, 1000), st.booleans())
def test_the_fit_is_that_of_statsmodels(seed: int, weighted: bool) -> None:
    terms, answered, weight = answers(seed)
    fit = logistic(terms, answered, weight if weighted else None)
    assert fit.names == ("(Intercept)", "late", "ageb", "agec", "sexM", "days")
    x = np.column_stack(
        [
            np.ones(answered.size),
            terms["late"],
            terms["age"] == "b",
            terms["age"] == "c",
            terms["sex"] == "M",
            terms["days"],
        ]
    ).astype(float)
    oracle = sm.GLM(
        answered.astype(float),
        x,
        family=sm.families.Binomial(),
        freq_weights=weight if weighted else None,
    ).fit(tol=1e-14, maxiter=100)
    assert fit.coefficient == pytest.approx(oracle.params, abs=1e-9)
    assert fit.propensity == pytest.approx(oracle.fittedvalues, abs=1e-9)


def test_numbers_alone_have_an_intercept_too() -> None:
    terms, answered, _ = answers(1)
    fit = logistic({"days": terms["days"]}, answered)
    assert fit.names == ("(Intercept)", "days")
    assert (fit.propensity - answered) @ np.column_stack([np.ones(400), terms["days"]]) == (
        pytest.approx(np.zeros(2), abs=1e-8)
    )


def test_the_mean_of_propensities_is_the_share_that_answered() -> None:
    terms, answered, weight = answers(2)
    fit = logistic(terms, answered, weight)
    assert np.average(fit.propensity, weights=weight) == pytest.approx(
        np.average(answered, weights=weight), abs=1e-12
    )


def test_a_level_at_which_all_answered_is_named() -> None:
    terms, answered, _ = answers(3)
    answered = answered | (terms["age"] == "b")
    with pytest.raises(WeightingError, match="at age, level 'b', all or none answered"):
        logistic(terms, answered)


def test_a_number_that_tells_who_answers_is_refused() -> None:
    terms, _, _ = answers(4)
    with pytest.raises(WeightingError) as caught:
        logistic({"days": terms["days"]}, terms["days"] > 4)
    assert caught.value.code == "no_fit"


def test_variables_that_repeat_each_other_are_refused() -> None:
    terms, answered, _ = answers(5)
    with pytest.raises(WeightingError) as caught:
        logistic({**terms, "twice": 2 * terms["days"] + 1}, answered)
    assert caught.value.code == "collinear_terms"


def test_a_missing_value_names_its_variable() -> None:
    terms, answered, _ = answers(6)
    terms["days"][7] = np.nan
    with pytest.raises(WeightingError, match="days is empty in 1 rows, first in row number 8"):
        logistic(terms, answered)


def test_columns_of_another_length_are_refused() -> None:
    terms, answered, _ = answers(7)
    with pytest.raises(WeightingError):
        logistic(terms, answered[:-1])

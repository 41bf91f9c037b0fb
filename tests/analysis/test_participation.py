import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.model_errors import ModelError
from analysis.participation import calibrated_participation, pseudo_likelihood
from analysis.predictors import predictors
from tests.analysis.volunteer_samples import town

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds)
@settings(max_examples=20, deadline=None)
def test_both_forms_solve_their_equations(seed: int) -> None:
    found = town(seed, 1500)
    weight = np.random.default_rng(seed).uniform(1, 3, size=1500)
    volunteers, frame = predictors(found.volunteers, found.frame)
    totals = frame.totals(weight)
    calibrated = calibrated_participation(volunteers, totals)
    assert volunteers.totals(calibrated.weight) == pytest.approx(totals, rel=1e-11)
    fitted = pseudo_likelihood(volunteers, frame, weight)
    matrix = frame.patterns[frame.place]
    chance = 1 / (1 + np.exp(-(matrix @ fitted.coefficients)))
    assert (weight * chance) @ matrix == pytest.approx(volunteers.totals(), rel=1e-11)
    for form in (fitted, calibrated):
        assert ((form.probability > 0) & (form.probability < 1)).all()
        assert form.weight.sum() == pytest.approx(totals[0], rel=0.3)


def test_against_the_whole_frame_it_is_logistic_regression() -> None:
    found = town(1)
    volunteers, frame = predictors(found.volunteers, found.frame)
    fitted = pseudo_likelihood(volunteers, frame)
    oracle = GLM(found.volunteered, frame.patterns[frame.place], family=Binomial())
    assert fitted.coefficients == pytest.approx(oracle.fit(tol=1e-14).params, rel=1e-9)


def test_weights_of_one_are_the_frame() -> None:
    found = town(2)
    volunteers, frame = predictors(found.volunteers, found.frame)
    ones = np.ones(frame.place.size)
    assert pseudo_likelihood(volunteers, frame).coefficients == pytest.approx(
        pseudo_likelihood(volunteers, frame, ones).coefficients, rel=1e-14
    )


def test_the_order_of_rows_and_of_variables_changes_nothing() -> None:
    found = town(3)
    order = np.random.default_rng(3).permutation(int(found.volunteered.sum()))
    moved = {name: found.volunteers[name][order] for name in ("days", "service", "overdue")}
    volunteers, frame = predictors(found.volunteers, found.frame)
    other, same = predictors(moved, found.frame)
    plain, shuffled = pseudo_likelihood(volunteers, frame), pseudo_likelihood(other, same)
    assert shuffled.weight == pytest.approx(plain.weight[order], rel=1e-10)


@given(seed=seeds, factor=st.sampled_from([2.0, 10.0, 1e4]))
@settings(max_examples=15, deadline=None)
def test_a_larger_population_makes_volunteers_stand_for_more(seed: int, factor: float) -> None:
    found = town(seed, 1500)
    volunteers, frame = predictors(found.volunteers, found.frame)
    few = calibrated_participation(volunteers, frame.totals())
    many = calibrated_participation(volunteers, factor * frame.totals())
    assert many.weight.sum() == pytest.approx(factor * few.weight.sum(), rel=1e-10)
    # All that changes for rare volunteers is the intercept, by the logarithm of the factor.
    reference = pseudo_likelihood(volunteers, frame, np.full(frame.place.size, factor * 1e4))
    rarer = pseudo_likelihood(volunteers, frame, np.full(frame.place.size, factor * 1e5))
    change = rarer.coefficients - reference.coefficients
    assert change[0] == pytest.approx(-np.log(10), abs=1e-4)
    assert change[1:] == pytest.approx(0, abs=1e-4)


def test_with_an_intercept_alone_everybody_is_as_likely() -> None:
    same, frame = predictors({"x": np.array(["a"] * 5)}, {"x": np.array(["a"] * 20)})
    assert pseudo_likelihood(same, frame).probability == pytest.approx(0.25)
    assert calibrated_participation(same, [20.0]).probability == pytest.approx(0.25)


def test_numbers_of_very_different_size_do_no_harm() -> None:
    found = town(4)
    fee = 1e7 + 1e6 * found.frame["days"]
    volunteers, frame = predictors(found.volunteers, found.frame)
    large, large_frame = predictors(
        {**found.volunteers, "days": fee[found.volunteered]}, {**found.frame, "days": fee}
    )
    plain, scaled = pseudo_likelihood(volunteers, frame), pseudo_likelihood(large, large_frame)
    assert scaled.weight == pytest.approx(plain.weight, rel=1e-8)


@pytest.mark.parametrize("form", ["pseudo", "calibrated"])
def test_what_no_propensity_explains_is_refused_by_name(form: str) -> None:
    people = {"age": np.repeat(["18-29", "30-59", "60+"], 20), "sex": np.tile(["F", "M"], 30)}

    def fit(age: str, sex: str) -> None:
        own = {"age": np.array(age.split()), "sex": np.array(sex.split())}
        volunteers, frame = predictors(own, people)
        if form == "pseudo":
            pseudo_likelihood(volunteers, frame)
        else:
            calibrated_participation(volunteers, frame.totals())

    fit("18-29 30-59 60+ 60+", "F M F M")
    with pytest.raises(ModelError, match="no volunteer has 'age' = '60\\+'") as caught:
        fit("18-29 30-59 18-29", "F M M")
    assert "«60+»" in caught.value.message("vi")
    with pytest.raises(ModelError, match="no volunteer has 'age' = '18-29'"):
        fit("60+ 30-59 30-59", "F M M")
    with pytest.raises(ModelError, match="reference has nobody with 'sex' = 'X'"):
        fit("18-29 30-59 60+ 60+", "F M X F")
    with pytest.raises(ModelError, match="20 volunteers for 'age 60\\+' but the population has 20"):
        fit("18-29 30-59 " + "60+ " * 20, "F M " + "F M " * 10)
    with pytest.raises(ModelError, match="no volunteers"):
        fit("", "")


def test_a_collinear_variable_is_named() -> None:
    found = town(5)
    volunteers, frame = predictors(
        {**found.volunteers, "late": 1 - found.volunteers["overdue"]},
        {**found.frame, "late": 1 - found.frame["overdue"]},
    )
    with pytest.raises(ModelError, match="'late'"):
        pseudo_likelihood(volunteers, frame)
    with pytest.raises(ModelError, match="'late'"):
        calibrated_participation(volunteers, frame.totals())


def test_volunteers_that_a_number_separates_have_no_solution() -> None:
    days = np.arange(100.0)
    volunteers, frame = predictors({"days": days[60:]}, {"days": days})
    with pytest.raises(ModelError) as caught:
        pseudo_likelihood(volunteers, frame)
    assert (caught.value.code, caught.value.params["what"]) == (
        "no_convergence",
        "pseudo_likelihood",
    )


def test_totals_out_of_reach_have_no_solution() -> None:
    volunteers, _ = predictors({"days": [1.0, 2, 3]}, {"days": [1.0]})
    with pytest.raises(ModelError, match="no solution"):
        calibrated_participation(volunteers, [30, 300])
    with pytest.raises(ModelError, match="shape"):
        calibrated_participation(volunteers, [30])
    with pytest.raises(ModelError, match="'totals' is missing"):
        calibrated_participation(volunteers, [30, np.nan])


def test_wrong_references_are_refused() -> None:
    found = town(6, 200)
    volunteers, frame = predictors(found.volunteers, found.frame)
    (apart,) = predictors(found.frame)
    with pytest.raises(ModelError, match="coded together"):
        pseudo_likelihood(volunteers, apart)
    with pytest.raises(ModelError, match="shape"):
        pseudo_likelihood(volunteers, frame, np.ones(3))
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ModelError, match="weight number 0"):
            pseudo_likelihood(volunteers, frame, np.r_[wrong, np.ones(199)])

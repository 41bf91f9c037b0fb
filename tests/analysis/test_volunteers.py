import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from analysis.domains import Domains, crossed
from analysis.model_errors import ModelError
from analysis.outcome_models import linear_model
from analysis.participation import Participation, calibrated_participation, pseudo_likelihood
from analysis.predictors import Predictors, predictors
from analysis.volunteer_domains import correction_errors, doubly_robust_means
from analysis.volunteers import capped, doubly_robust_mean, mass_imputed_mean, weighted_mean
from tests.analysis.volunteer_samples import Town, town


def fitted(found: Town, form: str = "pseudo") -> tuple[Participation, Predictors]:
    volunteers, frame = predictors(found.volunteers, found.frame)
    if form == "pseudo":
        return pseudo_likelihood(volunteers, frame), frame
    return calibrated_participation(volunteers, frame.totals()), frame


def services(found: Town) -> tuple[Domains, Domains]:
    return crossed([found.volunteers["service"]]), crossed([found.frame["service"]])


def test_weights_are_capped_at_the_median_and_five_interquartile_ranges() -> None:
    weight = np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 100])
    assert capped(weight).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 25]
    assert capped(weight, 0).max() == 5


@given(st.lists(st.floats(1, 1e6), min_size=1), st.floats(0, 10))
def test_capping_never_raises_a_weight_nor_changes_their_order(
    weights: list[float], multiple: float
) -> None:
    order = np.argsort(weights)
    lower = capped(weights, multiple)
    assert (lower <= np.asarray(weights)).all()
    assert (np.diff(lower[order]) >= 0).all()


def test_weights_that_cannot_be_capped_are_refused() -> None:
    with pytest.raises(ModelError, match="no volunteers"):
        capped([])
    with pytest.raises(ModelError, match="'weight' is missing"):
        capped([1.0, np.nan])
    for wrong in (-1.0, np.nan, np.inf):
        with pytest.raises(ModelError, match="multiple"):
            capped([1.0, 2.0], wrong)


@pytest.mark.parametrize("form", ["pseudo", "calibrated"])
def test_the_standard_error_is_that_of_repeated_volunteering(form: str) -> None:
    found, draw = town(11), np.random.default_rng(1)
    means, told = [], []
    for _ in range(300):
        volunteered = draw.uniform(size=found.chance.size) < found.chance
        again = Town(found.frame, found.answer, found.chance, volunteered)
        participation, _ = fitted(again, form)
        mean, se = weighted_mean(again.told, participation)
        means.append(mean)
        told.append(se**2)
    assert np.mean(means) == pytest.approx(found.answer.mean(), abs=4 * np.std(means) / 300**0.5)
    assert np.mean(told) == pytest.approx(np.var(means), rel=0.2)


def test_domain_errors_are_the_influences_added_up() -> None:
    found = town(12)
    by, _ = services(found)
    for form in ("pseudo", "calibrated"):
        participation, _ = fitted(found, form)
        model = linear_model(found.told, participation.predictors)
        errors = correction_errors(found.told, by, participation, model)
        rest, weight = found.told - model.predicted(participation.predictors), participation.weight
        for domain in range(3):
            inside = by.codes == domain
            centre = np.average(rest[inside], weights=weight[inside])
            share = np.where(inside, (rest - centre) / weight[inside].sum(), 0.0)
            moved = participation.influence(share)
            expected = np.sqrt((1 - participation.probability) @ moved**2)
            assert errors[domain] == pytest.approx(expected, rel=1e-9)
        both = participation.influence(np.column_stack([share, 2 * share]))
        assert both == pytest.approx(np.column_stack([moved, 2 * moved]), rel=1e-9)


def test_answers_that_the_model_explains_need_no_propensities() -> None:
    found = town(13)
    line = 3 + 2 * found.frame["overdue"] - (found.frame["service"] == "land")
    participation, frame = fitted(found)
    model = linear_model(line[found.volunteered], participation.predictors)
    assert mass_imputed_mean(model, participation.predictors, frame) == pytest.approx(line.mean())
    robust = doubly_robust_mean(line[found.volunteered], participation, model, frame)
    assert robust == pytest.approx(line.mean(), rel=1e-12)
    domains, frame_domains = services(found)
    means = doubly_robust_means(
        line[found.volunteered],
        np.ones(int(found.volunteered.sum())),
        participation.predictors,
        domains,
        model,
        frame,
        frame_domains,
    )
    truth = [line[found.frame["service"] == name].mean() for name in ("civil", "land", "trade")]
    assert means.value == pytest.approx(truth, rel=1e-12)
    assert means.correction == pytest.approx(0, abs=1e-11)


@given(seed=st.integers(0, 2**32 - 1), factor=st.sampled_from([0.01, 3.0, 1e6]))
@settings(max_examples=15, deadline=None)
def test_the_scale_of_reference_weights_changes_no_model_mean(seed: int, factor: float) -> None:
    found = town(seed, 1000)
    participation, frame = fitted(found)
    model = linear_model(found.told, participation.predictors)
    weight = np.random.default_rng(seed).uniform(1, 5, size=1000)
    own = participation.predictors
    once = mass_imputed_mean(model, own, frame, weight)
    assert mass_imputed_mean(model, own, frame, factor * weight) == pytest.approx(once, rel=1e-12)
    robust = doubly_robust_mean(found.told, participation, model, frame, weight)
    again = doubly_robust_mean(found.told, participation, model, frame, factor * weight)
    assert again == pytest.approx(robust, rel=1e-12)


def test_one_domain_of_all_is_the_whole() -> None:
    found = town(14)
    participation, frame = fitted(found)
    model = linear_model(found.told, participation.predictors)
    ones = [crossed([np.ones(rows)]) for rows in (found.told.size, found.answer.size)]
    weight = np.random.default_rng(1).uniform(1, 2, size=found.answer.size)
    own = participation.predictors
    means = doubly_robust_means(
        found.told, participation.weight, own, ones[0], model, frame, ones[1], weight
    )
    whole = doubly_robust_mean(found.told, participation, model, frame, weight)
    assert means.value == pytest.approx([whole], rel=1e-13)
    assert means.volunteers.tolist() == [found.told.size]


def test_a_domain_without_volunteers_has_only_the_models_mean() -> None:
    found = town(15)
    participation, frame = fitted(found)
    own, model = participation.predictors, linear_model(found.told, participation.predictors)
    frame_domains = services(found)[1]
    inside = crossed([found.frame["service"]]).codes[found.volunteered]
    domains = Domains(np.where(inside == 1, -1, inside), frame_domains.names)
    means = doubly_robust_means(
        found.told, participation.weight, own, domains, model, frame, frame_domains
    )
    assert np.isnan(means.value).tolist() == [False, True, False]
    assert means.volunteers[1] == 0
    land = found.frame["service"] == "land"
    assert means.model_mean[1] == pytest.approx(model.predicted(frame)[land].mean())
    errors = correction_errors(found.told, domains, participation, model)
    assert np.isnan(errors).tolist() == [False, True, False]


def test_sources_that_do_not_belong_together_are_refused() -> None:
    found = town(16, 500)
    participation, frame = fitted(found)
    own, model = participation.predictors, linear_model(found.told, participation.predictors)
    by, frame_by = services(found)
    weight = participation.weight
    other = crossed([found.frame["overdue"]])
    with pytest.raises(ModelError, match="same domains"):
        doubly_robust_means(found.told, weight, own, by, model, frame, other)
    with pytest.raises(ModelError, match="'domains' has shape"):
        doubly_robust_means(found.told, weight, own, frame_by, model, frame, frame_by)
    with pytest.raises(ModelError, match="weight number 0"):
        doubly_robust_means(found.told, -weight, own, by, model, frame, frame_by)
    with pytest.raises(ModelError, match="'y' is missing"):
        weighted_mean(np.full(found.told.size, np.nan), participation)


def test_a_level_without_volunteers_is_not_guessed() -> None:
    own = {"service": np.array(["a", "b", "a", "b"])}
    volunteers, frame = predictors(own, {"service": np.array(["a", "b", "c"])})
    (alone,) = predictors(own)
    model = linear_model([1.0, 2, 3, 4], alone)
    with pytest.raises(ModelError, match="'service' = 'c'"):
        mass_imputed_mean(model, volunteers, frame)
    with pytest.raises(ModelError, match="'service c'"):
        linear_model([1.0, 2, 3, 4], volunteers)

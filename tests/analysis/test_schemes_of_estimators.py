"""Every estimator gives the same answer however the same way of drawing is described."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from analysis.comparisons import rank_test, t_test
from analysis.domains import crossed
from analysis.estimate import mean
from analysis.proportions import proportion_interval
from analysis.quantiles import quantile, quantile_by
from analysis.ratios import ratio_by
from analysis.regression import regression
from analysis.spread import variance_by
from analysis.tables import independence_test
from analysis.terms import term_test
from sampling.design import Design, stratified
from sampling.joint import pairs
from tests.analysis.cluster_samples import Sample, clustered

Numbers = Callable[[Sample, Design], object]


def of_model(sample: Sample, design: Design) -> np.ndarray:
    x = {"days": sample.days, "service": sample.service}
    model = regression(sample.satisfied, x, design, family="quasibinomial")
    return np.append(model.parameters.se, term_test(model, "service").F)


ESTIMATORS: dict[str, Numbers] = {
    "ratio": lambda s, d: ratio_by(s.y, s.days, crossed([s.service]), d).se,
    "variance": lambda s, d: variance_by(s.y, crossed([s.service]), d).se,
    "quantile": lambda s, d: quantile(s.y, [0.2, 0.5], d).se,
    "quantile_by": lambda s, d: quantile_by(s.y, [0.2, 0.5], crossed([s.service]), d).lower,
    "proportion": lambda s, d: proportion_interval(mean(s.satisfied, d))[0],
    "t_test": lambda s, d: t_test(s.y, s.group, d).F,
    "rank_test": lambda s, d: rank_test(s.y, s.service, d).p_value,
    "regression": of_model,
    "F": lambda s, d: independence_test(s.service, s.group, d).p_value,
    "Wald": lambda s, d: independence_test(s.service, s.group, d, statistic="Wald").p_value,
}


class Nothing:
    """A calibration that explains nothing."""

    def residuals(self, contributions: np.ndarray) -> np.ndarray:
        return contributions


@pytest.mark.parametrize("name", ESTIMATORS)
def test_pairs_of_a_simple_random_sample_tell_what_its_frame_tells(name: str) -> None:
    sample = clustered(1, rows=60)
    n, population = 60, 150
    probability = np.full(n, n / population)
    joint = np.full((n, n), n * (n - 1) / (population * (population - 1)))
    np.fill_diagonal(joint, probability)
    stages = stratified(1 / probability, frame_clusters=np.full(n, population))
    paired = Design(1 / probability, pairs(probability, joint, yates_grundy=True))
    theirs, ours = (ESTIMATORS[name](sample, design) for design in (stages, paired))
    assert ours == pytest.approx(theirs, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_calibration_that_explains_nothing_changes_nothing(name: str) -> None:
    sample = clustered(2)
    calibrated = replace(sample.design, calibration=(Nothing(),))
    ours, theirs = (ESTIMATORS[name](sample, design) for design in (calibrated, sample.design))
    assert ours == pytest.approx(theirs, rel=1e-7, nan_ok=True)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_rows_outside_the_domain_may_hold_anything(name: str) -> None:
    sample = clustered(3)
    inside = np.arange(sample.y.size) % 3 > 0
    design = sample.design.domain(inside)
    spoilt = replace(
        sample,
        y=np.where(inside, sample.y, np.nan),
        days=np.where(inside, sample.days, np.inf),
        satisfied=np.where(inside, sample.satisfied, 9.0),
        group=np.where(inside, sample.group, np.nan),
        service=np.where(inside, sample.service, ""),
    )
    ours, theirs = (ESTIMATORS[name](each, design) for each in (spoilt, sample))
    assert ours == pytest.approx(theirs, rel=1e-9, nan_ok=True)

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, strategies as st

from analysis.change import Round, change
from analysis.contrasts import contrast
from analysis.domains import Domains, crossed
from analysis.errors import AnalysisError
from analysis.estimate import mean, mean_by
from analysis.inference_errors import InferenceError
from sampling.design import Design, stratified
from sampling.errors import SamplingError
from tests.analysis.cluster_samples import clustered, jackknife, simple


@dataclass(frozen=True)
class Town:
    """Means of 60 clusters in 3 strata at two times, alike but not the same."""

    level: np.ndarray
    people: int = 8

    @classmethod
    def grown(cls, seed: int) -> "Town":
        generator = np.random.default_rng(seed)
        first = generator.normal(50, 8, 60) + 10 * (np.arange(60) // 20)
        return cls(np.column_stack([first, first + generator.normal(2, 3, 60)]))

    def asked(self, time: int, drawn: np.ndarray, generator: np.random.Generator) -> Round:
        """Ask people of the drawn clusters, of which each stratum has 20 on the frame."""
        cluster = np.repeat(drawn, self.people)
        stratum = cluster // 20
        sampled = np.bincount(drawn // 20, minlength=3)[stratum]
        y = self.level[cluster, time] + generator.normal(0, 5, cluster.size)
        design = stratified(20 / sampled, stratum, cluster, np.full(cluster.size, 20.0))
        return Round(y, design, cluster)


def rotated(generator: np.random.Generator, size: int, kept: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw clusters of each stratum twice, keeping some."""
    rounds: tuple[list[int], list[int]] = [], []
    for stratum in range(3):
        order = generator.permutation(20) + 20 * stratum
        rounds[0].extend(order[:size])
        rounds[1].extend(order[size - kept : 2 * size - kept])
    return np.sort(rounds[0]), np.sort(rounds[1])


@pytest.mark.parametrize(("size", "kept"), [(6, 6), (6, 3), (8, 2)])
def test_the_error_is_that_of_repeated_samples(size: int, kept: int) -> None:
    town, generator = Town.grown(1), np.random.default_rng(2)
    # What people say around their cluster's level differs from round to round of the simulation.
    values, variances, apart = [], [], []
    for _ in range(500):
        first, second = rotated(generator, size, kept)
        found = change(town.asked(0, first, generator), town.asked(1, second, generator))
        values.append(found.value[0, 0])
        variances.append(found.se[0, 0] ** 2)
        apart.append(found.before.se[0, 0] ** 2 + found.after.se[0, 0] ** 2)
    truth = (town.level[:, 1] - town.level[:, 0]).mean()
    spread = np.var(values)
    assert np.mean(values) == pytest.approx(truth, abs=4 * np.sqrt(spread / 500))
    # The people's own noise is drawn afresh, which a finite frame of clusters leaves out a little.
    assert np.mean(variances) == pytest.approx(spread, rel=0.2)
    if kept == size:
        assert np.mean(apart) > 2 * spread


@given(st.integers(0, 10_000))
def test_with_all_clusters_shared_it_is_one_sample_of_two_domains(seed: int) -> None:
    sample, later = clustered(seed), clustered(seed + 1)
    stage = sample.design.first_stage
    after = later.y
    found = change(
        Round(sample.y, sample.design, stage.cluster),
        Round(after, later.design, later.design.first_stage.cluster),
    )
    stages = [drawn.design.first_stage for drawn in (sample, later)]
    cluster = np.concatenate([one.cluster for one in stages])
    stratum = np.concatenate([one.stratum[one.cluster] for one in stages])
    both = stratified(
        np.concatenate([sample.design.weight, later.design.weight]),
        stratum,
        cluster,
        stage.population[stratum],
    )
    time = crossed([np.repeat(["before", "after"], [sample.y.size, after.size])])
    stacked = mean_by(np.concatenate([sample.y, after]), time, both, covariance=True)
    theirs = contrast(stacked, [1, -1])
    assert time.names == (("after",), ("before",))
    assert found.value[0, 0] == pytest.approx(theirs.value[0])
    assert found.se[0, 0] == pytest.approx(theirs.se[0])


@given(st.integers(0, 10_000))
def test_with_no_cluster_shared_rounds_are_independent(seed: int) -> None:
    first, second = clustered(seed), clustered(seed + 1)
    found = change(
        Round(first.y, first.design, first.design.first_stage.cluster),
        Round(second.y, second.design, second.design.first_stage.cluster + 100),
    )
    apart = [mean(one.y, one.design).se[0] for one in (first, second)]
    assert found.se[0, 0] == pytest.approx(np.hypot(*apart))
    assert (found.covariance == 0).all()


@given(st.integers(0, 10_000))
def test_a_panel_that_did_not_change_is_sure_of_it(seed: int) -> None:
    sample = clustered(seed)
    answers = Round(sample.y, sample.design, sample.design.first_stage.cluster)
    shifted = replace(answers, y=sample.y + 3)
    found = change(answers, shifted)
    assert found.value == pytest.approx(3)
    assert found.se == pytest.approx(0, abs=1e-6)
    assert np.array(found.interval()).ravel() == pytest.approx([3, 3], abs=1e-5)


@given(st.integers(0, 10_000))
def test_domains_alone_or_together_are_the_same(seed: int) -> None:
    first, second = clustered(seed), clustered(seed + 1)
    sides = [
        Round(
            np.column_stack([one.y, one.days]),
            one.design,
            one.design.first_stage.cluster,
            crossed([one.service]),
        )
        for one in (first, second)
    ]
    together = change(*sides)
    for at, name in enumerate(["civil", "land", "tax"]):
        alone = change(
            *(
                replace(side, design=side.design.domain(one.service == name), by=None)
                for side, one in zip(sides, (first, second), strict=True)
            )
        )
        assert together.value[at] == pytest.approx(alone.value[0])
        assert together.se[at] == pytest.approx(alone.se[0])
        assert together.covariance[at] == pytest.approx(alone.covariance[0])


class Removing:
    """A calibration that explains everything by the mean of the rows."""

    def residuals(self, contributions: np.ndarray) -> np.ndarray:
        return contributions - contributions.mean(axis=0)


def test_what_calibration_explains_does_not_vary_together() -> None:
    first, second = clustered(1), clustered(2)
    rounds = [
        Round(
            one.y,
            replace(one.design, calibration=(Removing(),)),
            one.design.first_stage.cluster,
            crossed([one.service]),
        )
        for one in (first, second)
    ]
    found = change(*rounds)
    stacked_before = mean_by(first.y, rounds[0].by, rounds[0].design).se
    assert found.before.se == pytest.approx(stacked_before)
    same = change(rounds[0], rounds[0])
    assert same.se == pytest.approx(0, abs=1e-6)


def test_domains_may_be_numbered_otherwise_but_not_be_others() -> None:
    first, second = clustered(3), clustered(4)
    by = crossed([second.service])
    turned = Domains(2 - by.codes, by.names[::-1])
    before = Round(
        first.y, first.design, first.design.first_stage.cluster, crossed([first.service])
    )
    after = Round(second.y, second.design, second.design.first_stage.cluster, by)
    plain, other = change(before, after), change(before, replace(after, by=turned))
    assert other.value == pytest.approx(plain.value)
    assert other.se == pytest.approx(plain.se)
    renamed = crossed([np.where(second.service == "tax", "age", second.service)])
    with pytest.raises(InferenceError, match=r"'age'|'tax'"):
        change(before, replace(after, by=renamed))


def test_missing_answers_spread_or_are_dropped() -> None:
    sample = clustered(5)
    y = sample.y.copy()
    y[0] = np.nan
    plain = Round(sample.y, sample.design, sample.design.first_stage.cluster)
    assert np.isnan(change(plain, replace(plain, y=y)).value).all()
    dropped = change(plain, replace(plain, y=y), missing="drop")
    kept = change(plain, replace(plain, design=sample.design.domain(np.arange(y.size) > 0)))
    assert dropped.se == pytest.approx(kept.se)


def test_a_domain_without_rows_has_no_change() -> None:
    sample = clustered(6)
    by = crossed([sample.service])
    plain = Round(sample.y, sample.design, sample.design.first_stage.cluster, by)
    narrowed = replace(plain, design=sample.design.domain(sample.service != "tax"))
    found = change(plain, narrowed)
    assert np.isnan(found.value[:, 0]).tolist() == [False, False, True]
    assert np.isnan(found.se[:, 0]).tolist() == [False, False, True]


def wrong(seed: int) -> list[tuple[Design, np.ndarray, str]]:
    """Designs and cluster names that a change cannot be worked out with."""
    sample = clustered(seed)
    names = sample.design.first_stage.cluster
    return [
        (jackknife(sample.design), names, "not Replicates"),
        (sample.design, names % 4, "the cluster name '0' in 2"),
        (sample.design, np.arange(names.size), "in 2 means two clusters"),
        (sample.design, names[1:], "'cluster' has shape"),
    ]


@pytest.mark.parametrize("at", range(4))
def test_designs_and_names_must_fit(at: int) -> None:
    sample = clustered(7)
    before = Round(sample.y, sample.design, sample.design.first_stage.cluster)
    design, names, message = wrong(7)[at]
    with pytest.raises(AnalysisError, match=message):
        change(before, Round(sample.y, design, names))


def test_rounds_measure_the_same_things_by_answers_of_their_rows() -> None:
    sample = clustered(8)
    before = Round(sample.y, sample.design, sample.design.first_stage.cluster)
    with pytest.raises(InferenceError, match="the one after 2"):
        change(before, replace(before, y=np.column_stack([sample.y, sample.y])))
    with pytest.raises(SamplingError, match="the design has 120 rows"):
        change(before, replace(before, y=sample.y[1:]))
    with pytest.raises(AnalysisError, match="the level is 95"):
        change(before, before).interval(95)


def test_rows_drawn_one_by_one_are_matched_by_their_names() -> None:
    generator = np.random.default_rng(9)
    person = generator.normal(0, 3, 30)
    before, after = person[:20] + generator.normal(size=20), person[10:] + generator.normal(size=20)
    names = np.array([f"P{at:02d}" for at in range(30)])
    found = change(Round(before, simple(20), names[:20]), Round(after, simple(20), names[10:]))
    apart = np.hypot(found.before.se[0, 0], found.after.se[0, 0])
    shared = (before[10:] - before.mean()) @ (after[:10] - after.mean())
    # 10 of 20 shared: products are on average 10 (1 - 1/20 - 1/20 + 10/400) covariances.
    covariance = shared / (1 - 0.1 + 0.025) / 400
    assert found.covariance[0, 0] == pytest.approx(covariance)
    assert found.se[0, 0] == pytest.approx(np.sqrt(apart**2 - 2 * covariance))
    assert found.p_value.shape == (1, 1)

"""Small stratified cluster samples for tests of estimators."""

from dataclasses import dataclass

import numpy as np

from sampling.design import Design, Replicates, stratified


@dataclass(frozen=True)
class Sample:
    """Answers and a design: 3 strata, 12 clusters, weights between 1 and 20."""

    y: np.ndarray
    days: np.ndarray
    satisfied: np.ndarray
    group: np.ndarray
    service: np.ndarray
    design: Design
    generator: np.random.Generator


def clustered(seed: int, rows: int = 120, *, replaced: bool = False) -> Sample:
    """Draw a sample in which answers depend on days, group and cluster.

    Clusters are a part of those on small frames, or `replaced` after each draw.
    """
    generator = np.random.default_rng(seed)
    cluster = np.sort(np.concatenate([np.arange(12), generator.integers(0, 12, rows - 12)]))
    frame = np.array([np.inf] * 3 if replaced else [10.0, 4.0, np.inf])[cluster // 4]
    design = stratified(generator.uniform(1, 20, rows), cluster // 4, cluster, frame)
    days, group = generator.gamma(2, 3, rows), generator.integers(0, 2, rows)
    group[:2] = 0, 1
    effect = generator.normal(0, 1, 12)[cluster]
    line = 1 - 0.1 * days - 0.5 * group + effect
    return Sample(
        y=50 + 10 * line + generator.normal(0, 5, rows),
        days=days,
        satisfied=(generator.uniform(size=rows) < 1 / (1 + np.exp(-line))).astype(float),
        group=group.astype(float),
        service=np.array(["land", "civil", "tax"])[generator.integers(0, 3, rows)],
        design=design,
        generator=generator,
    )


def simple(rows: int) -> Design:
    """A simple random sample of a population without end, each row standing for one."""
    return stratified(np.ones(rows))


def jackknife(design: Design) -> Design:
    """The same rows with a replicate for each cluster left out."""
    stage = design.first_stage
    clusters = np.arange(stage.stratum.size)
    sampled = stage.sampled[stage.stratum]
    same = stage.stratum[:, None] == stage.stratum[None, :]
    factor = np.where(same, (sampled / (sampled - 1))[None, :], 1.0)
    factor[clusters, clusters] = 0.0
    left = np.where(np.isinf(stage.population), 1.0, 1 - stage.sampled / stage.population)
    rscales = ((sampled - 1) / sampled) * left[stage.stratum]
    df = design.degrees_of_freedom
    return Design(design.weight, Replicates(stage.cluster, factor, 1.0, rscales, True, df))

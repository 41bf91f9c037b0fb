"""Means with standard errors by domain against bare weighted means in numpy."""

import numpy as np

from analysis.domains import crossed
from analysis.estimate import mean_by
from benchmarks.timing import Row, compare
from sampling.design import stratified

PEOPLE, ITEMS, STRATA, DOMAINS = 200_000, 10, 400, 1_000


def rows() -> list[Row]:
    """Measure one stratified sample."""
    generator = np.random.default_rng(1)
    answers = generator.integers(1, 6, (PEOPLE, ITEMS)).astype(float)
    weight = generator.uniform(1, 3, PEOPLE)
    stratum = np.sort(generator.integers(0, STRATA, PEOPLE)).astype(str)
    domain = generator.integers(0, DOMAINS, PEOPLE)
    design = stratified(weight, stratum)
    domains = crossed([domain.astype(str)])

    def estimates() -> None:
        mean_by(answers, domains, design)

    def sums() -> None:
        size = np.bincount(domain, weight, DOMAINS)
        for item in range(ITEMS):
            np.bincount(domain, weight * answers[:, item], DOMAINS) / size

    return [compare("means and errors by domain against bare means", estimates, sums, 60.0)]

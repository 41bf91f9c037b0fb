"""Means by domain of a large file, made by the product: the work of `benchmarks.limits`.

Design and domains are made once for many questions, outside the clock, as the limits' codes are.
Answers are columns; bringing them together is inside.
"""

from dataclasses import replace

import numpy as np

from analysis.domains import crossed
from analysis.estimate import mean_by
from benchmarks.limits import REPLICATES, Floats, Work, chance
from benchmarks.statistics_data import Survey
from sampling.bootstrap import rescaled_bootstrap
from sampling.design import Design, stratified


def taylor(survey: Survey) -> Work:
    """Estimate means by domain with linearised errors."""
    design, domains = drawn(survey), crossed([survey.columns["domain"]])

    def work() -> list[Floats]:
        found = mean_by(np.stack(survey.items, axis=1), domains, design)
        return [found.value, found.se]

    return work


def bootstrap(survey: Survey) -> Work:
    """Draw replicates, then estimate means by domain with their errors."""
    design, domains = drawn(survey), crossed([survey.columns["domain"]])

    def work() -> list[Floats]:
        scheme = rescaled_bootstrap(design, REPLICATES, chance())
        replicated = replace(design, scheme=scheme)
        found = mean_by(np.stack(survey.items, axis=1), domains, replicated)
        return [found.value, found.se]

    return work


def drawn(survey: Survey) -> Design:
    """A stratified sample of clusters."""
    return stratified(survey.weight, survey.columns["stratum"], survey.columns["cluster"])

"""The least work that gives the numbers: weights and errors in bare numpy, to hold ours against.

Nothing is checked, named or explained, and every function knows how its file is laid out: codes
from 0, every code present, as many clusters in each stratum. Each function prepares outside the
clock what it counts on and returns the work to be measured.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.statistics_data import ITEMS, Survey

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Work = Callable[[], list[Floats]]

TOLERANCE = 1e-9
SEED, REPLICATES = 1, 500


def raking(survey: Survey) -> Work:
    """Meet one margin after the other until none was off."""
    weight = survey.weight
    codes = [column.astype(np.int64) for column in survey.margins]

    def work() -> list[Floats]:
        raked, off = weight.copy(), np.inf
        while off >= TOLERANCE:
            off = 0.0
            for code, total in zip(codes, survey.totals, strict=True):
                ratio = total / np.bincount(code, raked, total.size)
                off = max(off, float(np.abs(ratio - 1).max()))
                raked *= ratio[code]
        return [raked]

    return work


def linear(survey: Survey) -> Work:
    """Solve the normal equations, made of counts of pairs of margins."""
    weight = survey.weight
    codes = [column.astype(np.int64) for column in survey.margins]
    sizes = [total.size for total in survey.totals]
    ends = np.cumsum([0, *sizes])
    parts = [slice(*pair) for pair in pairwise(ends)]

    def work() -> list[Floats]:
        normal = np.zeros((ends[-1], ends[-1]))
        for at, code in enumerate(codes):
            normal[parts[at], parts[at]] = np.diag(np.bincount(code, weight, sizes[at]))
            for before in range(at):
                shape = sizes[at], sizes[before]
                pairs = np.bincount(code * shape[1] + codes[before], weight, shape[0] * shape[1])
                normal[parts[at], parts[before]] = pairs.reshape(shape)
                normal[parts[before], parts[at]] = pairs.reshape(shape).T
        short = np.concatenate(survey.totals) - np.diag(normal)
        multiplier = np.linalg.lstsq(normal, short, rcond=1e-12)[0]
        factor = np.ones(weight.size)
        for part, code in zip(parts, codes, strict=True):
            factor += multiplier[part][code]
        return [weight * factor]

    return work


def taylor(survey: Survey) -> Work:
    """Collapse rows to pairs of domain and cluster; linearise and square these few."""
    weight, items = survey.weight, survey.items
    keys, cluster_stratum = _keys(survey)
    clusters, strata, domains = _counts(survey)

    def work() -> list[Floats]:
        pair, place = _runs(keys)
        domain, stratum = pair // clusters, cluster_stratum[pair % clusters]
        sampled = np.bincount(cluster_stratum, minlength=strata).astype(float)
        size = np.bincount(place, weight)
        sizes = np.bincount(domain, size, domains)
        cell, cell_of_pair = np.unique(domain * strata + stratum, return_inverse=True)
        n = sampled[cell % strata]
        value, error = np.empty((domains, ITEMS)), np.empty((domains, ITEMS))
        for at, item in enumerate(items):
            total = np.bincount(place, weight * item)
            mean = np.bincount(domain, total, domains) / sizes
            influence = (total - mean[domain] * size) / sizes[domain]
            once = np.bincount(cell_of_pair, influence)
            squares = np.bincount(cell_of_pair, influence * influence)
            spread = n / (n - 1) * (squares - once * once / n)
            value[:, at] = mean
            error[:, at] = np.sqrt(np.bincount(cell // strata, spread, domains))
        return [value, error]

    return work


def bootstrap(survey: Survey) -> Work:
    """Draw clusters anew; collapsed pairs times replicates of their clusters, then squares."""
    weight, items = survey.weight, survey.items
    keys, cluster_stratum = _keys(survey)
    clusters, strata, domains = _counts(survey)

    def work() -> list[Floats]:
        pair, place = _runs(keys)
        domain, cluster = pair // clusters, pair % clusters
        totals = np.empty((ITEMS + 1, pair.size))
        for at, item in enumerate(items):
            totals[at] = np.bincount(place, weight * item)
        totals[ITEMS] = np.bincount(place, weight)
        factor = _drawn(cluster_stratum, strata)
        value, error = np.empty((domains, ITEMS)), np.empty((domains, ITEMS))
        bounds = np.searchsorted(domain, np.arange(domains + 1))
        for at in range(domains):
            here = slice(bounds[at], bounds[at + 1])
            now = totals[:, here].sum(axis=1)
            value[at] = now[:ITEMS] / now[ITEMS]
            replicated = totals[:, here] @ factor[cluster[here]]
            heard = replicated[ITEMS] > 0
            means = replicated[:ITEMS, heard] / replicated[ITEMS, heard]
            means -= means.mean(axis=1, keepdims=True)
            error[at] = np.sqrt((means * means).sum(axis=1) / (REPLICATES - 1))
        return [value, error]

    return work


def chance() -> np.random.Generator:
    """Give both sides the same draws."""
    return np.random.default_rng(SEED)


def _drawn(cluster_stratum: Codes, strata: int) -> Floats:
    """Factors of clusters, as many less one being drawn with replacement in each stratum."""
    draws = chance()
    factor = np.empty((cluster_stratum.size, REPLICATES))
    n = cluster_stratum.size // strata
    for first in range(0, cluster_stratum.size, n):
        drawn = draws.multinomial(n - 1, np.full(n, 1 / n), size=REPLICATES)
        factor[first : first + n] = drawn.T * (n / (n - 1))
    return factor


def _keys(survey: Survey) -> tuple[Codes, Codes]:
    """One number for each pair of domain and cluster, in order, and strata of clusters."""
    clusters, strata, _ = _counts(survey)
    cluster = survey.columns["cluster"].astype(np.int64)
    keys = survey.columns["domain"].astype(np.int64) * clusters + cluster
    return keys, np.arange(clusters) // (clusters // strata)


def _counts(survey: Survey) -> tuple[int, int, int]:
    return survey.sizes.clusters, survey.sizes.strata, survey.sizes.domains


def _runs(keys: Codes) -> tuple[Codes, Codes]:
    """The different keys of a sorted column, and which of them each row has."""
    new = np.ones(keys.size, bool)
    np.not_equal(keys[1:], keys[:-1], out=new[1:])
    return keys[new], np.cumsum(new) - 1

"""The one variance engine: how much a total would differ from sample to sample.

Every estimator hands over, for each row, what the row contributes to the estimate to first order
(its influence); the variance of the estimate is that of the total of the contributions. Rows are
first collapsed to sums by domain and cluster, and all that follows works on these few. Later stages
of selection add their own share of variance to the first stage's, computed here.
"""

from dataclasses import dataclass

import numpy as np

from analysis.domains import Domains
from sampling.design import Codes, Design, Floats, Stage
from sampling.errors import LonelyClusterError


@dataclass(frozen=True, eq=False)
class ClusterTotals:
    """Contributions summed by domain and cluster, for the pairs that occur.

    Attributes
    ----------
    domain, cluster : ndarray of int, shape (p,)
        Which domain and which cluster each pair is.
    total : ndarray, shape (p, k)
        Sum of the contributions of the pair's rows, in one column for each quantity.
    """

    domain: Codes
    cluster: Codes
    total: Floats


def cluster_totals(contributions: Floats, domains: Domains, stage: Stage) -> ClusterTotals:
    """Collapse rows to pairs of domain and cluster."""
    clusters = stage.stratum.size
    inside = domains.codes >= 0
    keys = domains.codes[inside] * clusters + stage.cluster[inside]
    pairs, place = np.unique(keys, return_inverse=True)
    total = sums(contributions[inside], place, pairs.size)
    return ClusterTotals(pairs // clusters, pairs % clusters, total)


def sums(columns: Floats, place: Codes, places: int) -> Floats:
    """Add up each column by place: (n, k) to (places, k)."""
    added = np.empty((places, columns.shape[1]))
    for column in range(columns.shape[1]):
        added[:, column] = np.bincount(place, columns[:, column], minlength=places)
    return added


def stratum_factors(stage: Stage) -> Floats:
    """Factor of the squared deviations in each stratum: (1 - n/N) n / (n - 1).

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    """
    n, population = stage.sampled, stage.population
    whole = population <= n
    lonely = (n == 1) & ~whole
    if lonely.any():
        raise LonelyClusterError(stage.strata[int(np.argmax(lonely))])
    return np.where(whole, 0.0, (1 - n / population) * n / np.maximum(n - 1, 1))


def total_variance(contributions: Floats, design: Design, domains: Domains) -> Floats:
    """Variances of the domain totals of row contributions.

    Parameters
    ----------
    contributions : ndarray, shape (n, k)
        Weighted influence of each row on each of k quantities; 0 outside the domain.
    design : Design
        How the rows were drawn.
    domains : Domains
        D domains of the rows.

    Returns
    -------
    ndarray, shape (D, k)
        NaN where a contribution is NaN.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, section 1.4; Särndal, Swensson and Wretman
    (1992), Model Assisted Survey Sampling, result 3.7.2.
    """
    stage = design.first_stage
    factor = stratum_factors(stage)
    pairs = cluster_totals(contributions, domains, stage)
    keys = pairs.domain * factor.size + stage.stratum[pairs.cluster]
    cells, cell = np.unique(keys, return_inverse=True)
    stratum = cells % factor.size
    mean = sums(pairs.total, cell, cells.size) / stage.sampled[stratum][:, None]
    # Clusters without a row in the domain have total 0 and deviate by the mean.
    absent = stage.sampled[stratum] - np.bincount(cell, minlength=cells.size)
    squares = sums((pairs.total - mean[cell]) ** 2, cell, cells.size)
    squares += absent[:, None] * mean**2
    return sums(factor[stratum][:, None] * squares, cells // factor.size, len(domains.names))


def total_covariance(contributions: Floats, design: Design, domains: Domains) -> Floats:
    """Covariances between all domain totals of row contributions.

    Parameters
    ----------
    contributions, design, domains
        As for `total_variance`.

    Returns
    -------
    ndarray, shape (D k, D k)
        Rows and columns in the order of `total_variance`'s result, read row by row.

    Raises
    ------
    LonelyClusterError
        As `total_variance` does.

    References
    ----------
    As for `total_variance`.
    """
    stage = design.first_stage
    factor = stratum_factors(stage)
    pairs = cluster_totals(contributions, domains, stage)
    quantities = contributions.shape[1]
    covariance = np.zeros((len(domains.names) * quantities,) * 2)
    stratum = stage.stratum[pairs.cluster]
    order = np.argsort(stratum, kind="stable")
    bounds = np.searchsorted(stratum[order], np.arange(factor.size + 1))
    for h in np.flatnonzero(factor):
        here = order[bounds[h] : bounds[h + 1]]
        touched, block = stratum_scatter(pairs, here, float(stage.sampled[h]))
        columns = (touched[:, None] * quantities + np.arange(quantities)).ravel()
        covariance[np.ix_(columns, columns)] += factor[h] * block
    return covariance


def stratum_scatter(pairs: ClusterTotals, here: Codes, sampled: float) -> tuple[Codes, Floats]:
    """Sum products of deviations from the mean cluster of one stratum.

    Returns
    -------
    touched : ndarray of int, shape (d,)
        Domains with a row in the stratum.
    scatter : ndarray, shape (d k, d k)
        Centred sums of products over all sampled clusters, absent ones counting as 0.
    """
    touched, domain = np.unique(pairs.domain[here], return_inverse=True)
    present, cluster = np.unique(pairs.cluster[here], return_inverse=True)
    table = np.zeros((present.size, touched.size, pairs.total.shape[1]))
    table[cluster, domain] = pairs.total[here]
    flat = table.reshape(present.size, -1)
    mean = flat.sum(axis=0) / sampled
    centred = flat - mean
    scatter = centred.T @ centred + (sampled - present.size) * np.outer(mean, mean)
    return touched, np.asarray(scatter, dtype=float)

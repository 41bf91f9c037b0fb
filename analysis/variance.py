"""The one variance engine: how much a total would differ from sample to sample.

Every estimator hands over, for each row, what the row contributes to the estimate to first order
(its influence); the variance of the estimate is that of the total of the contributions. Rows are
first collapsed to sums by domain and cluster, and all that follows works on these few. Each stage
of selection adds its own share.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from analysis.collapsing import collapsed
from analysis.domains import OUTSIDE, Domains, everything
from analysis.errors import EstimationError
from analysis.lonely import refuse_lonely, shares
from sampling.design import Design, Pairs, Replicates, Stages, Unequal
from sampling.stages import Codes, Floats, Stage

Rows = NDArray[np.bool_]

# Relative to the terms of a sum, what rounding may leave of it.
NOISE = 1e-14


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


Linear = Callable[[Floats, Codes], Floats]


def unchanged(parts: Floats, _domain: Codes) -> Floats:
    """Take parts for contributions."""
    return parts


@dataclass(frozen=True, eq=False)
class Contributions:
    """What rows contribute to estimates.

    Attributes
    ----------
    columns : ndarray, shape (n, j)
        Weighted columns, 0 outside all domains.
    domains : Domains
        D domains of the rows.
    linear : callable
        Turns sums of the columns, (p, j), and the domain of each into contributions, (p, k).
        It is linear in the sums, so that rows may be summed first.
    """

    columns: Floats
    domains: Domains
    linear: Linear = unchanged

    def by_cluster(self, rows: Rows, stage: Stage) -> ClusterTotals:
        """Collapse rows to pairs of domain and cluster."""
        codes, clusters, columns = self.domains.codes, stage.cluster, self.columns
        if not rows.all():
            codes, clusters, columns = codes[rows], clusters[rows], columns[rows]
        domain, cluster, place = collapsed(codes, clusters, stage.stratum.size)
        total = sums(columns, place, domain.size)
        return ClusterTotals(domain, cluster, self.linear(total, domain))

    def spread_out(self) -> Floats:
        """Give each domain columns of its own, and each row what it contributes: (n, D k)."""
        inside = np.flatnonzero(self.domains.codes >= 0)
        codes = self.domains.codes[inside]
        found = self.linear(self.columns[inside], codes)
        spread = np.zeros((self.columns.shape[0], len(self.domains.names), found.shape[1]))
        spread[inside, codes] = found
        return spread.reshape(self.columns.shape[0], -1)

    def of_domain(self, domain: int) -> "Contributions":
        """Keep those to one domain."""
        codes = np.where(self.domains.codes == domain, self.domains.codes, OUTSIDE)
        mine = codes >= 0
        found = self.linear(self.columns[mine], codes[mine])
        columns = np.zeros((self.columns.shape[0], found.shape[1]))
        columns[mine] = found
        return Contributions(columns, everything(codes.size))


def sums(columns: Floats, place: Codes, places: int, weight: Floats | None = None) -> Floats:
    """Add up each column by place, times weights if there are any: (n, k) to (places, k)."""
    rows = columns.shape[0]
    factor = np.ones(rows) if weight is None else weight
    # The product goes through the rows once, in their order, whatever their places.
    adding = csc_array((factor, place, np.arange(rows + 1)), shape=(places, rows))
    return np.asarray(adding @ columns, dtype=float)


def total_variance(contributions: Contributions, design: Design) -> Floats:
    """Variances of the domain totals of row contributions.

    Parameters
    ----------
    contributions : Contributions
        Weighted influence of each row on each of k quantities in its domain, of which there are D.
    design : Design
        How the rows were drawn; not of replicates, which need estimates in place of contributions.

    Returns
    -------
    ndarray, shape (D, k)
        NaN where a contribution is NaN.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster, and the design does not say
        what to do with it.
    EstimationError
        If the design has replicates.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, section 1.4; Särndal, Swensson and Wretman
    (1992), Model Assisted Survey Sampling, results 3.7.2 and 4.3.1.
    """
    scheme, names = design.scheme, contributions.domains.names
    if design.calibration or not isinstance(scheme, Stages):
        # What a total explains reaches beyond the domain, so that each takes all rows.
        return np.stack(
            [
                np.diag(total_covariance(contributions.of_domain(at), design))
                for at in range(len(names))
            ]
        )
    rows = (contributions.domains.codes >= 0) & (design.weight > 0)
    shares_of_stages = [
        stage_variance(contributions.by_cluster(rows, stage), len(names), stage, scheme)
        for stage in scheme.stages
    ]
    return np.asarray(sum(shares_of_stages), dtype=float)


def stage_variance(pairs: ClusterTotals, domains: int, stage: Stage, scheme: Stages) -> Floats:
    """Share of one stage: (D, k)."""
    keys = pairs.domain * stage.sampled.size + stage.stratum[pairs.cluster]
    cells, cell = np.unique(keys, return_inverse=True)
    domain, stratum = cells // stage.sampled.size, cells % stage.sampled.size
    refuse_lonely(stage, scheme, stratum)
    met = np.bincount(cell, minlength=cells.size)
    factor, uncentred, unknown = shares(scheme, stage, stratum, met)
    mean = sums(pairs.total, cell, cells.size) / stage.sampled[stratum][:, None]
    mean[uncentred] = 0.0
    # Clusters without a row in the domain have total 0 and deviate by the mean.
    squares = sums((pairs.total - mean[cell]) ** 2, cell, cells.size)
    squares += (stage.sampled[stratum] - met)[:, None] * mean**2
    share = sums(factor[:, None] * squares, domain, domains)
    if unknown.any():
        strata = np.bincount(domain, minlength=domains)
        known = strata - np.bincount(domain[unknown], minlength=domains)
        with np.errstate(divide="ignore", invalid="ignore"):
            share *= (strata / known)[:, None]
    return share


def total_covariance(contributions: Contributions, design: Design) -> Floats:
    """Covariances between all domain totals of row contributions.

    Parameters
    ----------
    contributions, design
        As for `total_variance`.

    Returns
    -------
    ndarray, shape (D k, D k)
        Rows and columns in the order of `total_variance`'s result, read row by row. A stratum of
        which a domain meets one cluster is not held to be lonely: it is not for the others.

    Raises
    ------
    LonelyClusterError, EstimationError
        As `total_variance` does.

    References
    ----------
    As for `total_variance`.
    """
    scheme = design.scheme
    if isinstance(scheme, Replicates):
        raise EstimationError("replicates_need_estimates")
    rows = (contributions.domains.codes >= 0) & (design.weight > 0)
    if design.calibration or not isinstance(scheme, Stages):
        spread = contributions.spread_out()
        for step in reversed(design.calibration):
            spread = step.residuals(spread)
        if not isinstance(scheme, Stages):
            return pairs_covariance(spread, scheme)
        contributions = Contributions(spread, everything(rows.size))
        rows = np.ones(rows.size, dtype=bool)
    shares_of_stages = [
        stage_covariance(
            contributions.by_cluster(rows, stage), len(contributions.domains.names), stage, scheme
        )
        for stage in scheme.stages
    ]
    return np.asarray(sum(shares_of_stages), dtype=float)


def pairs_covariance(columns: Floats, scheme: Pairs | Unequal) -> Floats:
    """Sum products of contributions over pairs of rows: (n, k) to (k, k)."""
    if isinstance(scheme, Pairs):
        weighted = scheme.excess @ columns
        size = np.einsum("ik,ik->k", np.abs(columns), np.abs(scheme.excess) @ np.abs(columns))
        return without_noise(columns.T @ weighted, size)
    squares = columns.T @ (scheme.diagonal[:, None] * columns)
    strata = scheme.core.shape[0]
    added = [sums(factor[:, None] * columns, scheme.stratum, strata) for factor in scheme.factors.T]
    stacked = np.stack(added)
    products = np.einsum("ahk,hab,bhl->kl", stacked, scheme.core, stacked)
    sizes = np.einsum("ahk,hab,bhk->k", np.abs(stacked), np.abs(scheme.core), np.abs(stacked))
    return without_noise(squares + products, np.abs(np.diag(squares)) + sizes)


def without_noise(covariance: Floats, size: Floats) -> Floats:
    """Take for 0 what is left, beside terms of such a size, when they cancel each other."""
    nothing = np.abs(np.diag(covariance)) <= NOISE * size
    found = np.array(covariance, dtype=float)
    found[nothing] = found[:, nothing] = 0.0
    return found


def stage_covariance(pairs: ClusterTotals, domains: int, stage: Stage, scheme: Stages) -> Floats:
    """Share of one stage: (D k, D k)."""
    quantities = pairs.total.shape[1]
    covariance = np.zeros((domains * quantities,) * 2)
    row_stratum = stage.stratum[pairs.cluster]
    strata, at = np.unique(row_stratum, return_inverse=True)
    refuse_lonely(stage, scheme, strata)
    met = np.bincount(stage.stratum[np.unique(pairs.cluster)], minlength=stage.sampled.size)[strata]
    alone = met if domains == 1 else stage.sampled[strata]
    factor, uncentred, unknown = shares(scheme, stage, strata, alone)
    order = np.argsort(at, kind="stable")
    bounds = np.searchsorted(at[order], np.arange(strata.size + 1))
    for h in np.flatnonzero(factor):
        here = order[bounds[h] : bounds[h + 1]]
        sampled = float(stage.sampled[strata[h]])
        touched, block = stratum_scatter(pairs, here, sampled, centred=not uncentred[h])
        columns = (touched[:, None] * quantities + np.arange(quantities)).ravel()
        covariance[np.ix_(columns, columns)] += factor[h] * block
    if unknown.any():
        known = strata.size - int(unknown.sum())
        covariance *= strata.size / known if known else np.nan
    return covariance


def stratum_scatter(
    pairs: ClusterTotals, here: Codes, sampled: float, *, centred: bool
) -> tuple[Codes, Floats]:
    """Sum products of deviations from the mean cluster of one stratum.

    Returns
    -------
    touched : ndarray of int, shape (d,)
        Domains with a row in the stratum.
    scatter : ndarray, shape (d k, d k)
        Sums of products over all sampled clusters, absent ones counting as 0.
    """
    touched, domain = np.unique(pairs.domain[here], return_inverse=True)
    present, cluster = np.unique(pairs.cluster[here], return_inverse=True)
    table = np.zeros((present.size, touched.size, pairs.total.shape[1]))
    table[cluster, domain] = pairs.total[here]
    flat = table.reshape(present.size, -1)
    mean = flat.sum(axis=0) / sampled if centred else np.zeros(flat.shape[1])
    deviations = flat - mean
    scatter = deviations.T @ deviations + (sampled - present.size) * np.outer(mean, mean)
    return touched, np.asarray(scatter, dtype=float)

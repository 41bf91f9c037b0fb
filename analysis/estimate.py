"""Means and totals of the whole population and of its domains, with their precision.

Each estimator says what every row contributes to it; `analysis.variance` does the rest.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from analysis.domains import Domains, everything
from analysis.errors import EstimationError
from analysis.functions import Function, Ratio, Total
from analysis.replication import Replicated
from analysis.variance import Contributions, sums, total_covariance, total_variance
from analysis.weighted import Comparison, Missing, WeightedSample, weighted_sample
from sampling.design import Design, Replicates
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class Estimate:
    """Estimates of k quantities, for the population or for each of D domains.

    Attributes
    ----------
    value, se : ndarray, shape (k,) or (D, k)
        In the units of what was measured; NaN where an answer is missing or nobody is there.
    deff : ndarray, shape (k,) or (D, k)
        Variance against that of a simple random sample of as many rows; NaN where that is 0.
    df : ndarray of int, shape () or (D,)
        Clusters less strata, counting those with rows in the domain.
    n : ndarray of int, shape () or (D,)
        Rows with positive weight.
    effective_n : ndarray, shape () or (D,)
        Kish's (sum w)^2 / sum w^2: rows that equal weights would need.
    covariance : ndarray, shape (k, k) or (D k, D k), or None
        Between all values, read row by row; None when it was not asked for.
    """

    value: Floats
    se: Floats
    deff: Floats
    df: NDArray[np.int64]
    n: NDArray[np.int64]
    effective_n: Floats
    covariance: Floats | None = None

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends of the t interval; NaN without degrees of freedom."""
        if not 0 < level < 1:
            raise EstimationError("bad_level", level=level)
        quantile = t.ppf((1 + level) / 2, np.where(self.df > 0, self.df, np.nan))
        reach = self.se * np.asarray(quantile)[..., None]
        return self.value - reach, self.value + reach


def mean(
    y: ArrayLike,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
) -> Estimate:
    """Estimate population means.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, k)
        What was measured, in the row order of `design`. A missing answer (NaN) inside the domain
        makes its mean NaN.
    design : Design
        How the rows were drawn.
    missing : {"propagate", "drop"}
        "drop" narrows the domain to rows that answered all k, which supposes that the others
        would have answered alike.
    deff : {"srs", "srs_with_replacement"}
        What the design effect compares with.

    Returns
    -------
    Estimate
        Of shape (k,), with covariances.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If `y` and `design` differ in length, or an option is unknown.

    References
    ----------
    Lohr (2010), Sampling: Design and Analysis, section 9.1.
    """
    by = everything(design.weight.size)
    return whole(mean_by(y, by, design, missing=missing, deff=deff, covariance=True))


def total(
    y: ArrayLike,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
) -> Estimate:
    """Estimate population totals.

    Parameters
    ----------
    y, design, missing, deff
        As for `mean`. A dropped row counts for nothing: the total is that of those who answered.

    Returns
    -------
    Estimate
        Of shape (k,), with covariances.

    Raises
    ------
    LonelyClusterError, EstimationError
        As `mean` does.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 2.8.
    """
    by = everything(design.weight.size)
    return whole(total_by(y, by, design, missing=missing, deff=deff, covariance=True))


def mean_by(
    y: ArrayLike,
    by: Domains,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
    covariance: bool = False,
) -> Estimate:
    """Estimate the means of domains.

    Parameters
    ----------
    y, design, missing, deff
        As for `mean`.
    by : Domains
        D domains of the rows. Rows of no domain stay in the design with weight 0.
    covariance : bool
        Whether to work out covariances between domains too; they take (D k)^2 numbers.

    Returns
    -------
    Estimate
        Of shape (D, k).

    Raises
    ------
    LonelyClusterError, EstimationError
        As `mean` does.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.8.
    """
    sample = weighted_sample(y, by, design, missing)
    columns = sample.columns(sample.y, np.ones((sample.y.shape[0], 1)))
    srs = sample.srs_variance(deff)
    return estimated(sample, columns, Ratio(), srs, covariance=covariance)


def total_by(
    y: ArrayLike,
    by: Domains,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
    covariance: bool = False,
) -> Estimate:
    """Estimate the totals of domains.

    Parameters
    ----------
    y, design, missing, deff
        As for `total`.
    by, covariance
        As for `mean_by`.

    Returns
    -------
    Estimate
        Of shape (D, k).

    Raises
    ------
    LonelyClusterError, EstimationError
        As `mean` does.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.8.
    """
    sample = weighted_sample(y, by, design, missing)
    srs = sample.srs_variance(deff) * sample.size[:, None] ** 2
    return estimated(sample, sample.columns(sample.y), Total(), srs, covariance=covariance)


def estimated(
    sample: WeightedSample,
    columns: Floats,
    function: Function,
    srs_variance: Floats,
    *,
    covariance: bool,
) -> Estimate:
    """Estimate functions of domain totals of weighted columns, with their precision."""
    inside = sample.by.codes >= 0
    # Where all are inside, a copy of the columns would cost more than the sums.
    mine, codes = (
        (columns, sample.by.codes) if inside.all() else (columns[inside], sample.by.codes[inside])
    )
    totals = sums(mine, codes, len(sample.by.names))
    value = function.value(totals)
    if isinstance(sample.design.scheme, Replicates):
        replicated = Replicated(columns, sample.by, function, sample.design.scheme)
        found = replicated.covariance(value) if covariance else replicated.variance(value)
    else:
        contributions = Contributions(columns, sample.by, partial(function.linear, totals))
        measure = total_covariance if covariance else total_variance
        found = measure(contributions, sample.design)
    between, found = (found, np.diag(found)) if covariance else (None, found)
    squares = sample.added(sample.design.weight[:, None])[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        # A domain without rows has neither a value nor a precision.
        variance = np.where(np.isnan(value), np.nan, found.reshape(value.shape))
        return Estimate(
            value=value,
            se=np.sqrt(variance),
            deff=variance / srs_variance,
            df=sample.degrees_of_freedom(),
            n=sample.n,
            effective_n=sample.size**2 / squares,
            covariance=between,
        )


def whole(estimate: Estimate) -> Estimate:
    """Drop the axis of domains where there is only the population."""
    return replace(
        estimate,
        value=estimate.value[0],
        se=estimate.se[0],
        deff=estimate.deff[0],
        df=estimate.df[0],
        n=estimate.n[0],
        effective_n=estimate.effective_n[0],
    )

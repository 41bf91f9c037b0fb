"""Variances of the population: how much its members differ, not how sure an estimate is."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.domains import Domains, everything
from analysis.estimate import Estimate, estimated, whole
from analysis.weighted import Missing, weighted_sample
from sampling.design import Design
from sampling.stages import Codes, Floats


class Spread:
    """The mean square distance from the mean, as a function of three kinds of totals.

    Columns are k deviations from any fixed centre, k squares of these, and the weight.

    Parameters
    ----------
    correction : ndarray, shape (D, 1)
        Factor of the mean square: n / (n - 1).
    """

    def __init__(self, correction: Floats) -> None:
        self.correction = correction

    def value(self, totals: Floats) -> Floats:
        """Work out the variances: (..., D, 2 k + 1) to (..., D, k)."""
        mean, square = self.means(totals)
        return np.asarray(self.correction * (square - mean**2), dtype=float)

    def linear(self, totals: Floats, parts: Floats, domain: Codes) -> Floats:
        """Compare a part's squared distances from the mean with the variance."""
        mean, square = (found[domain] for found in self.means(totals))
        k = mean.shape[1]
        deviation, squared, weight = parts[:, :k], parts[:, k:-1], parts[:, -1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = squared - 2 * mean * deviation - (square - 2 * mean**2) * weight
            found = self.correction[domain] * distance / totals[domain, -1:]
        return np.asarray(found, dtype=float)

    def means(self, totals: Floats) -> tuple[Floats, Floats]:
        """Mean deviation and mean square."""
        k = totals.shape[-1] // 2
        with np.errstate(divide="ignore", invalid="ignore"):
            means = totals[..., :-1] / totals[..., -1:]
        return means[..., :k], means[..., k:]


def variance(y: ArrayLike, design: Design, *, missing: Missing = "propagate") -> Estimate:
    """Estimate population variances.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, k)
        What was measured, in the row order of `design`. A missing answer (NaN) inside the domain
        makes its variance NaN.
    design : Design
        How the rows were drawn.
    missing : {"propagate", "drop"}
        "drop" narrows the domain to rows that answered all k.

    Returns
    -------
    Estimate
        Of shape (k,), in the squared units of `y`, with covariances; NaN of a single row. The
        mean square distance from the estimated mean is multiplied by n / (n - 1). The design
        effect is that of the mean of the squares.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If `y` and `design` differ in length, or an option is unknown.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.9.
    """
    by = everything(design.weight.size)
    return whole(variance_by(y, by, design, missing=missing, covariance=True))


def variance_by(
    y: ArrayLike,
    by: Domains,
    design: Design,
    *,
    missing: Missing = "propagate",
    covariance: bool = False,
) -> Estimate:
    """Estimate the variances within domains.

    Parameters
    ----------
    y, design, missing
        As for `variance`.
    by : Domains
        D domains of the rows.
    covariance : bool
        Whether to work out covariances between domains too.

    Returns
    -------
    Estimate
        Of shape (D, k).

    Raises
    ------
    LonelyClusterError, EstimationError
        As `variance` does.

    References
    ----------
    As for `variance`.
    """
    sample = weighted_sample(y, by, design, missing)
    n = sample.n[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = sample.added(sample.y) / sample.size[:, None]
        correction = np.where(n > 1, n / (n - 1.0), np.nan)
    # Distances from a centre near the mean, so that the squares do not cancel.
    deviation = sample.confined(sample.y - centre[by.codes])
    columns = sample.columns(deviation, deviation**2, np.ones((sample.y.shape[0], 1)))
    squares = replace(sample, y=sample.confined(correction[by.codes] * deviation**2))
    srs = squares.srs_variance("srs")
    return estimated(sample, columns, Spread(correction), srs, covariance=covariance)

"""Ratios of two totals, such as overdue dossiers by dossiers of enterprises."""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analysis.domains import Domains, everything
from analysis.errors import EstimationError
from analysis.estimate import Estimate, estimated, whole
from analysis.functions import Ratio
from analysis.inference_errors import InferenceError
from analysis.weighted import Comparison, Missing, WeightedSample, weighted_sample
from sampling.design import Design
from sampling.stages import Floats


def ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
) -> Estimate:
    """Estimate ratios of population totals.

    Parameters
    ----------
    numerator : array_like, shape (n,) or (n, k)
        In the row order of `design`. A missing one (NaN) inside the domain makes its ratio NaN.
    denominator : array_like, shape (n,), (n, 1) or (n, k)
        One for all numerators, or one for each.
    design : Design
        How the rows were drawn.
    missing : {"propagate", "drop"}
        "drop" narrows the domain to rows that have all numerators and denominators.
    deff : {"srs", "srs_with_replacement"}
        What the design effect compares with.

    Returns
    -------
    Estimate
        Of shape (k,), with covariances; NaN where the denominator adds up to 0.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    InferenceError
        If the denominators are neither one nor as many as the numerators.
    EstimationError
        If columns and `design` differ in length, or an option is unknown.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, result 5.6.2.
    """
    by = everything(design.weight.size)
    found = ratio_by(
        *(numerator, denominator, by, design), missing=missing, deff=deff, covariance=True
    )
    return whole(found)


def ratio_by(
    numerator: ArrayLike,
    denominator: ArrayLike,
    by: Domains,
    design: Design,
    *,
    missing: Missing = "propagate",
    deff: Comparison = "srs",
    covariance: bool = False,
) -> Estimate:
    """Estimate ratios in domains.

    Parameters
    ----------
    numerator, denominator, design, missing, deff
        As for `ratio`.
    by : Domains
        D domains of the rows.
    covariance : bool
        Whether to work out covariances between domains too; they take (D k)^2 numbers.

    Returns
    -------
    Estimate
        Of shape (D, k).

    Raises
    ------
    LonelyClusterError, InferenceError, EstimationError
        As `ratio` does.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, sections 5.6 and 5.8.
    """
    above, below = stacked(numerator, by, design), stacked(denominator, by, design)
    if below.shape[1] not in (1, above.shape[1]):
        raise InferenceError(
            "uneven_denominators", numerators=above.shape[1], denominators=below.shape[1]
        )
    sample = weighted_sample(np.hstack([above, below]), by, design, missing)
    function = Ratio(below.shape[1])
    srs = residuals(sample, function).srs_variance(deff)
    return estimated(sample, sample.columns(sample.y), function, srs, covariance=covariance)


def stacked(column: ArrayLike, by: Domains, design: Design) -> Floats:
    """Give a column two axes; EstimationError if it has other rows than the design."""
    given = np.asarray(column, dtype=float)
    found = given[:, None] if given.ndim == 1 else given
    rows = design.weight.size
    if found.ndim != 2 or found.shape[0] != rows:
        shapes = {"answers": given.shape, "domains": by.codes.shape}
        raise EstimationError("uneven_answers", rows=rows, **shapes)
    return found


def residuals(sample: WeightedSample, function: Ratio) -> WeightedSample:
    """Put in the place of measurements what each row adds to the ratios, by its weight.

    The ratio varies as the mean of these does.
    """
    codes = sample.by.codes
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sample.added(sample.y) / sample.size[:, None]
    return replace(sample, y=function.linear(means, sample.y, codes))

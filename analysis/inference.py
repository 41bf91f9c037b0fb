"""Estimates that are no functions of totals: quantiles, regressions, ranks.

A statistic says two things of the answers at hand, whatever weights they bear: its value, and what
each row contributes to it. From these the engine works out how it would vary, with stages of
clusters or pairs by the contributions, with replicates by the values.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.domains import everything
from analysis.variance import Contributions, total_covariance
from sampling.design import Design, Replicates
from sampling.stages import Floats


class Statistic(Protocol):
    """k estimates from n rows."""

    def value(self, weight: Floats) -> Floats:
        """Estimate with given weights, of shape (n,), 0 outside the domain: (k,)."""

    def contributions(self, weight: Floats) -> Floats:
        """Tell what each row contributes: its weight times its influence, (n, k).

        Influence is the derivative of the value by the row's weight. Rows of weight 0 have 0.
        """


@dataclass(frozen=True, eq=False)
class Inference:
    """k estimates and how they would vary.

    Attributes
    ----------
    value : ndarray, shape (k,)
        The estimates.
    covariance : ndarray, shape (k, k)
        Between them.
    df : int
        Degrees of freedom of the design.
    """

    value: Floats
    covariance: Floats
    df: int

    @property
    def se(self) -> Floats:
        """Standard errors: (k,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=float)

    def combined(self, combination: Floats) -> "Inference":
        """Give linear combinations of the estimates.

        Parameters
        ----------
        combination : ndarray, shape (c, k)
            Coefficients, one row for each combination.
        """
        covariance = combination @ self.covariance @ combination.T
        return Inference(combination @ self.value, covariance, self.df)


def inferred(statistic: Statistic, design: Design) -> Inference:
    """Estimate, and tell how the estimates would vary from sample to sample.

    Parameters
    ----------
    statistic : Statistic
        Holds the answers, in the row order of the design.
    design : Design
        How the rows were drawn; its weights are 0 outside the domain.

    Returns
    -------
    Inference
        Of k estimates.

    Raises
    ------
    LonelyClusterError
        As `total_covariance` does.

    References
    ----------
    Deville (1999), Survey Methodology 25, 193; Wolter (2007), chapters 3 to 6.
    """
    value = statistic.value(design.weight)
    if isinstance(design.scheme, Replicates):
        covariance = replicate_covariance(statistic, value, design)
    else:
        columns = statistic.contributions(design.weight)
        covariance = total_covariance(Contributions(columns, everything(columns.shape[0])), design)
    return Inference(value, covariance, design.degrees_of_freedom)


def replicate_covariance(statistic: Statistic, value: Floats, design: Design) -> Floats:
    """Estimate under the weights of each replicate, and measure how much that varies: (k, k)."""
    scheme = design.scheme
    assert isinstance(scheme, Replicates)
    values = np.stack(
        [
            statistic.value(design.weight * scheme.factor[scheme.cluster, at])
            for at in range(scheme.rscales.size)
        ]
    )
    counts = scheme.rscales > 0
    centre = value if scheme.mse else values[counts].mean(axis=0)
    deviations = values - centre
    weighted = scheme.rscales[:, None] * deviations
    return np.asarray(scheme.scale * weighted.T @ deviations, dtype=float)

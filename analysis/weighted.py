"""Answers, weights and domains brought together, checked, before anything is estimated."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.domains import Domains
from analysis.errors import EstimationError
from analysis.variance import sums
from sampling.design import Design, Pairs, Replicates
from sampling.stages import Floats

Missing = Literal["propagate", "drop"]
Comparison = Literal["srs", "srs_with_replacement"]


@dataclass(frozen=True, eq=False)
class WeightedSample:
    """Measurements, design and domains that were checked against each other.

    Attributes
    ----------
    y : ndarray, shape (n, k)
        Measurements; 0 where the weight is 0, so that what lies outside cannot spoil a sum.
    design : Design
        With weight 0 for the rows that are left out.
    by : Domains
        D domains.
    size : ndarray, shape (D,)
        Sum of weights.
    n : ndarray of int, shape (D,)
        Rows with positive weight.
    """

    y: Floats
    design: Design
    by: Domains
    size: Floats
    n: NDArray[np.int64]

    def added(self, columns: Floats) -> Floats:
        """Weighted sums by domain: (n, k) to (D, k)."""
        inside = self.by.codes >= 0
        weighted = self.design.weight[inside, None] * columns[inside]
        return sums(weighted, self.by.codes[inside], self.size.size)

    def columns(self, *parts: Floats) -> Floats:
        """Weighted columns side by side, 0 on rows that count in no domain: (n, j)."""
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        share = np.where(counts, self.design.weight, 0.0)[:, None]
        return np.hstack([share * part for part in parts])

    def confined(self, contributions: Floats) -> Floats:
        """Contributions of rows that count in a domain; 0 elsewhere."""
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        return np.where(counts[:, None], contributions, 0.0)

    def degrees_of_freedom(self) -> NDArray[np.int64]:
        """Clusters less strata that have counting rows in each domain."""
        if isinstance(self.design.scheme, Replicates):
            return np.full(self.n.size, self.design.scheme.df)
        if isinstance(self.design.scheme, Pairs):
            return self.n - 1
        stage = self.design.first_stage
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        codes, cluster = self.by.codes[counts], stage.cluster[counts]
        clusters = distinct(codes, cluster, stage.stratum.size, self.n.size)
        return clusters - distinct(codes, stage.stratum[cluster], len(stage.strata), self.n.size)

    def srs_variance(self, comparison: Comparison) -> Floats:
        """Variance of a mean, had the domain's rows been a simple random sample."""
        n, size = self.n[:, None], self.size[:, None]
        check_option("deff", comparison, get_args(Comparison))
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = self.added(self.y) / size
            deviations = self.confined(self.y - centre[self.by.codes])
            spread = self.added(deviations**2) / size * n / (n - 1)
            if comparison == "srs_with_replacement":
                return spread / n
            # Weights that add up to fewer than the rows are no population sizes.
            rest = np.where(size < n, np.nan, (size - n) / size)
            return spread / n * rest


def check_option(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not one of the choices."""
    if value not in allowed:
        raise EstimationError(
            "unknown_option", option=option, value=value, allowed=", ".join(allowed)
        )


def weighted_sample(y: ArrayLike, by: Domains, design: Design, missing: Missing) -> WeightedSample:
    """Check the parts against each other and settle what missing answers do."""
    measured = np.asarray(y, dtype=float)
    columns = measured[:, None] if measured.ndim == 1 else measured
    rows = design.weight.size
    if columns.ndim != 2 or columns.shape[0] != rows or by.codes.shape != (rows,):
        raise EstimationError(
            "uneven_answers", answers=measured.shape, domains=by.codes.shape, rows=rows
        )
    if not by.names:
        raise EstimationError("no_domain")
    check_option("missing", missing, get_args(Missing))
    if missing == "drop":
        design = design.domain(~np.isnan(columns).any(axis=1))
    counts = (by.codes >= 0) & (design.weight > 0)
    codes, domains = by.codes[counts], len(by.names)
    return WeightedSample(
        y=np.where(counts[:, None], columns, 0.0),
        design=design,
        by=by,
        size=np.bincount(codes, design.weight[counts], minlength=domains).astype(float),
        n=np.bincount(codes, minlength=domains).astype(np.int64),
    )


def distinct(
    domain: NDArray[np.intp], part: NDArray[np.intp], parts: int, domains: int
) -> NDArray[np.int64]:
    """Count the different parts that occur in each domain."""
    pairs = np.unique(domain * parts + part)
    return np.bincount(pairs // parts, minlength=domains).astype(np.int64)

"""Answers, weights and domains brought together, checked, before anything is estimated."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.collapsing import collapsed
from analysis.domains import Domains
from analysis.errors import EstimationError
from analysis.variance import sums
from sampling.design import Design, Pairs, Replicates, Unequal
from sampling.stages import Floats

Missing = Literal["propagate", "drop"]
Comparison = Literal["srs", "srs_with_replacement"]

# Rows that are worked on at a time, few enough to stay near the processor.
ROWS = 8192


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
        codes, weight = self.by.codes, self.design.weight
        inside = codes >= 0
        if not inside.all():
            codes, weight, columns = codes[inside], weight[inside], columns[inside]
        return sums(columns, codes, self.size.size, weight)

    def columns(self, *parts: Floats) -> Floats:
        """Weighted columns side by side, 0 on rows that count in no domain: (n, j)."""
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        share = np.where(counts, self.design.weight, 0.0)[:, None]
        found = np.empty((share.size, sum(part.shape[1] for part in parts)))
        at = 0
        for part in parts:
            np.multiply(share, part, out=found[:, at : at + part.shape[1]])
            at += part.shape[1]
        return found

    def confined(self, contributions: Floats) -> Floats:
        """Contributions of rows that count in a domain; 0 elsewhere."""
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        return np.where(counts[:, None], contributions, 0.0)

    def squared_deviations(self, centre: Floats) -> Floats:
        """Weighted sums of squared distances from the domain's centre: (D, k)."""
        found = np.zeros(centre.shape)
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        share = np.where(counts, self.design.weight, 0.0)
        for start in range(0, share.size, ROWS):
            block = slice(start, start + ROWS)
            inside = counts[block]
            codes = self.by.codes[block][inside]
            if not codes.size:
                continue
            least, most = int(codes.min()), int(codes.max()) + 1
            squares = (self.y[block][inside] - centre[codes]) ** 2
            here = sums(squares, codes - least, most - least, share[block][inside])
            found[least:most] += here
        return found

    def degrees_of_freedom(self) -> NDArray[np.int64]:
        """Clusters less strata that have counting rows in each domain."""
        scheme, domains = self.design.scheme, self.n.size
        counts = (self.by.codes >= 0) & (self.design.weight > 0)
        codes = self.by.codes[counts]
        if isinstance(scheme, Replicates):
            clusters = distinct(codes, scheme.cluster[counts], scheme.factor.shape[0], domains)
            return np.clip(clusters - 1, 0, scheme.df)
        if isinstance(scheme, Pairs):
            return self.n - 1
        if isinstance(scheme, Unequal):
            return self.n - distinct(codes, scheme.stratum[counts], scheme.core.shape[0], domains)
        stage = self.design.first_stage
        cluster = stage.cluster[counts]
        clusters = distinct(codes, cluster, stage.stratum.size, domains)
        return clusters - distinct(codes, stage.stratum[cluster], len(stage.strata), domains)

    def srs_variance(self, comparison: Comparison) -> Floats:
        """Variance of a mean, had the domain's rows been a simple random sample."""
        n, size = self.n[:, None], self.size[:, None]
        check_option("deff", comparison, get_args(Comparison))
        with np.errstate(divide="ignore", invalid="ignore"):
            centre = self.added(self.y) / size
            spread = self.squared_deviations(centre) / size * n / (n - 1)
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
        y=columns if counts.all() else np.where(counts[:, None], columns, 0.0),
        design=design,
        by=by,
        size=np.bincount(codes, design.weight[counts], minlength=domains).astype(float),
        n=np.bincount(codes, minlength=domains).astype(np.int64),
    )


def distinct(
    domain: NDArray[np.intp], part: NDArray[np.intp], parts: int, domains: int
) -> NDArray[np.int64]:
    """Count the different parts that occur in each domain."""
    pairs = collapsed(domain, part, parts)[0]
    return np.bincount(pairs, minlength=domains).astype(np.int64)

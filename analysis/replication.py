"""Variances from replicates: the estimate is worked out anew under each replicate's weights.

Rows are first summed by domain and cluster; replicates multiply these few sums. A replicate that
leaves nobody in a domain says nothing of it: it is left out there and the others keep their
weights, as in the R package survey. A domain of a single cluster therefore shows no variation.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.collapsing import collapsed
from analysis.domains import Domains
from analysis.functions import Function
from analysis.variance import sums
from sampling.design import Replicates
from sampling.stages import Codes, Floats

# Numbers of a block of domains that are held at a time.
BLOCK = 1_000_000


@dataclass(frozen=True, eq=False)
class Replicated:
    """A function of domain totals under replicates of the weights.

    Attributes
    ----------
    columns : ndarray, shape (n, j)
        Weighted columns, 0 outside all domains.
    by : Domains
        D domains.
    function : Function
        Of the totals of the columns.
    scheme : Replicates
        B replicates.
    """

    columns: Floats
    by: Domains
    function: Function
    scheme: Replicates

    def variance(self, value: Floats) -> Floats:
        """Variances of the estimates `value`: (D, k); NaN where these are."""
        width = max(1, self.scheme.rscales.size * self.columns.shape[1])
        found = np.full(value.shape, np.nan)
        for domains, values in self.values(max(1, BLOCK // width)):
            deviations = self.deviations(values, value[domains])
            deviations *= deviations
            found[domains] = np.moveaxis(deviations, 1, 2) @ self.scheme.rscales
        return np.where(np.isnan(value), np.nan, self.scheme.scale * found)

    def covariance(self, value: Floats) -> Floats:
        """Covariances between all estimates `value`: (D k, D k); NaN where these are."""
        found = np.full((value.size, value.size), np.nan)
        known = np.flatnonzero(~np.isnan(value.ravel()))
        for domains, values in self.values(value.shape[0]):
            deviations = self.deviations(values, value[domains])
            flat = np.swapaxes(deviations, 0, 1).reshape(-1, value.size)[:, known]
            weighted = self.scheme.rscales[:, None] * flat
            found[np.ix_(known, known)] = self.scheme.scale * flat.T @ weighted
        return found

    def values(self, size: int) -> Iterator[tuple[slice, Floats]]:
        """Give the estimates of blocks of domains under all replicates: which, and (d, B, k)."""
        domain, cluster, total = self.by_cluster()
        for start in range(0, len(self.by.names), size):
            block = slice(start, min(start + size, len(self.by.names)))
            here = slice(*np.searchsorted(domain, [block.start, block.stop]))
            pairs = domain[here] - start, cluster[here], total[here]
            totals = multiplied(*pairs, block.stop - start, self.scheme.factor)
            yield block, self.function.value(np.moveaxis(totals, 1, 2))

    def by_cluster(self) -> tuple[Codes, Codes, Floats]:
        """Sum the columns by domain and cluster: domains and clusters, (p,), and sums, (p, j)."""
        codes, clusters, columns = self.by.codes, self.scheme.cluster, self.columns
        inside = codes >= 0
        if not inside.all():
            codes, clusters, columns = codes[inside], clusters[inside], columns[inside]
        domain, cluster, place = collapsed(codes, clusters, self.scheme.factor.shape[0])
        return domain, cluster, sums(columns, place, domain.size)

    def deviations(self, values: Floats, value: Floats) -> Floats:
        """Tell how far replicates are from their centre; 0 where they say nothing: (d, B, k)."""
        silent = np.isnan(values)
        centre = value if self.scheme.mse else self.mean(values, silent)
        deviations = np.asarray(values - centre[:, None], dtype=float)
        if silent.any():
            deviations[silent & ~silent.all(axis=1, keepdims=True)] = 0.0
        return deviations

    def mean(self, values: Floats, silent: NDArray[np.bool_]) -> Floats:
        """Mean over the replicates that count and say something: (d, k)."""
        counts = (self.scheme.rscales > 0)[:, None]
        heard = np.where(silent, 0.0, values) if silent.any() else values
        total = (heard * counts).sum(axis=1) if not counts.all() else heard.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(total / (counts & ~silent).sum(axis=1), dtype=float)


def multiplied(
    domain: Codes, cluster: Codes, total: Floats, domains: int, factor: Floats
) -> Floats:
    """Total columns by domain, clusters multiplied by each replicate's factors: (d, j, B)."""
    quantities = total.shape[1]
    row = domain[:, None] * quantities + np.arange(quantities)
    places = row.ravel(), np.repeat(cluster, quantities)
    adding = csr_array((total.ravel(), places), shape=(domains * quantities, factor.shape[0]))
    return np.asarray(adding @ factor).reshape(domains, quantities, factor.shape[1])

"""Variances from replicates: the estimate is worked out anew under each replicate's weights."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analysis.domains import Domains
from analysis.functions import Function
from analysis.variance import sums
from sampling.design import Replicates
from sampling.stages import Floats

# Numbers of a block of replicates that are held at a time.
BLOCK = 4_000_000


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

    def values(self) -> Iterator[tuple[slice, Floats]]:
        """Give the estimates of blocks of replicates: which, and (b, D, k)."""
        clusters, replicates = self.scheme.factor.shape
        inside = np.flatnonzero(self.by.codes >= 0)
        keys = self.by.codes[inside] * clusters + self.scheme.cluster[inside]
        pairs, place = np.unique(keys, return_inverse=True)
        domains, quantities = len(self.by.names), self.columns.shape[1]
        added = sums(self.columns[inside], place, pairs.size)
        where = pairs // clusters, pairs % clusters
        matrices = [csr_array((column, where), shape=(domains, clusters)) for column in added.T]
        size = max(1, BLOCK // max(1, domains * quantities))
        for start in range(0, replicates, size):
            block = slice(start, min(start + size, replicates))
            factor = np.ascontiguousarray(self.scheme.factor[:, block])
            totals = np.stack([matrix @ factor for matrix in matrices], axis=-1)
            yield block, self.function.value(np.moveaxis(totals, 1, 0))

    def variance(self, value: Floats) -> Floats:
        """Variances: (D, k)."""
        centre = value if self.scheme.mse else self.mean()
        found = np.zeros(value.shape)
        for block, values in self.values():
            weights = self.scheme.rscales[block, None, None]
            found += (weights * (values - centre) ** 2).sum(axis=0)
        return np.asarray(self.scheme.scale * found, dtype=float)

    def covariance(self, value: Floats) -> Floats:
        """Covariances: (D k, D k)."""
        centre = (value if self.scheme.mse else self.mean()).ravel()
        found = np.zeros((value.size, value.size))
        for block, values in self.values():
            deviations = values.reshape(values.shape[0], -1) - centre
            found += (self.scheme.rscales[block, None] * deviations).T @ deviations
        return np.asarray(self.scheme.scale * found, dtype=float)

    def mean(self) -> Floats:
        """Mean over the replicates that count: (D, k)."""
        counts = self.scheme.rscales > 0
        total: Floats | float = 0.0
        for block, values in self.values():
            total = total + values[counts[block]].sum(axis=0)
        return np.asarray(total / counts.sum(), dtype=float)

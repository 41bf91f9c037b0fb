"""Generalised linear models as a statistic: coefficients under any weights, and influences."""

from dataclasses import dataclass

import numpy as np

from analysis.collinearity import in_basis, orthonormal
from analysis.families import AnyFamily, Gaussian
from analysis.newton import Curve, maximum
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class GeneralisedLinear:
    """A regression of n answers on p regressors.

    Attributes
    ----------
    y : ndarray, shape (n,)
        Answers; 0 on rows that never count.
    regressors : ndarray, shape (n, p)
        The first is 1; all are 0 on rows that never count.
    family : Gaussian, Quasibinomial or Quasipoisson
        How answers come of a line.
    names : tuple of str, length p
        What the regressors are called, for errors.
    triangle : ndarray, shape (p, p)
        Takes coefficients to a basis in which the regressors are nearly orthonormal.
    """

    y: Floats
    regressors: Floats
    family: AnyFamily
    names: tuple[str, ...]
    triangle: Floats

    def value(self, weight: Floats) -> Floats:
        """Solve the weighted score equations: (p,).

        Raises
        ------
        ModelError
            If a regressor follows from others under these weights, or no step leads further up.
        """
        rows = np.flatnonzero(weight)
        y, share = self.y[rows], weight[rows] / weight[rows].sum()
        root = np.sqrt(share)
        # Replicates may leave out all rows of a level.
        axes, triangle = orthonormal(root[:, None] * self.regressors[rows], self.names)
        if isinstance(self.family, Gaussian):
            return np.asarray(np.linalg.solve(triangle, axes.T @ (root * y)), dtype=float)
        known = in_basis(self.regressors[rows], self.triangle)

        def curve(point: Floats) -> Curve:
            line = known @ point
            value = share @ self.family.likelihood(y, line)
            gradient = (share * self.family.residual(y, line)) @ known
            bend = (share * self.family.variance(line))[:, None] * known
            return Curve(float(value), gradient, known.T @ bend)

        start = self.triangle[:, 0] * self.family.start(float(share @ y))
        what, basis = type(self.family).__name__.lower(), self.triangle
        point = maximum(curve, start, what=what, names=self.names, basis=basis)
        return np.asarray(np.linalg.solve(self.triangle, point), dtype=float)

    def contributions(self, weight: Floats) -> Floats:
        """Score of each row, turned by the inverse of the information: (n, p)."""
        known = in_basis(self.regressors, self.triangle)
        line = known @ (self.triangle @ self.value(weight))
        bend = (weight * self.family.variance(line))[:, None] * known
        score = (weight * self.family.residual(self.y, line))[:, None] * known
        turned = np.linalg.solve(known.T @ bend, score.T)
        return np.asarray(np.linalg.solve(self.triangle, turned).T, dtype=float)

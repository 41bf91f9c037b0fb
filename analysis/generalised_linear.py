"""Generalised linear models as a statistic: coefficients under any weights, and influences."""

from dataclasses import dataclass

import numpy as np

from analysis.collinearity import orthonormal
from analysis.families import AnyFamily
from analysis.newton import Curve, maximum
from sampling.stages import Floats

# Share of the usual information below which some combination of regressors tells nothing.
SINGULAR = 1e-12


@dataclass(frozen=True, eq=False)
class GeneralisedLinear:
    """A regression of n answers on p regressors.

    Attributes
    ----------
    y : ndarray, shape (n,)
        Answers; 0 on rows that never count.
    axes : ndarray, shape (n, p)
        Regressors times the inverse of the triangle, which leaves them nearly orthonormal under
        the full weights; 0 on rows that never count. The first regressor is 1.
    triangle : ndarray, shape (p, p)
        Upper triangle that takes coefficients to the line's coordinates on the axes.
    family : Gaussian, Quasibinomial or Quasipoisson
        How answers come of a line.
    names : tuple of str, length p
        What the regressors are called, for errors.
    """

    y: Floats
    axes: Floats
    triangle: Floats
    family: AnyFamily
    names: tuple[str, ...]

    def value(self, weight: Floats) -> Floats:
        """Solve the weighted score equations: (p,).

        Raises
        ------
        ModelError
            If a regressor follows from others under these weights, or no step leads further up.
        """
        return np.asarray(np.linalg.solve(self.triangle, self.solution(weight)), dtype=float)

    def contributions(self, weight: Floats) -> Floats:
        """Score of each row, turned by the inverse of the information: (n, p)."""
        line = self.axes @ self.solution(weight)
        information = self.information(weight, line) @ self.triangle
        score = weight * self.family.residual(self.y, line)
        return (score[:, None] * self.axes) @ np.linalg.inv(information).T

    def solution(self, weight: Floats) -> Floats:
        """Coordinates of the fitted line on the axes: (p,)."""
        share = weight / weight.sum()
        self.refuse_collinear(share)

        def curve(point: Floats) -> Curve:
            line = self.axes @ point
            value = share @ self.family.likelihood(self.y, line)
            gradient = (share * self.family.residual(self.y, line)) @ self.axes
            return Curve(float(value), gradient, self.information(share, line))

        start = self.triangle[:, 0] * self.family.start(float(share @ self.y))
        what, basis = type(self.family).__name__.lower(), self.triangle
        return maximum(curve, start, what=what, names=self.names, basis=basis)

    def information(self, weight: Floats, line: Floats) -> Floats:
        """Negative derivative of the score on the axes: (p, p)."""
        bend = weight * self.family.variance(line)
        return np.asarray(self.axes.T @ (bend[:, None] * self.axes), dtype=float)

    def refuse_collinear(self, share: Floats) -> None:
        """Name a regressor that follows from others: replicates may leave out a whole level."""
        spread = self.axes.T @ (share[:, None] * self.axes)
        if np.linalg.eigvalsh(spread)[0] <= SINGULAR:
            orthonormal(np.sqrt(share)[:, None] * (self.axes @ self.triangle), self.names)

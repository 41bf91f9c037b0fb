"""How much areas differ beyond what their regressors explain: the model variance of Fay-Herriot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import brentq

from analysis.collinearity import inverse
from analysis.model_errors import ModelError
from sampling.stages import Floats

Method = Literal["reml", "ml", "moment", "adjusted"]
# Points at which the slope of the likelihood is looked at before its zeros are pinned down.
GRID = 200


@dataclass(frozen=True, eq=False)
class AreaModel:
    """Direct estimates with a known error, and orthonormal regressors.

    Attributes
    ----------
    direct, variance : ndarray, shape (m,)
        Estimates and their sampling variances.
    axes : ndarray, shape (m, p)
        Regressors, made orthonormal.
    """

    direct: Floats
    variance: Floats
    axes: Floats

    def fitted(self, between: float) -> tuple[Floats, Floats, Floats]:
        """Coefficients, their covariance and the areas' precisions, given the model variance."""
        precision = 1 / (between + self.variance)
        covariance = inverse(self.axes.T @ (precision[:, None] * self.axes))
        coefficients = covariance @ (self.axes.T @ (precision * self.direct))
        return coefficients, covariance, precision

    def log_likelihood(self, between: float, *, restricted: bool) -> float:
        """Logarithm of the (restricted) profile likelihood, up to a constant."""
        coefficients, covariance, precision = self.fitted(between)
        rest = self.direct - self.axes @ coefficients
        value = np.log(precision).sum() - precision @ rest**2
        if restricted:
            value += np.linalg.slogdet(covariance)[1]
        return float(value / 2)

    def slope(self, between: float, *, restricted: bool) -> float:
        """Twice the derivative of the log-likelihood by the model variance."""
        coefficients, covariance, precision = self.fitted(between)
        rest = self.direct - self.axes @ coefficients
        trace = precision.sum()
        if restricted:
            leverage = ((self.axes @ covariance) * self.axes).sum(axis=1)
            trace -= precision**2 @ leverage
        return float((precision * rest) @ (precision * rest) - trace)

    def excess(self, between: float) -> float:
        """Weighted squares of residuals less their expectation; falls as the variance grows."""
        coefficients, _, precision = self.fitted(between)
        rest = self.direct - self.axes @ coefficients
        return float(precision @ rest**2 - (self.direct.size - self.axes.shape[1]))

    def ceiling(self, spare: int) -> float:
        """Model variance above which every slope is negative.

        With R the residual squares of least squares and D the largest sampling variance, a slope
        is at most (R + 2s) / s^2 - (m - p) / (s + D), the 2s only for the adjusted likelihood.
        """
        rest = self.direct - self.axes @ (self.axes.T @ self.direct)
        squares, largest = float(rest @ rest), float(self.variance.max())
        linear = squares + (2 * largest if spare != self.direct.size - self.axes.shape[1] else 0)
        root = np.sqrt(linear**2 + 4 * spare * squares * largest)
        return float((linear + root) / (2 * spare))


def model_variance(model: AreaModel, method: Method) -> float:
    """Estimate the model variance.

    Parameters
    ----------
    model : AreaModel
        With more areas than regressors, by three for "adjusted".
    method : {"reml", "ml", "moment", "adjusted"}
        "adjusted" maximises the restricted likelihood times the variance, and so is positive.

    Returns
    -------
    float
        0 or more, to 1e-13 of itself; of several maxima of a likelihood the highest.

    Raises
    ------
    ModelError
        If there are too few areas.

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, section 6.1.2; Li and Lahiri (2010), An adjusted
    maximum likelihood method for solving small area estimation problems, J. Multivariate Analysis
    101.
    """
    areas, terms = model.axes.shape
    spare = areas - terms - (2 if method == "adjusted" else 0)
    if spare < 1:
        raise ModelError("too_few_areas", areas=areas, needed=areas - spare + 1)
    ceiling = 2 * model.ceiling(spare)
    if method == "moment":
        return root(model.excess, 0.0, ceiling) if model.excess(0.0) > 0 else 0.0
    restricted = method != "ml"
    adjusted = method == "adjusted"

    def slope(between: float) -> float:
        own = model.slope(between, restricted=restricted)
        return own + 2 / between if adjusted else own

    def height(between: float) -> float:
        own = model.log_likelihood(between, restricted=restricted)
        return own + np.log(between) if adjusted else own

    # Below this the adjusted slope is positive; the others may have their maximum at 0.
    floor = 1 / float((1 / model.variance).sum())
    grid = np.geomspace(floor, max(ceiling, 2 * floor), GRID)
    peaks = [] if adjusted or slope(0.0) > 0 else [0.0]
    points = grid if adjusted else np.concatenate([[0.0], grid])
    slopes = np.array([slope(point) for point in points.tolist()])
    for at in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)):
        peaks.append(root(slope, float(points[at]), float(points[at + 1])))
    return max(peaks, key=height)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Pin down where a function crosses 0 between two points."""
    return float(brentq(function, low, high, xtol=1e-300, rtol=1e-15, maxiter=500))

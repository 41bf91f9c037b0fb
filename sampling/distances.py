"""How far calibrated weights may move from the given ones, and what moving costs.

A distance is known by the function F that turns u = x'λ into the factor g = F(u) of a row; it has
F(0) = 1 and F'(0) = 1. Deville and Särndal (1992), JASA 87, section 2, cases 1, 2, 6 and 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np

from sampling.coding import Floats
from sampling.errors import WeightingError

Method = Literal["linear", "truncated", "raking", "logit"]
Bound = float | Floats

# Beyond this the exponential overflows.
STEEPEST = 700.0


class Distance(Protocol):
    """A factor and its slope as functions of u, between two bounds."""

    @property
    def lower(self) -> Bound:
        """Least factor."""

    @property
    def upper(self) -> Bound:
        """Greatest factor."""

    def factor(self, u: Floats) -> Floats:
        """F(u), shape (n,)."""

    def slope(self, u: Floats) -> Floats:
        """F'(u), shape (n,)."""

    def integral(self, u: Floats) -> Floats:
        """An integral of F, shape (n,)."""


@dataclass(frozen=True, eq=False)
class Linear:
    """F(u) = 1 + u, cut off at the bounds: generalised regression where there are none."""

    lower: Bound = -np.inf
    upper: Bound = np.inf

    def factor(self, u: Floats) -> Floats:
        """F(u)."""
        return np.clip(1 + u, self.lower, self.upper)

    def slope(self, u: Floats) -> Floats:
        """1 within the bounds, 0 on and beyond them."""
        return ((1 + u > self.lower) & (1 + u < self.upper)).astype(float)

    def integral(self, u: Floats) -> Floats:
        """A parabola, straight beyond the bounds."""
        factor = self.factor(u)
        return factor * (1 + u - factor / 2)


@dataclass(frozen=True, eq=False)
class Raking:
    """F(u) = exp(u), cut off at the bounds: always positive, as raking ratios are."""

    lower: Bound = 0.0
    upper: Bound = np.inf

    def factor(self, u: Floats) -> Floats:
        """F(u)."""
        return np.clip(np.exp(np.minimum(u, STEEPEST)), self.lower, self.upper)

    def slope(self, u: Floats) -> Floats:
        """exp(u) within the bounds, 0 on and beyond them."""
        free = np.exp(np.minimum(u, STEEPEST))
        return np.where((free > self.lower) & (free < self.upper), free, 0.0)

    def integral(self, u: Floats) -> Floats:
        """exp(u), straight beyond the bounds."""
        factor = self.factor(u)
        logarithm = np.log(factor, out=np.zeros(u.shape), where=factor > 0)
        return factor * (1 + u - logarithm)


@dataclass(frozen=True, eq=False)
class Logit:
    """A logistic curve that approaches the bounds without reaching them."""

    lower: float
    upper: float

    @property
    def steepness(self) -> float:
        """How quickly the curve rises, such that F'(0) = 1."""
        return (self.upper - self.lower) / ((1 - self.lower) * (self.upper - 1))

    def share(self, u: Floats) -> Floats:
        """How much of the way from the lower to the upper bound, from 0 to 1."""
        low, high = 1 - self.lower, self.upper - 1
        exponential = np.exp(np.clip(-self.steepness * u, -STEEPEST, STEEPEST))
        return low / (low + high * exponential)

    def factor(self, u: Floats) -> Floats:
        """F(u)."""
        return self.lower + (self.upper - self.lower) * self.share(u)

    def slope(self, u: Floats) -> Floats:
        """F'(u)."""
        share = self.share(u)
        return (self.upper - self.lower) * self.steepness * share * (1 - share)

    def integral(self, u: Floats) -> Floats:
        """The logarithm of 1 plus an exponential, on a slanting line."""
        start = np.log((self.upper - 1) / (1 - self.lower))
        rise = np.logaddexp(0.0, self.steepness * u - start) / self.steepness
        return np.asarray(self.lower * u + (self.upper - self.lower) * rise, dtype=float)


def distance(method: Method, bounds: Sequence[float] | None = None) -> Distance:
    """Choose a distance.

    Parameters
    ----------
    method : {"linear", "truncated", "raking", "logit"}
        "linear" takes no bounds, "truncated" and "logit" need them, "raking" may have them.
    bounds : sequence of float, length 2, optional
        Least and greatest factor; 1 must lie between them.

    Returns
    -------
    Distance
        Ready to calibrate with.

    Raises
    ------
    WeightingError
        If the method is unknown or the bounds do not suit it.
    """
    if method not in get_args(Method):
        raise WeightingError("unknown_method", method=method, allowed=", ".join(get_args(Method)))
    if bounds is None:
        if method in {"truncated", "logit"}:
            raise WeightingError("bounds_needed", method=method)
        return Linear() if method == "linear" else Raking()
    lower, upper = (float(bound) for bound in bounds) if len(bounds) == 2 else (np.nan, np.nan)
    # A factor of 0 would take a row out, and a negative one would make it count against itself.
    if method == "linear" or not 0 <= lower < 1 < upper < np.inf:
        raise WeightingError("bad_bounds", method=method, lower=lower, upper=upper)
    if method == "truncated":
        return Linear(lower, upper)
    return Raking(lower, upper) if method == "raking" else Logit(lower, upper)

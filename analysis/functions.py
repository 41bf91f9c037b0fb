"""Estimates that are smooth functions of domain totals: means, totals and ratios.

What a row contributes to such an estimate is linear in what it adds to the totals, so that rows
can be summed by cluster before anything else is worked out.
"""

from typing import Protocol

import numpy as np

from sampling.stages import Codes, Floats


class Function(Protocol):
    """A smooth function of j totals that gives k estimates."""

    def value(self, totals: Floats) -> Floats:
        """Work out the estimates: (..., j) to (..., k)."""

    def linear(self, totals: Floats, parts: Floats, domain: Codes) -> Floats:
        """Tell what parts of the totals contribute to the estimates.

        Parameters
        ----------
        totals : ndarray, shape (D, j)
            Around which the function is taken to be linear.
        parts : ndarray, shape (p, j)
            What each part adds to the totals of its domain.
        domain : ndarray of int, shape (p,)
            Domain of each part.

        Returns
        -------
        ndarray, shape (p, k)
            They add up to 0 for a mean or ratio, to the estimate for a total.
        """


class Total:
    """The totals themselves."""

    def value(self, totals: Floats) -> Floats:
        """Return the totals."""
        return totals

    def linear(self, totals: Floats, parts: Floats, domain: Codes) -> Floats:
        """Return the parts."""
        return parts


class Ratio:
    """Each of the first k totals by one of the others.

    Parameters
    ----------
    denominators : int
        How many columns at the end are denominators: 1, or one for each numerator. For a mean it
        is the sum of weights.
    """

    def __init__(self, denominators: int = 1) -> None:
        self.denominators = denominators

    def value(self, totals: Floats) -> Floats:
        """Divide; NaN where there is nothing to divide by."""
        above, below = self.split(totals)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(below == 0, np.nan, above / below), dtype=float)

    def linear(self, totals: Floats, parts: Floats, domain: Codes) -> Floats:
        """Subtract what the ratio expects of a part's denominator."""
        above, below = self.split(parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (above - self.value(totals)[domain] * below) / self.split(totals)[1][domain]
        return np.asarray(found, dtype=float)

    def split(self, totals: Floats) -> tuple[Floats, Floats]:
        """Tell numerators and denominators apart."""
        return totals[..., : -self.denominators], totals[..., -self.denominators :]

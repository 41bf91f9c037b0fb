"""What the p-th quantile of weighted answers is: four rules."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from sampling.stages import Floats

Rule = Literal["math", "school", "hf7", "shahvaish"]

# A cumulative share this near to p is equal to p: 0.1 of 200 equal weights is a tie.
TIE = 1e-12


@dataclass(frozen=True)
class Distribution:
    """Answers with positive weights, in ascending order; equal answers in the order given.

    Attributes
    ----------
    answer, weight : ndarray, shape (m,)
        m at least 1.
    """

    answer: Floats
    weight: Floats

    @cached_property
    def below(self) -> Floats:
        """Sum of the weights up to and with each answer: (m,)."""
        return np.cumsum(self.weight)

    def quantile(self, probability: Floats, rule: Rule) -> Floats:
        """Quantiles at given probabilities; NaN at those that are NaN or outside [0, 1]."""
        known = (probability >= -TIE) & (probability <= 1 + TIE)
        found = RULES[rule](self, np.where(known, probability, 0.5))
        return np.where(known, found, np.nan)


def inverse(distribution: Distribution, p: Floats) -> Floats:
    """Least answer whose cumulative share reaches p."""
    share = distribution.below / distribution.below[-1]
    place = np.searchsorted(share, p - TIE)
    return np.asarray(distribution.answer[np.minimum(place, share.size - 1)], dtype=float)


def midway(distribution: Distribution, p: Floats) -> Floats:
    """As `inverse`, but half-way to the next answer where the share is p exactly."""
    share = distribution.below / distribution.below[-1]
    last = share.size - 1
    place = np.minimum(np.searchsorted(share, p - TIE), last)
    after = np.where(np.abs(share[place] - p) <= TIE, np.minimum(place + 1, last), place)
    return np.asarray((distribution.answer[place] + distribution.answer[after]) / 2, dtype=float)


def interpolated(distribution: Distribution, p: Floats) -> Floats:
    """Straight lines between answers, the first at 0 and the last at 1.

    Each stands where the weight before it is a share of the weight before the last. With equal
    weights this is the seventh definition of Hyndman and Fan (1996), American Statistician 50.
    """
    before = distribution.below - distribution.weight
    if before[-1] <= 0:
        return np.broadcast_to(distribution.answer[0], p.shape)
    return np.interp(p, before / before[-1], distribution.answer)


def shah_vaish(distribution: Distribution, p: Floats) -> Floats:
    """Answer at the largest of shares (S + 1/2 - w/2) / (m + 1) that does not exceed p.

    S are cumulative weights scaled to add up to the m rows; w are the weights as they are, which
    is how R's survey 4.1 reads Shah and Vaish (2006). Shares need not ascend unless weights
    average 1: the rule serves to compare with published figures, not to publish.
    """
    rows = distribution.weight.size
    scaled = distribution.below * (rows / distribution.below[-1])
    share = (scaled + 0.5 - distribution.weight / 2) / (rows + 1)
    order = np.argsort(share, kind="stable")
    place = np.searchsorted(share[order], p, side="right") - 1
    return np.asarray(distribution.answer[order][np.maximum(place, 0)], dtype=float)


RULES: dict[Rule, Callable[[Distribution, Floats], Floats]] = {
    "math": inverse,
    "school": midway,
    "hf7": interpolated,
    "shahvaish": shah_vaish,
}

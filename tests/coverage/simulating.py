"""How often intervals hold the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from sampling.stages import Floats
from tests.coverage.arms import Arm
from tests.coverage.drawing import drawn_clusters
from tests.coverage.populations import population

LEVEL = 0.95
# The share of samples whose interval holds the truth may differ from it by so much.
TOLERANCE = 0.01

Bounds = Callable[[int], tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Coverage:
    """What came of many samples of one population.

    Attributes
    ----------
    arm : Arm
        How they were drawn and used.
    seed, runs : int
        Seed of population and draws; how many samples.
    share : ndarray, shape (k,)
        Share of the samples whose 95 % interval held the truth.
    width : ndarray, shape (k,)
        Mean width of the intervals.
    """

    arm: Arm
    seed: int
    runs: int
    share: Floats
    width: Floats

    def verdicts(self, bounds: Bounds) -> list[bool]:
        """Tell of each quantity whether it is where it must be: inside, or outside if wrong."""
        least, most = bounds(self.runs)
        return [(least <= share <= most) != self.arm.wrong for share in self.share.tolist()]


def simulated(arm: Arm, seed: int, runs: int) -> Coverage:
    """Draw and estimate many times."""
    people = population(arm.shape, seed)
    truth = np.ravel(arm.truth(people))
    rng = np.random.default_rng((seed, 1))
    held = np.zeros(truth.size)
    width = np.zeros(truth.size)
    for clusters in drawn_clusters(people, arm.each, runs, rng):
        lower, upper = map(np.ravel, arm.estimate(people, clusters, rng).interval(LEVEL))
        held += (lower <= truth) & (truth <= upper)
        width += upper - lower
    return Coverage(arm, seed, runs, held / runs, width / runs)


def strict(_runs: int) -> tuple[float, float]:
    """95 ± 1, however many runs."""
    return LEVEL - TOLERANCE, LEVEL + TOLERANCE


def by_chance(runs: int) -> tuple[float, float]:
    """What runs show, but for one case in a million at either end, when the level is kept."""
    least = binom.ppf(1e-6, runs, LEVEL) / runs
    most = binom.isf(1e-6, runs, LEVEL) / runs
    return float(least), float(most)

"""Strata in which a single cluster was drawn, or in which a domain meets a single one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampling.design import Lonely, Stages
from sampling.errors import LonelyClusterError
from sampling.stages import Codes, Floats, Stage

NOTHING = frozenset({Lonely.REMOVE, Lonely.CERTAINTY})


def refuse_lonely(stage: Stage, scheme: Stages, stratum: Codes) -> None:
    """Stop where the design does not say what a stratum with one cluster adds.

    Raises
    ------
    LonelyClusterError
        If one of the strata, numbered by `stratum`, has a single cluster and more on the frame.
    """
    if scheme.lonely is not Lonely.ERROR:
        return
    alone = (stage.sampled[stratum] == 1) & (stage.population[stratum] > 1)
    alone &= stage.fraction[stratum] > 0
    if alone.any():
        raise LonelyClusterError(stage.strata[int(stratum[np.argmax(alone)])])


def shares(
    scheme: Stages, stage: Stage, stratum: Codes, met: NDArray[Any]
) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell how strata enter a variance.

    Parameters
    ----------
    stratum, met : ndarray of int, shape (c,)
        Strata, and how many of the sampled clusters of each are met.

    Returns
    -------
    factor : ndarray, shape (c,)
        f (1 - n/N) n / (n - 1), where f is the share that the stages before drew; without the
        last factor where n is 1.
    uncentred : ndarray of bool, shape (c,)
        Where squares of the clusters' totals are summed, not of their distances from the mean.
    unknown : ndarray of bool, shape (c,)
        Where the other strata say on average what this one adds.
    """
    n, population = stage.sampled[stratum], stage.population[stratum]
    left = np.where(population <= n, 0.0, 1 - n / population)
    factor = stage.fraction[stratum] * left * np.where(n > 1, n / np.maximum(n - 1, 1), 1.0)
    alone = n == 1
    if scheme.lonely_in_domains:
        alone = alone | (met == 1)
    alone &= factor > 0
    uncentred = alone & (scheme.lonely is Lonely.ADJUST)
    unknown = alone & (scheme.lonely is Lonely.AVERAGE)
    # Of those drawn alone nothing is known; a domain's only cluster still has absent neighbours.
    nothing = (n == 1) & (scheme.lonely in NOTHING)
    return np.where(nothing | unknown, 0.0, factor), uncentred, unknown

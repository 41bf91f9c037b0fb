"""Precision of a stratified sample, known before anybody is asked."""

from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from sampling.shares import stratum_figures


def standard_error(
    sizes: ArrayLike, deviations: ArrayLike, allocation: ArrayLike, *, finite: bool = True
) -> float:
    """Standard error of a mean under an allocation of simple samples within strata.

    Parameters
    ----------
    sizes : array_like of float, shape (H,)
        Dossiers on the frame in each stratum.
    deviations : array_like of float, shape (H,)
        Standard deviation within each stratum, with N_h - 1 below the line.
    allocation : array_like of float, shape (H,)
        Answers expected of each stratum; need not be whole.
    finite : bool
        Whether a finite population lowers the variance.

    Returns
    -------
    float
        sqrt(sum N_h^2 S_h^2 / n_h (1 - n_h / N_h)) / N, in the units of the deviations; ``inf``
        where a stratum that varies gives no answer, NaN without dossiers.

    Raises
    ------
    AllocationError
        If a figure is negative, missing or not finite.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.3.

    Examples
    --------
    >>> round(standard_error([900, 100], [0.5, 0.5], [90, 10]), 4)
    0.0474
    """
    held = stratum_figures("bad_sizes", sizes)
    spread = stratum_figures("bad_deviations", deviations, held.size)
    given = stratum_figures("bad_sizes", allocation, held.size)
    counted = (held > 0) & (spread > 0)
    total = held.sum()
    if total == 0:
        return float("nan")
    held, spread, given = held[counted], spread[counted], given[counted]
    if (given == 0).any():
        return inf
    left = 1 - given / held if finite else np.ones(given.shape)
    return sqrt(max(0.0, float((held**2 * spread**2 / given * left).sum()))) / float(total)

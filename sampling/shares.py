"""Rules of allocation: to what each stratum's part of a sample is proportional.

A share is any number, 0 or more; `sampling.sharing` turns shares into sizes.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import AllocationError

Floats = NDArray[np.float64]


def equal(sizes: ArrayLike) -> Floats:
    """One for every stratum that holds dossiers.

    Parameters
    ----------
    sizes : array_like of float, shape (H,)
        Dossiers on the frame in each stratum.

    Returns
    -------
    ndarray, shape (H,)
        1, or 0 for an empty stratum.

    Raises
    ------
    AllocationError
        If a size is negative or not finite.
    """
    return (stratum_figures("bad_sizes", sizes) > 0).astype(float)


def proportional(sizes: ArrayLike) -> Floats:
    """Shares N_h: equal sampling fractions; Cochran (1977), section 5.5.

    Parameters, returns and errors are those of `equal`.
    """
    return stratum_figures("bad_sizes", sizes)


def root(sizes: ArrayLike) -> Floats:
    """Shares sqrt(N_h), between equal and proportional; Carroll (1970) for a compromise.

    Parameters, returns and errors are those of `equal`.
    """
    return np.asarray(np.sqrt(stratum_figures("bad_sizes", sizes)))


def neyman(sizes: ArrayLike, deviations: ArrayLike) -> Floats:
    """Shares N_h S_h: the least variance of a mean for a number of answers.

    Parameters
    ----------
    sizes : array_like of float, shape (H,)
        Dossiers on the frame in each stratum.
    deviations : array_like of float, shape (H,)
        Standard deviation expected within each stratum, in any unit.

    Returns
    -------
    ndarray, shape (H,)

    Raises
    ------
    AllocationError
        If a figure is negative, missing or not finite.

    References
    ----------
    Neyman (1934), Journal of the Royal Statistical Society 97, 558-606.
    """
    held = stratum_figures("bad_sizes", sizes)
    return held * stratum_figures("bad_deviations", deviations, held.size)


def optimal(sizes: ArrayLike, deviations: ArrayLike, costs: ArrayLike) -> Floats:
    """Shares N_h S_h / sqrt(c_h): the least variance of a mean for the money.

    Parameters
    ----------
    sizes, deviations
        As for `neyman`.
    costs : array_like of float, shape (H,)
        What one answer costs in each stratum, in one unit, above 0.

    Returns
    -------
    ndarray, shape (H,)

    Raises
    ------
    AllocationError
        As for `neyman`; also if a cost is not positive.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.5, equation 5.23.
    """
    shares = neyman(sizes, deviations)
    return shares / np.sqrt(positive_figures("bad_costs", costs, shares.size))


def power(sizes: ArrayLike, deviations: ArrayLike, means: ArrayLike, exponent: float) -> Floats:
    """Shares (S_h / M_h) (N_h M_h)^q: between the best for the strata and the best for the whole.

    The exponent 0 makes the sum of the strata's squared coefficients of variation least, whatever
    their sizes; 1 is Neyman's allocation.

    Parameters
    ----------
    sizes, deviations
        As for `neyman`.
    means : array_like of float, shape (H,)
        Mean expected in each stratum, above 0; N_h M_h is the stratum's importance.
    exponent : float
        From 0 to 1.

    Returns
    -------
    ndarray, shape (H,)

    Raises
    ------
    AllocationError
        As for `neyman`; also if a mean is not positive or the exponent is out of its range.

    References
    ----------
    Bankier (1988), The American Statistician 42, 174-177.
    """
    held = stratum_figures("bad_sizes", sizes)
    spread = stratum_figures("bad_deviations", deviations, held.size)
    centre = positive_figures("bad_means", means, held.size)
    if not 0 <= exponent <= 1:
        raise AllocationError("bad_exponent", exponent=exponent)
    # An empty stratum has no importance, whatever 0^0 would say.
    importance = np.where(held > 0, (held * centre) ** exponent, 0.0)
    return spread / centre * importance


def stratum_figures(code: str, given: ArrayLike, strata: int | None = None) -> Floats:
    """Check figures of strata: one for each, finite, 0 or more."""
    found = np.asarray(given, dtype=float)
    wanted = found.size if strata is None else strata
    if found.shape != (wanted,) or not np.isfinite(found).all() or (found < 0).any():
        raise AllocationError(code, strata=wanted)
    return found


def positive_figures(code: str, given: ArrayLike, strata: int) -> Floats:
    """Check figures of strata that must be above 0."""
    found = stratum_figures(code, given, strata)
    if (found == 0).any():
        raise AllocationError(code, strata=strata)
    return found

"""How a sample is shared out among strata, in whole dossiers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling import shares
from sampling.sharing import bounds, shared_out

Counts = NDArray[np.int64]


def proportional(
    sizes: ArrayLike,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample in proportion to the strata's sizes.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    n : int
        Dossiers to draw in all.
    minimum : array_like of int, shape () or (H,)
        Least number in a stratum; a smaller stratum is taken whole.
    maximum : array_like of int, shape () or (H,), optional
        Greatest number in a stratum.
    take_all : array_like of bool, shape (H,), optional
        Strata that are asked whole.

    Returns
    -------
    ndarray of int, shape (H,)
        Adds up to `n`, never above a stratum's size; fractions are rounded by largest remainder,
        ties going to the stratum named first.

    Raises
    ------
    AllocationError
        If the strata hold fewer than `n`, the minimum alone needs more than `n`, or a stratum
        must give more than its cap.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.5.

    Examples
    --------
    >>> proportional([100, 50, 3], 30, minimum=5).tolist()
    [18, 9, 3]
    """
    within = bounds(sizes, minimum, maximum, take_all)
    return shared_out(shares.proportional(sizes), n, within)


def equal(
    sizes: ArrayLike,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample equally; what a small stratum cannot give the others do.

    Parameters, returns and errors are those of `proportional`.

    Examples
    --------
    >>> equal([100, 50, 3], 30).tolist()
    [14, 13, 3]
    """
    return shared_out(shares.equal(sizes), n, bounds(sizes, minimum, maximum, take_all))


def root(
    sizes: ArrayLike,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample by the square roots of the sizes: small strata get more.

    Parameters, returns and errors are those of `proportional`.

    Examples
    --------
    >>> root([900, 100], 40).tolist()
    [30, 10]
    """
    return shared_out(shares.root(sizes), n, bounds(sizes, minimum, maximum, take_all))


def neyman(
    sizes: ArrayLike,
    deviations: ArrayLike,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample so that a mean's variance is least.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    deviations : array_like of float, shape (H,)
        Standard deviation expected within each stratum.
    n, minimum, maximum, take_all
        As for `proportional`.

    Returns
    -------
    ndarray of int, shape (H,)
        As for `proportional`. Strata without deviation get the minimum, and more only when
        all others are taken whole.

    Raises
    ------
    AllocationError
        As for `proportional`; also if a deviation is negative or not finite.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, sections 5.5 and 5.8.
    """
    within = bounds(sizes, minimum, maximum, take_all)
    return shared_out(shares.neyman(sizes, deviations), n, within)


def optimal(
    sizes: ArrayLike,
    deviations: ArrayLike,
    costs: ArrayLike,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample so that a mean's variance is least for what its answers cost.

    Parameters
    ----------
    sizes, deviations, n, minimum, maximum, take_all
        As for `neyman`.
    costs : array_like of float, shape (H,)
        What one answer costs in each stratum, above 0.

    Returns
    -------
    ndarray of int, shape (H,)
        As for `neyman`.

    Raises
    ------
    AllocationError
        As for `neyman`; also if a cost is not positive.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd edition, section 5.5.

    Examples
    --------
    >>> optimal([500, 500], [1, 1], [1, 4], 30).tolist()
    [20, 10]
    """
    within = bounds(sizes, minimum, maximum, take_all)
    return shared_out(shares.optimal(sizes, deviations, costs), n, within)


def power(
    sizes: ArrayLike,
    deviations: ArrayLike,
    means: ArrayLike,
    exponent: float,
    n: int,
    minimum: ArrayLike = 0,
    *,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
) -> Counts:
    """Share out a sample between the best for each stratum and the best for the whole.

    Parameters
    ----------
    sizes, deviations, n, minimum, maximum, take_all
        As for `neyman`.
    means : array_like of float, shape (H,)
        Mean expected in each stratum, above 0.
    exponent : float
        0 makes the sum of the strata's squared coefficients of variation least, 1 is Neyman's
        allocation.

    Returns
    -------
    ndarray of int, shape (H,)
        As for `neyman`.

    Raises
    ------
    AllocationError
        As for `neyman`; also if a mean is not positive or the exponent not from 0 to 1.

    References
    ----------
    Bankier (1988), The American Statistician 42, 174-177.

    Examples
    --------
    >>> power([900, 100], [1, 1], [3, 3], 0.5, 40).tolist()
    [30, 10]
    """
    within = bounds(sizes, minimum, maximum, take_all)
    return shared_out(shares.power(sizes, deviations, means, exponent), n, within)

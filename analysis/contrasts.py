"""Linear combinations of estimates, such as the difference between two domains."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.estimate import Estimate
from analysis.inference_errors import InferenceError
from analysis.parameters import Parameters


def contrast(
    estimate: Estimate, coefficients: ArrayLike, names: tuple[str, ...] = ()
) -> Parameters:
    """Combine estimates linearly.

    Parameters
    ----------
    estimate : Estimate
        With covariances; of shape (k,) or (D, k), read row by row.
    coefficients : array_like, shape (D k,) or (c, D k)
        One row for each combination. What has coefficient 0 in all rows may be missing (NaN).
    names : tuple of str, length c, optional
        What the combinations are called.

    Returns
    -------
    Parameters
        c combinations. Degrees of freedom are the fewest of the domains that take part, which is
        cautious: domains that share no stratum know more together.

    Raises
    ------
    InferenceError
        If the estimate has no covariances or another number of values.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 5.4.
    """
    if estimate.covariance is None:
        raise InferenceError("no_covariance")
    value = estimate.value.ravel()
    combination = np.atleast_2d(np.asarray(coefficients, dtype=float))
    if combination.ndim != 2 or combination.shape[1] != value.size:
        raise InferenceError("bad_contrast", shape=combination.shape, values=value.size)
    used = combination.any(axis=0)
    part, covariance = combination[:, used], estimate.covariance[np.ix_(used, used)]
    df = np.broadcast_to(np.asarray(estimate.df)[..., None], estimate.value.shape).ravel()[used]
    labels = names or tuple(str(at + 1) for at in range(combination.shape[0]))
    fewest = int(df.min()) if df.size else 0
    return Parameters(labels, part @ value[used], part @ covariance @ part.T, fewest)

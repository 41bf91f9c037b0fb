"""The share of re-checks that failed, with its exact interval; for the worker, not for pages."""

from math import sqrt

import numpy as np

from analysis.estimate import Estimate
from analysis.proportions import proportion_interval
from app.services.post_rules import Found

LEVEL = 0.95


def exact(found: Found, level: float = LEVEL) -> tuple[float, float] | None:
    """Work out Clopper and Pearson's interval of the share that failed.

    Returns
    -------
    (float, float) or None
        Shares from 0 to 1; None where fewer than two forms could be judged.

    References
    ----------
    Clopper and Pearson (1934), The use of confidence or fiducial limits, Biometrika 26.
    """
    n = found.judged
    if n < 2:
        return None
    share = found.failed / n
    # With this error the effective number of rows is the number of rows: a binomial count.
    estimate = Estimate(
        value=np.array([share]),
        se=np.array([sqrt(share * (1 - share) / n)]),
        deff=np.array([1.0]),
        df=np.array(n - 1),
        n=np.array(n),
        effective_n=np.array(float(n)),
    )
    lower, upper = proportion_interval(estimate, method="beta", level=level)
    return float(lower[0]), float(upper[0])

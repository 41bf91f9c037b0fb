"""Chances that a weighted sum of squared normal numbers is large."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import f, norm

from sampling.stages import Floats

# Nearer to its mean than this, a saddlepoint divides 0 by 0.
AT_MEAN = 1e-4
EDGE = 1 - 1e-12


def upper_tail(x: float, weight: Floats, df: float) -> float:
    """Chance that a weighted sum of squares exceeds x times an independent mean square.

    Parameters
    ----------
    x : float
        At least 0.
    weight : ndarray, shape (k,)
        Positive weights of k squared standard normal numbers.
    df : float
        Squares in the mean that stands below. Where it is no whole number, the sum below has the
        whole number of terms, each a df-th: the counting of R's survey 4.1. On a whole number
        rounding decides which, there and here; the chance differs by some hundredths of itself.

    Returns
    -------
    float
        By the saddlepoint approximation, within a few per cent of itself; next to the mean by
        Satterthwaite's F.

    References
    ----------
    Kuonen (1999), Biometrika 86, 929; Barndorff-Nielsen (1990), JRSS B 52, 485; Rao and Scott
    (1984), Annals of Statistics 12, 46, for the weights and Thomas and Rao (1987), JASA 82, 630,
    for df.
    """
    below = max(float(np.floor(df)), 1.0)
    largest = float(weight.max())
    coefficient = np.append(weight, -x / df) / largest
    count = np.append(np.ones(weight.size), below)

    def slope(point: float) -> float:
        return float((count * coefficient / (1 - 2 * point * coefficient)).sum())

    if x <= 0:
        return 1.0
    point = brentq(slope, EDGE / 2 / coefficient[-1], EDGE / 2, xtol=1e-14, maxiter=500)
    if abs(point) < AT_MEAN:
        return satterthwaite(x, weight, df)
    height = -0.5 * float((count * np.log1p(-2 * point * coefficient)).sum())
    curvature = 2 * float((count * (coefficient / (1 - 2 * point * coefficient)) ** 2).sum())
    root = float(np.sign(point) * np.sqrt(-2 * height))
    return float(norm.sf(root + np.log(point * np.sqrt(curvature) / root) / root))


def satterthwaite(x: float, weight: Floats, df: float) -> float:
    """The same chance by an F distribution with the sum's mean and variance."""
    total = float(weight.sum())
    return float(f.sf(x / total, total**2 / float((weight**2).sum()), df))

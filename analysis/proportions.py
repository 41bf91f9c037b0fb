"""Intervals of proportions that know their bounds 0 and 1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import expit, logit, xlogy
from scipy.stats import beta, t

from analysis.errors import EstimationError
from analysis.estimate import Estimate
from analysis.inference_errors import InferenceError
from analysis.weighted import check_option
from sampling.stages import Floats

Method = Literal["beta", "logit", "xlogit", "asin", "likelihood", "mean"]

# Rounding may carry a share this far past 0 or 1.
SLACK = 1e-9
HALVINGS = 80


@dataclass(frozen=True, eq=False)
class Shares:
    """Estimated shares with what an interval needs to know, all of one shape.

    Attributes
    ----------
    share, se : ndarray
        Estimates and standard errors.
    rows, reach : ndarray
        Rows behind each, and the quantile of the t distribution that its interval reaches to.
    plain_reach : ndarray
        The same quantile, were the rows a simple random sample.
    tail : float
        Probability left on each side.
    """

    share: Floats
    se: Floats
    rows: Floats
    reach: Floats
    plain_reach: Floats
    tail: float


Ends = tuple[Floats, Floats]


def proportion_interval(
    estimate: Estimate, *, method: Method = "beta", level: float = 0.95
) -> Ends:
    """Work out intervals of estimated proportions.

    Parameters
    ----------
    estimate : Estimate
        Means of 0/1 columns, of any shape.
    method : {"beta", "logit", "xlogit", "asin", "likelihood", "mean"}
        "beta": Clopper and Pearson's with the effective sample size of Korn and Graubard.
        "logit" and "xlogit": t interval of the log odds. "asin": t interval of the arc sine of
        the root. "likelihood": where the binomial likelihood, scaled by the design effect, falls
        no lower than the t quantile lets it. "mean": the plain t interval, which alone may leave
        [0, 1].
    level : float
        Coverage.

    Returns
    -------
    lower, upper : ndarray
        Of the estimate's shape. NaN without degrees of freedom. Where all answers are alike, the
        design effect is unknown: "beta" takes the rows for their own effective number and the
        other methods give NaN.

    Raises
    ------
    EstimationError
        If the level lies outside (0, 1) or the method is unknown.
    InferenceError
        If an estimate lies outside [0, 1].

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24, 193; Rao and Scott (1984), Annals of
    Statistics 12, 46; Franco, Little, Louis and Slud (2019), JSSAM 7, 334 for a comparison.
    """
    check_option("method", method, get_args(Method))
    shares = shares_of(estimate, level)
    lower, upper = METHODS[method](shares)
    # A census domain is known exactly; a sample in which all answer alike is not.
    alike = (shares.share <= 0) | (shares.share >= 1)
    exact = (shares.se == 0) & ~alike
    unknown = np.isnan(shares.reach) | (alike & (method != "beta"))
    lower, upper = (np.where(exact, shares.share, end) for end in (lower, upper))
    return np.where(unknown, np.nan, lower), np.where(unknown, np.nan, upper)


def shares_of(estimate: Estimate, level: float) -> Shares:
    """Bring together what intervals need; InferenceError for an estimate that is no share."""
    if not 0 < level < 1:
        raise EstimationError("bad_level", level=level)
    value = estimate.value
    wrong = (value < -SLACK) | (value > 1 + SLACK)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise InferenceError("no_share", place=place, value=float(value.ravel()[place]))
    n, df = (np.broadcast_to(part[..., None], value.shape) for part in (estimate.n, estimate.df))
    tail = (1 - level) / 2
    reach, plain = (t.isf(tail, np.where(known > 0, known, np.nan)) for known in (df, n - 1))
    # Sums of weights may miss 0 and 1 by rounding, and their error 0.
    share = np.where(value < SLACK, 0.0, np.where(value > 1 - SLACK, 1.0, value))
    return Shares(share, estimate.se, n.astype(float), reach, plain, tail)


def beta_ends(shares: Shares) -> Ends:
    """Clopper and Pearson's ends at an effective number of rows."""
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where((p <= 0) | (p >= 1), shares.rows, p * (1 - p) / shares.se**2)
        effective = effective * (shares.plain_reach / shares.reach) ** 2
    yes, no = effective * p, effective * (1 - p)
    lower = np.where(p <= 0, 0.0, beta.ppf(shares.tail, yes, no + 1))
    upper = np.where(p >= 1, 1.0, beta.isf(shares.tail, yes + 1, no))
    return lower, upper


def logit_ends(shares: Shares) -> Ends:
    """Ends of the t interval of the log odds."""
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, reach = logit(p), shares.reach * shares.se / (p * (1 - p))
        return expit(centre - reach), expit(centre + reach)


def arcsine_ends(shares: Shares) -> Ends:
    """Ends of the t interval of the arc sine of the root."""
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, reach = np.arcsin(np.sqrt(p)), shares.reach * shares.se / 2 / np.sqrt(p * (1 - p))
    lower, upper = np.clip(centre - reach, 0, np.pi / 2), np.clip(centre + reach, 0, np.pi / 2)
    return np.sin(lower) ** 2, np.sin(upper) ** 2


def likelihood_ends(shares: Shares) -> Ends:
    """Shares at which the scaled log likelihood has fallen by half the squared reach."""
    p = shares.share
    with np.errstate(divide="ignore", invalid="ignore"):
        # Dispersion of the answers about their mean takes n - 1, as in any model with a constant.
        dispersion = shares.rows / (shares.rows - 1)
        fall = dispersion * shares.reach**2 * shares.se**2 / (2 * p * (1 - p))
    return crossing(p, np.zeros_like(p), fall), crossing(p, np.ones_like(p), fall)


def crossing(p: Floats, outer: Floats, fall: Floats) -> Floats:
    """Find between p and a bound where the log likelihood of one answer has fallen so far."""
    inner = p.copy()
    for _ in range(HALVINGS):
        middle = (inner + outer) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            lost = xlogy(p, p / middle) + xlogy(1 - p, (1 - p) / (1 - middle))
        inside = lost <= fall
        inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
    return (inner + outer) / 2


def mean_ends(shares: Shares) -> Ends:
    """Ends of the plain t interval."""
    reach = shares.reach * shares.se
    return shares.share - reach, shares.share + reach


METHODS: dict[str, Callable[[Shares], Ends]] = {
    "beta": beta_ends,
    "logit": logit_ends,
    "xlogit": logit_ends,
    "asin": arcsine_ends,
    "likelihood": likelihood_ends,
    "mean": mean_ends,
}

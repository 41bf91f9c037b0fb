"""Quantiles, such as the median number of days a dossier takes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from analysis.domains import Domains, everything
from analysis.estimate import Estimate, mean_by
from analysis.inference_errors import InferenceError
from analysis.proportions import proportion_interval
from analysis.quantile_rules import TIE, Distribution, Rule
from analysis.weighted import Missing, WeightedSample, check_option, weighted_sample
from sampling.design import Design
from sampling.stages import Floats

Interval = Literal["mean", "beta", "xlogit"]


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Quantiles at q probabilities, of the population or of each of D domains.

    Attributes
    ----------
    probability : ndarray, shape (q,)
        At which shares of the population.
    value, lower, upper, se : ndarray, shape (q,) or (D, q)
        Quantiles, the ends of their intervals, and standard errors: the width of the interval by
        twice the quantile of the t distribution. An end is NaN where the share's interval leaves
        [0, 1], or where no answer lies above the quantile and the interval is not "mean".
    df : ndarray of int, shape () or (D,)
        Clusters less strata, counting those with rows in the domain.
    n : ndarray of int, shape () or (D,)
        Rows with positive weight.
    """

    probability: Floats
    value: Floats
    lower: Floats
    upper: Floats
    se: Floats
    df: NDArray[np.int64]
    n: NDArray[np.int64]


def quantile(
    y: ArrayLike,
    probability: ArrayLike,
    design: Design,
    *,
    rule: Rule = "math",
    interval: Interval = "beta",
    level: float = 0.95,
    missing: Missing = "propagate",
) -> Quantiles:
    """Estimate population quantiles.

    Parameters
    ----------
    y : array_like, shape (n,)
        What was measured, in the row order of `design`. A missing answer (NaN) inside the domain
        makes all its quantiles NaN.
    probability : array_like, shape () or (q,)
        Between 0 and 1.
    design : Design
        How the rows were drawn.
    rule : {"math", "school", "hf7", "shahvaish"}
        As in `analysis.quantile_rules`; "math" is the least answer whose cumulative share reaches
        the probability.
    interval : {"mean", "beta", "xlogit"}
        How the interval of the share at or below the quantile is made, as in
        `proportion_interval`. Its ends are then turned into quantiles.
    level : float
        Coverage.
    missing : {"propagate", "drop"}
        "drop" narrows the domain to rows that answered.

    Returns
    -------
    Quantiles
        Of shape (q,), in the units of `y`.

    Raises
    ------
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    InferenceError
        If a probability lies outside (0, 1).
    EstimationError
        If `y` and `design` differ in length, or an option is unknown.

    References
    ----------
    Woodruff (1952), Journal of the American Statistical Association 47, 635.
    """
    by = everything(design.weight.size)
    options = partial(quantile_by, rule=rule, interval=interval, level=level, missing=missing)
    found = options(y, probability, by, design)
    parts = {name: getattr(found, name)[0] for name in ("value", "lower", "upper", "se", "df", "n")}
    return replace(found, **parts)


def quantile_by(
    y: ArrayLike,
    probability: ArrayLike,
    by: Domains,
    design: Design,
    *,
    rule: Rule = "math",
    interval: Interval = "beta",
    level: float = 0.95,
    missing: Missing = "propagate",
) -> Quantiles:
    """Estimate the quantiles of domains.

    Parameters
    ----------
    y, probability, design, rule, interval, level, missing
        As for `quantile`.
    by : Domains
        D domains of the rows.

    Returns
    -------
    Quantiles
        Of shape (D, q); NaN in a domain without rows.

    Raises
    ------
    LonelyClusterError, InferenceError, EstimationError
        As `quantile` does.

    References
    ----------
    As for `quantile`.
    """
    check_option("rule", rule, get_args(Rule))
    check_option("interval", interval, get_args(Interval))
    at = checked_probability(probability)
    sample = weighted_sample(np.ravel(np.asarray(y, dtype=float)), by, design, missing)
    value = np.full((sample.n.size, at.size), np.nan)
    lower, upper = value.copy(), value.copy()
    complete = [*distributions(sample)]
    for domain, answers in complete:
        value[domain] = answers.quantile(at, rule)
    reached = shares_up_to(value, sample)
    low, high = ends(reached, interval, level)
    for domain, answers in complete:
        lower[domain] = answers.quantile(low[domain], rule)
        upper[domain] = answers.quantile(high[domain], rule)
    reach = t.ppf((1 + level) / 2, np.where(reached.df > 0, reached.df, np.nan))
    se = (upper - lower) / (2 * reach[:, None])
    return Quantiles(at, value, lower, upper, se, reached.df, sample.n)


def ends(reached: Estimate, interval: Interval, level: float) -> tuple[Floats, Floats]:
    """Ends of the interval of the share at or below a quantile.

    At the greatest answer the share is 1 and its error 0: the plain interval then has no width,
    and the others say nothing.
    """
    if interval == "mean":
        return reached.interval(level)
    lower, upper = proportion_interval(reached, method=interval, level=level)
    known = reached.value < 1 - TIE
    return np.where(known, lower, np.nan), np.where(known, upper, np.nan)


def checked_probability(probability: ArrayLike) -> Floats:
    """Refuse probabilities outside (0, 1)."""
    at = np.atleast_1d(np.asarray(probability, dtype=float)).ravel()
    wrong = ~((at > 0) & (at < 1))
    if wrong.any():
        raise InferenceError("bad_probability", value=float(at[np.argmax(wrong)]))
    return at


def distributions(sample: WeightedSample) -> Iterator[tuple[int, Distribution]]:
    """Give the domains whose answers are complete, each with these in ascending order."""
    counts = np.flatnonzero((sample.by.codes >= 0) & (sample.design.weight > 0))
    y, codes = sample.y[counts, 0], sample.by.codes[counts]
    order = np.lexsort((y, codes))
    bounds = np.searchsorted(codes[order], np.arange(sample.n.size + 1))
    for domain in np.flatnonzero(sample.n):
        rows = counts[order[bounds[domain] : bounds[domain + 1]]]
        answer = sample.y[rows, 0]
        if not np.isnan(answer[-1]):  # missing ones come last
            yield int(domain), Distribution(answer, sample.design.weight[rows])


def shares_up_to(value: Floats, sample: WeightedSample) -> Estimate:
    """Estimate which share of each domain lies at or below its quantiles."""
    reached = sample.y <= value[sample.by.codes]
    return mean_by(reached.astype(float), sample.by, sample.design)

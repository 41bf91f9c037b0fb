"""Change of means between two rounds whose samples overlap."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t

from analysis.domains import Domains, everything
from analysis.errors import EstimationError
from analysis.estimate import Estimate, mean_by
from analysis.functions import Ratio
from analysis.inference_errors import InferenceError
from analysis.overlap import Side, overlap_covariance
from analysis.variance import Contributions
from analysis.weighted import Missing, weighted_sample
from sampling.design import Design
from sampling.stages import Floats


@dataclass(frozen=True, eq=False)
class Round:
    """The answers of one round.

    Attributes
    ----------
    y : array_like, shape (n,) or (n, k)
        What was measured, in the row order of `design`.
    design : Design
        How the round's rows were drawn, in stages.
    cluster : array_like, shape (n,)
        Name of each row's first-stage cluster, the same in both rounds for the same cluster. Of
        rows drawn one by one it is the name of the row, say of a panel's member.
    by : Domains, optional
        D domains of the rows; left out, the population.
    """

    y: ArrayLike
    design: Design
    cluster: ArrayLike
    by: Domains | None = None

    def domains(self) -> Domains:
        """Domains, one if none were given."""
        return everything(self.design.weight.size) if self.by is None else self.by


@dataclass(frozen=True, eq=False)
class Change:
    """Change of the means of k quantities in D domains.

    Attributes
    ----------
    before, after : Estimate
        Means of either round, of shape (D, k).
    value, se : ndarray, shape (D, k)
        The later mean less the earlier one.
    covariance : ndarray, shape (D, k)
        Between the two means; 0 where the rounds share no cluster.
    df : ndarray of int, shape (D,)
        The fewer degrees of freedom of the two rounds.
    """

    before: Estimate
    after: Estimate
    value: Floats
    se: Floats
    covariance: Floats
    df: NDArray[np.int64]

    @property
    def p_value(self) -> Floats:
        """Two-sided chance of so large a change if nothing had changed: (D, k)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.abs(self.value / self.se)
        known = np.where(self.df > 0, self.df, np.nan)[:, None]
        return np.asarray(2 * t.sf(distance, known), dtype=float)

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Lower and upper ends of the t interval; NaN without degrees of freedom."""
        if not 0 < level < 1:
            raise EstimationError("bad_level", level=level)
        known = np.where(self.df > 0, self.df, np.nan)[:, None]
        reach = self.se * t.ppf((1 + level) / 2, known)
        return self.value - reach, self.value + reach


def change(before: Round, after: Round, *, missing: Missing = "propagate") -> Change:
    """Estimate how means changed from one round to the next.

    Parameters
    ----------
    before, after : Round
        The same quantities and domains.
    missing : {"propagate", "drop"}
        A missing answer (NaN) makes the change in its domain NaN, or its row is left out.

    Returns
    -------
    Change
        The variance is that of both rounds, each by its own design, less twice the covariance
        that shared clusters bring. Where the estimated covariance exceeds what variances allow, as
        may happen with a handful of shared clusters, it is cut back to that.

    Raises
    ------
    InferenceError
        If a design is not of stages, cluster names are ambiguous, or rounds differ in their
        domains or number of quantities.
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If `y` and its design differ in length, or an option is unknown.

    References
    ----------
    Kish (1965), Survey Sampling, section 12.4; Qualité and Tillé (2008), Survey Methodology 34,
    173; Wood (2008), Journal of Official Statistics 24, 53.
    """
    earlier, later = before.domains(), reordered(after.domains(), before.domains().names)
    first = mean_by(before.y, earlier, before.design, missing=missing)
    second = mean_by(after.y, later, after.design, missing=missing)
    if first.value.shape != second.value.shape:
        shapes = {"before": first.value.shape[1], "after": second.value.shape[1]}
        raise InferenceError("different_measures", **shapes)
    covariance = overlap_covariance(side(before, earlier, missing), side(after, later, missing))
    most = first.se * second.se
    covariance = np.clip(covariance, -most, most)
    variance = first.se**2 + second.se**2 - 2 * covariance
    return Change(
        before=first,
        after=second,
        value=second.value - first.value,
        se=np.sqrt(np.maximum(variance, 0.0)),
        covariance=covariance,
        df=np.minimum(first.df, second.df),
    )


def reordered(domains: Domains, names: Sequence[tuple[str, ...]]) -> Domains:
    """Number domains as the other round does."""
    for name in {*names} ^ {*domains.names}:
        raise InferenceError("different_rounds", domain=".".join(name))
    place = np.array([names.index(name) for name in domains.names] + [-1])
    return Domains(place[domains.codes], tuple(names))


def side(answers: Round, by: Domains, missing: Missing) -> Side:
    """What the rows of a round contribute to its means."""
    sample = weighted_sample(answers.y, by, answers.design, missing)
    columns = sample.columns(sample.y, np.ones((sample.y.shape[0], 1)))
    totals = sample.added(np.hstack([sample.y, np.ones((sample.y.shape[0], 1))]))
    linear = partial(Ratio().linear, totals)
    return Side(Contributions(columns, by, linear), sample.design, np.asarray(answers.cluster))

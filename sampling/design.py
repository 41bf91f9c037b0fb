"""How the answers at hand were drawn: what an estimate must know besides the answers.

A design is a value. It holds the weights and a scheme, which says by what an estimate would vary
from sample to sample: stages of clusters, joint probabilities of pairs, or replicates of weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import DesignError
from sampling.stages import Codes, Columns, Floats, Stage, coded


class Lonely(StrEnum):
    """What a stratum with a single sampled cluster adds to a variance."""

    ERROR = "error"
    REMOVE = "remove"  # nothing
    CERTAINTY = "certainty"  # nothing: it stands for itself
    ADJUST = "adjust"  # the square of its distance from the mean of all
    AVERAGE = "average"  # as much as the other strata on average


@dataclass(frozen=True, eq=False)
class Stages:
    """Stages of clusters drawn one within the other.

    Attributes
    ----------
    stages : tuple of Stage
        From the first stage on.
    lonely : Lonely
        What is done with strata of one sampled cluster.
    lonely_in_domains : bool
        Whether a stratum of which a domain meets one cluster only is one of them.
    """

    stages: tuple[Stage, ...]
    lonely: Lonely = Lonely.ERROR
    lonely_in_domains: bool = False


@dataclass(frozen=True, eq=False)
class Pairs:
    """Rows drawn one by one with unequal probabilities, without replacement.

    Attributes
    ----------
    excess : ndarray, shape (n, n)
        1 - pi_i pi_j / pi_ij, and 1 - pi_i on the diagonal: how far a pair is from being drawn
        independently. For Yates and Grundy the diagonal holds minus the sum of the rest of its
        row. See `sampling.joint`.
    """

    excess: Floats


@dataclass(frozen=True, eq=False)
class Unequal:
    """As `Pairs`, with an approximation that needs no table of all pairs.

    The table is a diagonal and, within each stratum, factors times a small core times factors.

    Attributes
    ----------
    stratum : ndarray of int, shape (n,)
        Stratum of each row, 0 to H - 1.
    diagonal : ndarray, shape (n,)
        What a row's own square adds.
    factors : ndarray, shape (n, r)
        By what rows enter sums over their stratum.
    core : ndarray, shape (H, r, r)
        By what products of two such sums are added.
    """

    stratum: Codes
    diagonal: Floats
    factors: Floats
    core: Floats


@dataclass(frozen=True, eq=False)
class Replicates:
    """The weights that other samples, drawn from this one, would have given.

    Attributes
    ----------
    cluster : ndarray of int, shape (n,)
        Cluster of each row, 0 to m - 1.
    factor : ndarray, shape (m, B)
        By what each replicate multiplies the weights of a cluster's rows.
    scale : float
        Factor of the sum of squared deviations.
    rscales : ndarray, shape (B,)
        Factor of each replicate's squared deviation.
    mse : bool
        Whether deviations are from the estimate itself, not from the mean of the replicates.
    df : int
        Degrees of freedom.
    """

    cluster: Codes
    factor: Floats
    scale: float
    rscales: Floats
    mse: bool = False
    df: int = 0


class Calibration(Protocol):
    """A step that made weights add up to known totals, as a variance must know it."""

    def residuals(self, contributions: Floats) -> Floats:
        """Take away what the known totals explain: (n, k) weighted columns to (n, k)."""


Scheme = Stages | Pairs | Unequal | Replicates


@dataclass(frozen=True, eq=False)
class Design:
    """One row for each responding unit of a sample.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        Units of the population that the row stands for; 0 outside a domain.
    scheme : Stages, Pairs, Unequal or Replicates
        By what an estimate would vary from sample to sample.
    calibration : tuple of Calibration
        Steps that fixed totals, the last one last; empty for design weights and for replicates,
        which were calibrated one by one.

    Raises
    ------
    DesignError
        If a weight is negative or not finite, or weights and scheme differ in length.
    """

    weight: Floats
    scheme: Scheme
    calibration: tuple[Calibration, ...] = ()

    def __post_init__(self) -> None:
        check_weights(self.weight)
        rows = self.weight.size
        if isinstance(self.scheme, Pairs):
            shape = self.scheme.excess.shape[:1]
        elif isinstance(self.scheme, Unequal):
            shape = self.scheme.stratum.shape
        elif isinstance(self.scheme, Replicates):
            shape = self.scheme.cluster.shape
        else:
            shape = self.scheme.stages[0].cluster.shape
        if shape != (rows,):
            raise DesignError("uneven_design", name="scheme", shape=shape, rows=rows)

    def domain(self, inside: NDArray[np.bool_]) -> "Design":
        """Give rows outside the domain weight 0, keeping them so that variances stay right."""
        return replace(self, weight=np.where(inside, self.weight, 0.0))

    @property
    def first_stage(self) -> Stage:
        """The first stage of clusters; DesignError where there are none."""
        if not isinstance(self.scheme, Stages):
            raise DesignError("no_stages", scheme=type(self.scheme).__name__)
        return self.scheme.stages[0]

    @property
    def degrees_of_freedom(self) -> int:
        """Clusters less strata, counting those with a row of positive weight.

        Rows drawn one by one are their own clusters, of a single stratum if pairs do not tell.
        Replicates have their own number, or one less than clusters where these are fewer.
        """
        counts = self.weight > 0
        if isinstance(self.scheme, Replicates):
            clusters = np.unique(self.scheme.cluster[counts]).size
            return max(0, min(self.scheme.df, clusters - 1))
        if isinstance(self.scheme, Pairs):
            return int(counts.sum()) - 1
        if isinstance(self.scheme, Unequal):
            return int(counts.sum()) - np.unique(self.scheme.stratum[counts]).size
        present = np.unique(self.first_stage.cluster[counts])
        return int(present.size - np.unique(self.first_stage.stratum[present]).size)


def stratified(
    weight: ArrayLike,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    frame_clusters: ArrayLike | None = None,
    *,
    nest: bool = False,
    lonely: Lonely = Lonely.ERROR,
) -> Design:
    """Make a design of one stage from the columns at hand.

    Parameters
    ----------
    weight : array_like, shape (n,)
        As in `Design`.
    stratum, cluster : array_like, shape (n,), optional
        Stratum and cluster of each row; each cluster lies in one stratum. Left out: one stratum,
        every row drawn by itself.
    frame_clusters : array_like, shape (n,), optional
        Clusters on the frame in the row's stratum; infinity, or left out, when they were drawn
        with replacement.
    nest : bool
        Whether names of clusters start again in every stratum.
    lonely : Lonely
        What is done with a stratum of one sampled cluster.

    Returns
    -------
    Design
        Checked.

    Raises
    ------
    DesignError
        If columns differ in length or hold missing values, a weight is negative or not finite, a
        cluster lies in two strata, or a stratum's frame differs between its rows or is smaller
        than its sample.
    """
    return multistage(
        weight,
        [] if stratum is None else [stratum],
        [] if cluster is None else [cluster],
        [] if frame_clusters is None else [frame_clusters],
        nest=nest,
        lonely=lonely,
    )


def multistage(
    weight: ArrayLike,
    strata: Sequence[ArrayLike] = (),
    clusters: Sequence[ArrayLike] = (),
    populations: Sequence[ArrayLike] = (),
    *,
    nest: bool = False,
    lonely: Lonely = Lonely.ERROR,
    lonely_in_domains: bool = False,
) -> Design:
    """Make a design of several stages from the columns at hand.

    Parameters
    ----------
    weight : array_like, shape (n,)
        As in `Design`.
    strata, clusters, populations : sequence of array_like, each of shape (n,)
        Stratum, cluster and size of the frame in that stratum, one column for each stage. Where
        there is no column, a stage has one stratum within each cluster of the stage before, every
        row is its own cluster, and clusters were drawn with replacement.
    nest : bool
        Whether names of first-stage clusters start again in every stratum. Those of later stages
        always may start again in every cluster.
    lonely, lonely_in_domains
        As in `Stages`.

    Returns
    -------
    Design
        Checked. Stages within clusters drawn with replacement are left out: the variation between
        those clusters holds all that comes of them.

    Raises
    ------
    DesignError
        As `stratified` does.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 4.3.
    """
    weights = np.asarray(weight, dtype=float)
    check_weights(weights)
    rows = weights.size
    depth = max(1, len(strata), len(clusters), len(populations))
    stages = [
        Columns(
            stratum=np.asarray(strata[at]) if at < len(strata) else np.zeros(rows, np.intp),
            cluster=np.asarray(clusters[at]) if at < len(clusters) else np.arange(rows),
            population=np.asarray(populations[at], dtype=float)
            if at < len(populations)
            else np.full(rows, np.inf),
        )
        for at in range(depth)
    ]
    return Design(weights, Stages(coded(rows, stages, nest=nest), lonely, lonely_in_domains))


def check_weights(weight: Floats) -> None:
    """Refuse weights that cannot stand for anything."""
    if weight.ndim != 1 or weight.size == 0:
        raise DesignError("no_weights")
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise DesignError("bad_weight", place=place, weight=float(weight[place]))

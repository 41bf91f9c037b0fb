"""How the answers at hand were drawn: what an estimate must know besides the answers."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.errors import DesignError

Floats = NDArray[np.float64]
Labels = NDArray[np.generic]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection as integer codes, worked out once for a design.

    Attributes
    ----------
    cluster : ndarray of int, shape (n,)
        Cluster of each row, 0 to m - 1.
    stratum : ndarray of int, shape (m,)
        Stratum of each cluster, 0 to H - 1.
    strata : tuple of str, length H
        Names of the strata.
    sampled, population : ndarray of float, shape (H,)
        Clusters in the sample and on the frame; infinity when drawn with replacement.
    """

    cluster: Codes
    stratum: Codes
    strata: tuple[str, ...]
    sampled: Floats
    population: Floats


@dataclass(frozen=True, eq=False)
class Design:
    """One row for each responding unit of a stratified cluster sample.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        Units of the population that the row stands for; 0 outside a domain.
    stratum, cluster : ndarray, shape (n,)
        First-stage stratum and cluster; each cluster lies in one stratum. Where every row was
        drawn by itself, each is its own cluster.
    frame_clusters : ndarray, shape (n,)
        Clusters on the frame in the row's stratum; ``inf`` when drawn with replacement.
    first_stage : Stage
        The same as codes; left out, it is worked out and checked.

    Raises
    ------
    DesignError
        If columns differ in length or hold missing values, a weight is negative or not finite, a
        cluster lies in two strata, or a stratum's frame differs between its rows or is smaller
        than its sample.
    """

    weight: Floats
    stratum: Labels
    cluster: Labels
    frame_clusters: Floats
    first_stage: Stage = field(default=None, repr=False)  # type: ignore[assignment]

    def __post_init__(self) -> None:
        check_weights(self.weight)
        if self.first_stage is None:
            stage = first_stage(self.weight.size, self.stratum, self.cluster, self.frame_clusters)
            object.__setattr__(self, "first_stage", stage)

    def domain(self, inside: NDArray[np.bool_]) -> "Design":
        """Give rows outside the domain weight 0, keeping them so that variances stay right."""
        return replace(self, weight=np.where(inside, self.weight, 0.0))

    @cached_property
    def degrees_of_freedom(self) -> int:
        """Clusters less strata, counting those with a row of positive weight."""
        present = np.unique(self.first_stage.cluster[self.weight > 0])
        return int(present.size - np.unique(self.first_stage.stratum[present]).size)


def stratified(
    weight: ArrayLike,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    frame_clusters: ArrayLike | None = None,
    *,
    nest: bool = False,
) -> Design:
    """Make a design from the columns at hand.

    Parameters
    ----------
    weight : array_like, shape (n,)
        As in `Design`.
    stratum, cluster, frame_clusters : array_like, shape (n,), optional
        As in `Design`; left out: one stratum, every row drawn by itself, with replacement.
    nest : bool
        Whether names of clusters start again in every stratum.

    Returns
    -------
    Design
        Checked.

    Raises
    ------
    DesignError
        As `Design` does.
    """
    weights = np.asarray(weight, dtype=float)
    rows = weights.size
    strata = np.zeros(rows, np.intp) if stratum is None else np.asarray(stratum)
    clusters = np.arange(rows) if cluster is None else np.asarray(cluster)
    frame = np.full(rows, np.inf) if frame_clusters is None else np.asarray(frame_clusters, float)
    if nest:
        clusters = renamed_within(strata, clusters)
    return Design(weights, strata, clusters, frame)


def renamed_within(strata: Labels, clusters: Labels) -> Codes:
    """Number clusters so that a name used in two strata means two clusters."""
    _, outer = np.unique(strata, return_inverse=True)
    labels, inner = np.unique(clusters, return_inverse=True)
    return np.asarray(outer * labels.size + inner, dtype=np.intp)


def check_weights(weight: Floats) -> None:
    """Refuse weights that cannot stand for anything."""
    if weight.ndim != 1 or weight.size == 0:
        raise DesignError("no_weights")
    wrong = ~(np.isfinite(weight) & (weight >= 0))
    if wrong.any():
        place = int(np.argmax(wrong))
        raise DesignError("bad_weight", place=place, weight=float(weight[place]))


def first_stage(rows: int, stratum: Labels, cluster: Labels, frame_clusters: Floats) -> Stage:
    """Code strata and clusters and check that they fit together."""
    for name, column in (
        ("stratum", stratum),
        ("cluster", cluster),
        ("frame_clusters", frame_clusters),
    ):
        if column.shape != (rows,):
            raise DesignError("uneven_design", name=name, shape=column.shape, rows=rows)
        if column.dtype.kind == "f" and np.isnan(column).any():
            raise DesignError(
                "missing_in_design", name=name, place=int(np.argmax(np.isnan(column)))
            )
    strata, row_stratum = np.unique(stratum, return_inverse=True)
    clusters, first_row, row_cluster = np.unique(cluster, return_index=True, return_inverse=True)
    cluster_stratum = row_stratum[first_row]
    astray = cluster_stratum[row_cluster] != row_stratum
    if astray.any():
        name = clusters[row_cluster[np.argmax(astray)]]
        raise DesignError("cluster_in_two_strata", cluster=str(name))
    names = tuple(map(str, strata.tolist()))
    sampled = np.bincount(cluster_stratum, minlength=strata.size).astype(float)
    population = one_for_each_stratum(names, row_stratum, frame_clusters)
    short = population < sampled
    if short.any():
        h = int(np.argmax(short))
        raise DesignError(
            "frame_too_small", stratum=names[h], sampled=sampled[h], population=population[h]
        )
    return Stage(row_cluster, cluster_stratum, names, sampled, population)


def one_for_each_stratum(
    names: tuple[str, ...], row_stratum: Codes, frame_clusters: Floats
) -> Floats:
    """Read the frame's size off the rows of each stratum, which must agree."""
    population = np.full(len(names), -np.inf)
    np.maximum.at(population, row_stratum, frame_clusters)
    differs = frame_clusters != population[row_stratum]
    if differs.any():
        name = names[row_stratum[np.argmax(differs)]]
        raise DesignError("frame_differs", stratum=name)
    return population

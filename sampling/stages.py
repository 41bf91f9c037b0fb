"""How clusters were drawn, stage by stage, as integer codes worked out once for a design."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sampling.errors import DesignError

Floats = NDArray[np.float64]
Labels = NDArray[np.generic]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of selection.

    Attributes
    ----------
    cluster : ndarray of int, shape (n,)
        Cluster of each row, 0 to m - 1.
    stratum : ndarray of int, shape (m,)
        Stratum of each cluster, 0 to H - 1. At later stages a stratum lies within one cluster of
        the stage before.
    strata : tuple of str, length H
        Names of the strata.
    sampled, population : ndarray of float, shape (H,)
        Clusters in the sample and on the frame; infinity when drawn with replacement.
    fraction : ndarray of float, shape (H,)
        Share of the clusters on the frame that the stages before drew around the stratum: the
        product of n / N. 1 at the first stage, 0 within clusters drawn with replacement.
    """

    cluster: Codes
    stratum: Codes
    strata: tuple[str, ...]
    sampled: Floats
    population: Floats
    fraction: Floats


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns that describe one stage, each of shape (n,)."""

    stratum: Labels
    cluster: Labels
    population: Floats


def coded(rows: int, stages: Sequence[Columns], *, nest: bool) -> tuple[Stage, ...]:
    """Code the strata and clusters of all stages and check that they fit together.

    Parameters
    ----------
    rows : int
        n.
    stages : sequence of Columns
        From the first stage to the last.
    nest : bool
        Whether names of first-stage clusters start again in every stratum. Those of later stages
        always may start again in every cluster.

    Returns
    -------
    tuple of Stage
        Stages within clusters drawn with replacement are left out: the variation between those
        clusters holds all that comes of them.

    Raises
    ------
    DesignError
        If columns differ in length or hold missing values, a cluster lies in two strata, or a
        stratum's frame differs between its rows or is smaller than its sample.
    """
    found: list[Stage] = []
    for number, columns in enumerate(stages, start=1):
        check_columns(rows, columns, number)
        above = found[-1] if found else None
        stage = coded_stage(columns, above, nest=nest)
        found.append(stage)
        if np.isinf(stage.population).all():
            break
    return tuple(found)


def check_columns(rows: int, columns: Columns, number: int) -> None:
    """Refuse columns of another length, and missing values."""
    suffix = "" if number == 1 else f" {number}"
    for name, column in (
        (f"stratum{suffix}", columns.stratum),
        (f"cluster{suffix}", columns.cluster),
        (f"frame_clusters{suffix}", columns.population),
    ):
        if column.shape != (rows,):
            raise DesignError("uneven_design", name=name, shape=column.shape, rows=rows)
        if column.dtype.kind == "f" and np.isnan(column).any():
            raise DesignError(
                "missing_in_design", name=name, place=int(np.argmax(np.isnan(column)))
            )


def coded_stage(columns: Columns, above: Stage | None, *, nest: bool) -> Stage:
    """Code one stage within the clusters of the stage before."""
    labels, row_stratum = np.unique(columns.stratum, return_inverse=True)
    names = [*map(str, labels.tolist())]
    if above is not None:
        row_stratum, names = within_clusters(above, row_stratum, names)
    clusters = columns.cluster
    if nest or above is not None:
        clusters = renamed_within(row_stratum, clusters)
    found, first_row, row_cluster = np.unique(clusters, return_index=True, return_inverse=True)
    stratum = row_stratum[first_row]
    astray = stratum[row_cluster] != row_stratum
    if astray.any():
        name = found[row_cluster[np.argmax(astray)]]
        raise DesignError("cluster_in_two_strata", cluster=str(name))
    sampled = np.bincount(stratum, minlength=len(names)).astype(float)
    population = one_for_each_stratum(names, row_stratum, columns.population)
    short = population < sampled
    if short.any():
        h = int(np.argmax(short))
        raise DesignError(
            "frame_too_small", stratum=names[h], sampled=sampled[h], population=population[h]
        )
    fraction = np.ones(len(names))
    if above is not None:
        # All rows of a stratum lie in one cluster of the stage before.
        fraction[row_stratum] = taken(above)[above.stratum[above.cluster]]
    return Stage(row_cluster, stratum, tuple(names), sampled, population, fraction)


def taken(stage: Stage) -> Floats:
    """Share of the frame that this stage and those before it drew in each of its strata."""
    return np.asarray(stage.fraction * (stage.sampled / stage.population), dtype=float)


def within_clusters(
    above: Stage, row_stratum: Codes, names: Sequence[str]
) -> tuple[Codes, list[str]]:
    """Let strata begin anew in every cluster of the stage before."""
    keys, row = np.unique(above.cluster * len(names) + row_stratum, return_inverse=True)
    parents = keys // len(names)
    first_row = np.unique(above.cluster, return_index=True)[1]
    named = []
    for parent, own in zip(parents.tolist(), (keys % len(names)).tolist(), strict=True):
        outer = above.strata[above.stratum[above.cluster[first_row[parent]]]]
        place = f"{outer}/{parent + 1}"
        named.append(place if len(names) == 1 else f"{place}/{names[own]}")
    return np.asarray(row, dtype=np.intp), named


def renamed_within(strata: Labels, clusters: Labels) -> Codes:
    """Number clusters so that a name used in two strata means two clusters."""
    _, outer = np.unique(strata, return_inverse=True)
    labels, inner = np.unique(clusters, return_inverse=True)
    return np.asarray(outer * labels.size + inner, dtype=np.intp)


def one_for_each_stratum(names: Sequence[str], row_stratum: Codes, population: Floats) -> Floats:
    """Read the frame's size off the rows of each stratum, which must agree."""
    found = np.full(len(names), -np.inf)
    np.maximum.at(found, row_stratum, population)
    differs = population != found[row_stratum]
    if differs.any():
        raise DesignError("frame_differs", stratum=names[row_stratum[np.argmax(differs)]])
    return found

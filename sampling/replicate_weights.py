"""Replicates of weights that come as columns, or that are calibrated one by one."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.design import Design, Replicates, check_weights
from sampling.errors import SchemeError
from sampling.stages import Codes, Floats

Weigh = Callable[[Floats], Floats]


def given_replicates(
    weight: ArrayLike,
    columns: ArrayLike,
    *,
    scale: float,
    rscales: ArrayLike,
    df: int,
    combined: bool = True,
    mse: bool = False,
) -> Replicates:
    """Take replicate weights that somebody else made.

    Parameters
    ----------
    weight : array_like, shape (n,)
        Weights of the sample itself.
    columns : array_like, shape (n, B)
        Replicate weights, or factors of the weights.
    scale, rscales, df, mse
        As in `Replicates`.
    combined : bool
        Whether the columns are weights; otherwise they are factors.

    Returns
    -------
    Replicates
        Every row is a cluster of its own, for the columns do not say which rows go together.

    Raises
    ------
    SchemeError
        If shapes differ, a replicate weight is negative or not finite, a row of weight 0 has a
        positive one, or scales are no scales.
    DesignError
        If a weight is negative or not finite.
    """
    weights, given = np.asarray(weight, dtype=float), np.asarray(columns, dtype=float)
    check_weights(weights)
    scales = np.asarray(rscales, dtype=float)
    if given.ndim != 2 or given.shape[0] != weights.size or given.shape[1] < 1:
        expected = (weights.size, "B")
        raise SchemeError("uneven_replicates", name="columns", shape=given.shape, expected=expected)
    if scales.shape != given.shape[1:]:
        raise SchemeError(
            "uneven_replicates", name="rscales", shape=scales.shape, expected=given.shape[1:]
        )
    if not np.all(np.isfinite([scale, *scales]) & (np.array([scale, *scales]) >= 0)):
        raise SchemeError("bad_scale")
    check_columns(given)
    factor = over_weights(weights, given) if combined else given
    return Replicates(np.arange(weights.size), factor, scale, scales, mse, df)


def check_columns(columns: Floats) -> None:
    """Refuse replicate weights that cannot stand for anything."""
    wrong = ~(np.isfinite(columns) & (columns >= 0))
    if wrong.any():
        place, replicate = map(int, np.argwhere(wrong)[0])
        raise SchemeError(
            "bad_replicate_weight",
            place=place,
            replicate=replicate,
            weight=float(columns[place, replicate]),
        )


def over_weights(weight: Floats, columns: Floats) -> Floats:
    """Divide replicate weights by weights; what no replicate gives a weight keeps none."""
    empty = weight == 0
    rising = empty & (columns > 0).any(axis=1)
    if rising.any():
        raise SchemeError("weight_from_nothing", place=int(np.argmax(rising)))
    return np.asarray(columns / np.where(empty, 1.0, weight)[:, None], dtype=float)


def reweighted(design: Design, weigh: Weigh, alike: ArrayLike | None = None) -> Design:
    """Calibrate a design of replicates: the weights, and the weights of every replicate.

    Parameters
    ----------
    design : Design
        Of replicates.
    weigh : callable
        Turns weights, (n,), into calibrated ones, (n,); a weight of 0 stays 0.
    alike : array_like, shape (n,), optional
        Class of each row: within a cluster and a class `weigh` multiplies all weights by the same
        number, as raking does within the cells that its margins make. Left out, every row may be
        multiplied by another, and factors take n B numbers.

    Returns
    -------
    Design
        With the calibrated weights and the factors that lead from them to each replicate's.

    Raises
    ------
    SchemeError
        If the design has no replicates, a replicate's calibrated weights are no weights, or
        `alike` has another length.

    References
    ----------
    Valliant, Dever and Kreuter (2018), Practical Tools for Designing and Weighting Survey
    Samples, section 15.5.
    """
    scheme = design.scheme
    if not isinstance(scheme, Replicates):
        raise SchemeError("no_replicates", scheme=type(scheme).__name__)
    group, first = grouped(scheme.cluster, alike, design.weight == 0)
    weight = weigh(design.weight)
    factor = np.empty((first.size, scheme.rscales.size))
    for at in range(scheme.rscales.size):
        factor[:, at] = weigh(design.weight * scheme.factor[scheme.cluster, at])[first]
    check_columns(factor)
    replicates = Replicates(
        group,
        over_weights(weight[first], factor),
        scheme.scale,
        scheme.rscales,
        scheme.mse,
        scheme.df,
    )
    return Design(weight, replicates)


def grouped(
    cluster: Codes, alike: ArrayLike | None, empty: NDArray[np.bool_]
) -> tuple[Codes, Codes]:
    """Number groups of rows that share factors, and find a row of each, with weight if any has."""
    if alike is None:
        rows = np.arange(cluster.size)
        return rows, rows
    labels = np.asarray(alike)
    if labels.shape != cluster.shape:
        raise SchemeError(
            "uneven_replicates", name="alike", shape=labels.shape, expected=cluster.shape
        )
    levels, level = np.unique(labels, return_inverse=True)
    weighted_first = np.argsort(empty, kind="stable")
    keys = (cluster * levels.size + level)[weighted_first]
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    group = np.empty(cluster.size, np.intp)
    group[weighted_first] = place
    return group, weighted_first[first]

"""Methods that rank each stratum by a number of every row and take the first: reserves follow."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sampling.drawn import (
    Draw,
    Floats,
    Frame,
    Places,
    Rows,
    measured,
    planned_sizes,
    rows_of,
    uniforms_of,
)
from sampling.inclusion import inclusion_probabilities
from sampling.order_chances import pareto_chances, sequential_poisson_chances


@dataclass(frozen=True)
class SimplePlan:
    """How many to draw from the whole frame, without replacement and with equal chances.

    Attributes
    ----------
    size : int
        Sample size; one as large as the frame takes it whole. Strata are not looked at: keyed
        uniforms are made with "" for every row's stratum.
    """

    size: int


@dataclass(frozen=True)
class StratifiedPlan:
    """How many to draw in each stratum, without replacement and with equal chances.

    With permanent random numbers as uniforms this is sequential simple random sampling.

    Attributes
    ----------
    sizes : mapping of str to int
        Sample size for every stratum of the frame; one as large as the stratum takes it whole.
    """

    sizes: Mapping[str, int]


@dataclass(frozen=True)
class OrderPlan:
    """How many to draw in each stratum, with chances near to proportional to a size.

    Attributes
    ----------
    sizes : mapping of str to int
        Sample size for every stratum; one above its rows with a size takes all these.
    measure : str
        Column of the frame with the size of each row, 0 or more; rows of size 0 are never drawn.
    exact : bool
        Whether to work out the inclusion probabilities, which takes time in proportion to rows
        times sample size of a stratum. Else the draw gives those aimed at, which are right only
        for large samples (relative error below 1 % from some 20 drawn rows on).
    """

    sizes: Mapping[str, int]
    measure: str
    exact: bool = True


class SequentialPoissonPlan(OrderPlan):
    """Ranks by u / lambda (Ohlsson 1998)."""


class ParetoPlan(OrderPlan):
    """Ranks by the odds of u over the odds of lambda (Rosén 1997), nearest to what is aimed at."""


def draw_simple(frame: Frame, plan: SimplePlan, uniforms: ArrayLike) -> Draw:
    """Take the smallest uniforms of the frame: probability n / N, of a pair n(n-1) / N(N-1)."""
    rows = rows_of(frame, whole=True)
    return smallest(rows, planned_sizes({"": plan.size} if rows.code.size else {}, rows), uniforms)


def draw_stratified(frame: Frame, plan: StratifiedPlan, uniforms: ArrayLike) -> Draw:
    """Take the smallest uniforms of each stratum, each independently of the others."""
    rows = rows_of(frame)
    return smallest(rows, planned_sizes(plan.sizes, rows), uniforms)


def smallest(rows: Rows, sizes: Places, uniforms: ArrayLike) -> Draw:
    """Take the smallest uniforms of each stratum."""
    rank = rows.ranks(uniforms_of(rows, uniforms))
    inclusion = (sizes / np.maximum(rows.population, 1))[rows.group]
    return rows.draw(rank <= sizes[rows.group], rank, inclusion)


def draw_sequential_poisson(frame: Frame, plan: OrderPlan, uniforms: ArrayLike) -> Draw:
    """Take the smallest u / lambda of each stratum."""
    rows, sizes, aimed = aims(frame, plan)
    numbers = uniforms_of(rows, uniforms)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        keys = np.where(aimed > 0, numbers / aimed, np.inf)
    chances = sequential_poisson_chances if plan.exact else None
    return ordered(rows, sizes, aimed, keys, chances)


def draw_pareto(frame: Frame, plan: OrderPlan, uniforms: ArrayLike) -> Draw:
    """Take the smallest odds of u over odds of lambda of each stratum."""
    rows, sizes, aimed = aims(frame, plan)
    numbers = uniforms_of(rows, uniforms)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        odds = numbers / (1 - numbers) * ((1 - aimed) / aimed)
    keys = np.where(aimed > 0, odds, np.inf)
    return ordered(rows, sizes, aimed, keys, pareto_chances if plan.exact else None)


def aims(frame: Frame, plan: OrderPlan) -> tuple[Rows, Places, Floats]:
    """Read the frame and work out what probabilities are aimed at."""
    rows = rows_of(frame)
    measure = measured(frame, plan.measure, rows).astype(float)
    drawable = np.bincount(rows.group[measure > 0], minlength=rows.labels.size)
    sizes = np.minimum(planned_sizes(plan.sizes, rows), drawable)
    aimed = np.zeros(measure.size)
    for at in np.flatnonzero(sizes):
        inside = rows.group == at
        aimed[inside] = inclusion_probabilities(measure[inside], int(sizes[at]), zeros=True)
    return rows, sizes, aimed


def ordered(rows: Rows, sizes: Places, aimed: Floats, keys: Floats, chances: object) -> Draw:
    """Take those that are certain, then the smallest keys."""
    rank = rows.ranks(np.where(aimed == 1, -1.0, keys))
    inclusion = aimed.copy()
    if callable(chances):
        for at in np.flatnonzero(sizes):
            inside = np.flatnonzero((rows.group == at) & (aimed > 0) & (aimed < 1))
            certain = int(((rows.group == at) & (aimed == 1)).sum())
            inclusion[inside] = chances(aimed[inside], int(sizes[at]) - certain)
    return rows.draw(rank <= sizes[rows.group], rank, inclusion)

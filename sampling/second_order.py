"""Probabilities with which two rows are drawn together, where a method has a formula for them."""

from collections.abc import Callable

import numpy as np

from sampling.drawn import Draw, Floats, Frame, rows_of
from sampling.errors import SelectionError
from sampling.selection import (
    BernoulliPlan,
    Plan,
    PoissonPlan,
    SimplePlan,
    StratifiedPlan,
    draw,
)


def joint_probabilities(frame: Frame, plan: Plan) -> Floats:
    """Probability of every pair of rows of a frame.

    Parameters
    ----------
    frame : mapping of column name to array_like, shape (N,)
        As for `sampling.selection.draw`.
    plan : Plan
        Simple, stratified, Bernoulli or Poisson.

    Returns
    -------
    ndarray, shape (N, N)
        Inclusion probabilities on the diagonal. N^2 numbers: meant for small frames; rows of a
        sample give the part that `sampling.joint.pairs` needs.

    Raises
    ------
    SelectionError
        Of a systematic plan: some pairs never occur, so that the estimators of Horvitz-Thompson
        and Yates-Grundy do not exist. Of sequential Poisson and Pareto plans: there is no formula;
        `sampling.joint.brewer` and `hartley_rao` need none.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 3.
    """
    formula = FORMULAS.get(type(plan))
    if formula is None:
        raise SelectionError("no_joint", method=type(plan).__name__.removesuffix("Plan"))
    # Probabilities do not depend on what is drawn.
    drawn = draw(frame, plan, np.zeros(rows_of(frame, whole=True).code.size))
    together = formula(drawn)
    np.fill_diagonal(together, drawn.inclusion)
    return together


def fixed_size(drawn: Draw) -> Floats:
    """n(n-1) / N(N-1) within a stratum, products between strata."""
    together = np.outer(drawn.inclusion, drawn.inclusion)
    for label in np.unique(drawn.stratum):
        inside = np.flatnonzero(drawn.stratum == label)
        n, population = int(drawn.selected[inside].sum()), inside.size
        if population > 1:
            chance = n * (n - 1) / (population * (population - 1))
            together[np.ix_(inside, inside)] = chance
    return together


def independent(drawn: Draw) -> Floats:
    """Products."""
    return np.outer(drawn.inclusion, drawn.inclusion)


FORMULAS: dict[type[Plan], Callable[[Draw], Floats]] = {
    SimplePlan: fixed_size,
    StratifiedPlan: fixed_size,
    BernoulliPlan: independent,
    PoissonPlan: independent,
}

"""Methods that decide on each row by itself: the size of the sample is random."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sampling.drawn import Draw, Floats, Frame, Rows, measured, planned, rows_of, uniforms_of
from sampling.errors import SelectionError


@dataclass(frozen=True)
class BernoulliPlan:
    """With what probability each row of a stratum is drawn, independently of all others.

    Attributes
    ----------
    rates : mapping of str to float
        From 0 to 1, for every stratum of the frame.
    """

    rates: Mapping[str, float]


@dataclass(frozen=True)
class PoissonPlan:
    """With what probability each row is drawn, independently of all others.

    Attributes
    ----------
    probability : str
        Column of the frame with the probability of each row, from 0 to 1.
    """

    probability: str


def draw_bernoulli(frame: Frame, plan: BernoulliPlan, uniforms: ArrayLike) -> Draw:
    """Take every row whose uniform lies below the rate of its stratum."""
    rows = rows_of(frame)
    return below(rows, planned(plan.rates, rows)[rows.group], uniforms)


def draw_poisson(frame: Frame, plan: PoissonPlan, uniforms: ArrayLike) -> Draw:
    """Take every row whose uniform lies below its probability."""
    rows = rows_of(frame)
    return below(rows, measured(frame, plan.probability, rows).astype(float), uniforms)


def below(rows: Rows, probability: Floats, uniforms: ArrayLike) -> Draw:
    """Take uniforms below their probability; those least above are the first reserves."""
    wrong = ~((probability >= 0) & (probability <= 1))
    if wrong.any():
        raise SelectionError("bad_rate", rate=float(probability[np.argmax(wrong)]))
    numbers = uniforms_of(rows, uniforms)
    selected = numbers < probability
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        keys = np.where(probability > 0, numbers / probability, np.inf)
    # Of a quotient that rounding brought to 1, the comparison itself tells the side.
    keys = np.where(selected, np.minimum(keys, 1.0), 1.0 + np.maximum(keys, 1.0))
    return rows.draw(selected, rows.ranks(keys), probability)

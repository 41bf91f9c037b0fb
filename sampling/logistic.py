"""Logistic regression: how likely each row is to answer, from what is known of all rows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from sampling.calibration import checked
from sampling.coding import Classes, Codes, Floats, classes, counted, refuse_missing
from sampling.errors import WeightingError
from sampling.nonresponse import truths
from sampling.regressors import Regressors

SETTLED = 1e-13
ROUNDS = 50
# Odds of e^30 are those of a certainty.
CERTAIN = 30.0


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """A fitted logistic regression.

    Attributes
    ----------
    names : tuple of str, length p
        "(Intercept)", then each variable with its level; the first level of each is the reference.
    coefficient : ndarray, shape (p,)
        Logarithms of odds and of ratios of odds.
    propensity : ndarray, shape (n,)
        Fitted probabilities.
    iterations : int
        Rounds that it took.
    """

    names: tuple[str, ...]
    coefficient: Floats
    propensity: Floats
    iterations: int


@dataclass(frozen=True, eq=False)
class Terms:
    """Variables of a model: labels as classes, numbers as they are."""

    labels: Mapping[str, Classes]
    numbers: Mapping[str, Floats]
    order: tuple[str, ...]

    def regressors(self, rows: int) -> Regressors:
        """Columns of the model; without labels, a single level is the intercept."""
        parts = self.sorted_labels() or [("", Classes(np.zeros(rows, np.intp), (("",),)))]
        return Regressors(
            tuple(part.codes for _, part in parts),
            tuple(len(part.names) for _, part in parts),
            tuple(self.numbers[name] for name in self.order if name in self.numbers),
        )

    def sorted_labels(self) -> list[tuple[str, Classes]]:
        """Labels, those with most levels first."""
        return sorted(self.labels.items(), key=lambda item: -len(item[1].names))

    def told(self, b: Floats) -> tuple[tuple[str, ...], Floats]:
        """Coefficients against reference levels, in the order of the terms."""
        by_term: dict[str, Floats] = {}
        intercept, at = float(b[0]), 1
        for number, (name, part) in enumerate(self.sorted_labels()):
            stop = at + len(part.names) - 1
            by_term[name] = b[at:stop] - (intercept if number == 0 else 0.0)
            at = stop
        for name in self.order:
            if name in self.numbers:
                by_term[name], at = b[at : at + 1], at + 1
        names = ["(Intercept)"]
        for name in self.order:
            if name in self.labels:
                names += [name + level for level in self.labels[name].labels()[1:]]
            else:
                names.append(name)
        return tuple(names), np.concatenate([[intercept], *(by_term[name] for name in self.order)])


def logistic(
    terms: Mapping[str, ArrayLike], answered: ArrayLike, weight: ArrayLike | None = None
) -> LogisticFit:
    """Fit a logistic regression of whether rows answered.

    Parameters
    ----------
    terms : mapping of str to array_like, each of shape (n,)
        Labels, of which the first in sorted order is the reference, or numbers. None missing.
    answered : array_like of bool, shape (n,)
        Whether each row answered.
    weight : array_like, shape (n,), optional
        Weights of the rows in the likelihood; left out, all count alike.

    Returns
    -------
    LogisticFit
        Of most likelihood, to rounding.

    Raises
    ------
    WeightingError
        If a value is missing, at some level all or none answered, or variables repeat each other or
        tell exactly who answers.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, sections 2.5 and 4.4.
    """
    weights = checked(np.ones(np.shape(answered)) if weight is None else weight)
    y = truths(answered, weights.shape).astype(float)
    model = read_terms(terms, weights.size)
    refuse_separated(model, y, weights)
    regressors = model.regressors(weights.size)
    u = np.zeros(weights.size)
    b = np.zeros(regressors.kept.size)
    length = likelihood(u, y, weights)
    for rounds in range(1, ROUNDS + 1):
        p = expit(u)
        normal = regressors.cross(weights * p * (1 - p))
        if rounds == 1 and normal.deficient:
            raise WeightingError("collinear_terms")
        step = normal.solve(regressors.totals(weights * (y - p)))
        move = regressors.combine(step)
        size = float(np.abs(move).max())
        if size <= SETTLED * (1 + float(np.abs(u).max())):
            return LogisticFit(*model.told(b + step), expit(u + move), rounds)
        ahead = likelihood(u + move, y, weights)
        # Near the top rounding decides which is higher; far from it a step may be too long.
        while size > 1 and ahead < length:
            step, move, size = step / 2, move / 2, size / 2
            ahead = likelihood(u + move, y, weights)
        u, b, length = u + move, b + step, ahead
        if float(np.abs(u).max()) > CERTAIN:
            break
    raise WeightingError("no_fit", iterations=rounds)


def likelihood(u: Floats, y: Floats, weight: Floats) -> float:
    """Logarithm of the likelihood."""
    return float(weight @ (y * u - np.logaddexp(0, u)))


def read_terms(terms: Mapping[str, ArrayLike], rows: int) -> Terms:
    """Tell labels from numbers."""
    labels: dict[str, Classes] = {}
    numbers: dict[str, Floats] = {}
    for name, values in terms.items():
        column = np.asarray(values)
        refuse_missing(name, column)
        if column.shape != (rows,):
            raise WeightingError("uneven_classes")
        if column.dtype.kind in "biuf":
            numbers[name] = column.astype(float)
        else:
            labels[name] = classes([column.astype(np.str_)])
    return Terms(labels, numbers, tuple(terms))


def refuse_separated(model: Terms, y: Floats, weight: Floats) -> None:
    """Refuse levels at which all or none answered."""
    for name, part in model.labels.items():
        everybody = sums(part.codes, weight, part)
        heard = sums(part.codes, weight * y, part)
        certain = (heard == 0) | (sums(part.codes, weight * (1 - y), part) == 0)
        certain &= everybody > 0
        if certain.any():
            level = part.labels()[int(np.argmax(certain))]
            raise WeightingError("separated", name=name, level=level)


def sums(codes: Codes, values: Floats, part: Classes) -> Floats:
    """Add up by level."""
    return counted(codes, len(part.names), values)

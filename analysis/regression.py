"""Regressions: what goes with an answer when other things are alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.collinearity import in_basis, orthonormal
from analysis.domains import missing as is_missing
from analysis.families import FAMILIES, AnyFamily, Family
from analysis.generalised_linear import GeneralisedLinear
from analysis.inference import inferred
from analysis.inference_errors import InferenceError
from analysis.model_errors import ModelError
from analysis.parameters import Parameters
from analysis.predictors import predictors
from analysis.separation import refuse_separation
from analysis.weighted import Missing, check_option
from sampling.design import Design
from sampling.stages import Codes, Floats, Labels


@dataclass(frozen=True, eq=False)
class Regression:
    """A fitted regression.

    Attributes
    ----------
    terms : tuple of (str, str), length p
        Variable and level of each regressor; the level of a number is "".
    parameters : Parameters
        Coefficients: in the units of the answer, log odds, or logs of means. Degrees of freedom
        are the design's less the regressors but the intercept.
    """

    terms: tuple[tuple[str, str], ...]
    parameters: Parameters


def regression(
    y: ArrayLike,
    x: Mapping[str, ArrayLike],
    design: Design,
    *,
    family: Family = "gaussian",
    missing: Missing = "propagate",
) -> Regression:
    """Fit a generalised linear model to the population.

    Parameters
    ----------
    y : array_like, shape (n,)
        Answers, in the row order of `design`.
    x : mapping of str to array_like of shape (n,)
        Variables by name. Numbers enter as they are, labels as a 0/1 column for every level that
        rows of the domain have but the first in alphabetical order.
    design : Design
        How the rows were drawn.
    family : {"gaussian", "quasibinomial", "quasipoisson"}
        Linear regression; logistic regression of shares from 0 to 1; log-linear regression of
        counts.
    missing : {"propagate", "drop"}
        A missing answer or variable (NaN, "") inside the domain makes all coefficients NaN, or
        its row is left out.

    Returns
    -------
    Regression
        Coefficients of the equation that a census would solve, iterated to 1e-12.

    Raises
    ------
    InferenceError
        If no row is left, columns differ in length, answers do not suit the family or are all
        alike at its bound, or a variable tells answers apart without exception.
    ModelError
        If a variable follows from others, or the model does not converge for another reason.
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If an option is unknown.

    References
    ----------
    Binder (1983), International Statistical Review 51, 279; Fuller (1975), Sankhya C 37, 117.
    """
    check_option("family", family, get_args(Family))
    check_option("missing", missing, get_args(Missing))
    answers = np.asarray(y, dtype=float)
    columns = {name: np.asarray(column) for name, column in x.items()}
    refuse_columns(answers, columns, design.weight.size)
    absent = np.any([is_missing(column) for column in (answers, *columns.values())], axis=0)
    counts = design.weight > 0
    model, terms = coded_model(answers, columns, counts & ~absent, design, FAMILIES[family])
    if missing == "propagate" and (counts & absent).any():
        nothing = np.full((len(terms),) * 2, np.nan)
        df = design.degrees_of_freedom - len(terms) + 1
        return Regression(terms, Parameters(model.names, nothing[0], nothing, df))
    inside = design.domain(~absent)
    try:
        found = inferred(model, inside)
    except ModelError as error:
        if error.code == "no_convergence":
            rows = inside.weight > 0
            kept = {name: column[rows] for name, column in columns.items()}
            refuse_separation(answers[rows], kept, model.family)
        raise
    return Regression(terms, Parameters.of(model.names, found, used=len(terms) - 1))


def refuse_columns(y: Floats, columns: Mapping[str, Labels], rows: int) -> None:
    """Refuse a model without variables, and columns that lack the design's rows."""
    if not columns:
        raise InferenceError("no_regressors")
    for name, column in (("y", y), *columns.items()):
        if column.shape != (rows,):
            raise InferenceError("uneven_columns", name=name, shape=column.shape, rows=rows)


def coded_model(
    y: Floats,
    columns: Mapping[str, Labels],
    rows: NDArray[np.bool_],
    design: Design,
    family: AnyFamily,
) -> tuple[GeneralisedLinear, tuple[tuple[str, str], ...]]:
    """Code the variables of counting rows; all other rows are 0 throughout."""
    if not rows.any():
        raise InferenceError("no_rows", names=", ".join(("y", *columns)))
    answers = np.where(rows, y, 0.0)
    refuse_answers(answers[rows], np.flatnonzero(rows), family)
    (coded,) = predictors({name: column[rows] for name, column in columns.items()})
    count = coded.counted(design.weight[rows])
    root = np.sqrt(count / count.sum())[:, None]
    _, triangle = orthonormal(root * coded.patterns, coded.names)
    axes = np.zeros((rows.size, len(coded.terms)))
    axes[rows] = in_basis(coded.patterns, triangle)[coded.place]
    return GeneralisedLinear(answers, axes, triangle, family, coded.names), coded.terms


def refuse_answers(y: Floats, places: Codes, family: AnyFamily) -> None:
    """Refuse answers outside the family's bounds, infinite ones, or all at one bound."""
    wrong = ~((y >= family.least) & (y <= family.greatest) & np.isfinite(y))
    name = type(family).__name__.lower()
    if wrong.any():
        at = int(np.argmax(wrong))
        told = {"place": int(places[at]), "value": float(y[at])}
        raise InferenceError("bad_outcome", name="y", family=name, needed=family.needed, **told)
    if (y == family.least).all() or (y == family.greatest).all():
        raise InferenceError("constant_outcome", name="y", value=float(y[0]))

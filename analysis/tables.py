"""Whether the rows and columns of a two-way table have to do with each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import chi2, f

from analysis.crosstabs import Crosstab, crosstab
from analysis.domains import missing as is_missing
from analysis.inference_errors import InferenceError
from analysis.parameters import wald_f
from analysis.quadratic_forms import upper_tail
from analysis.weighted import Missing, check_option
from sampling.design import Design
from sampling.stages import Labels

Criterion = Literal["F", "Chisq", "saddlepoint", "Wald", "adjWald"]


@dataclass(frozen=True)
class TableTest:
    """A test of independence.

    Attributes
    ----------
    statistic : float
        F for "F" and both Wald tests, Pearson's chi-square for "Chisq" and "saddlepoint".
    df : tuple of float
        Degrees of freedom: of F two, of chi-square one, none for "saddlepoint".
    p_value : float
        Chance of so large a statistic if rows and columns were independent.
    """

    statistic: float
    df: tuple[float, ...]
    p_value: float


def independence_test(
    rows: ArrayLike,
    columns: ArrayLike,
    design: Design,
    *,
    statistic: Criterion = "F",
    missing: Missing = "propagate",
    names: tuple[str, str] = ("rows", "columns"),
) -> TableTest:
    """Test whether two classifications are independent in the population.

    Parameters
    ----------
    rows, columns : array_like, shape (n,)
        Labels or numbers, in the row order of `design`. Only levels that rows of the domain have
        make rows and columns of the table.
    design : Design
        How the rows were drawn.
    statistic : {"F", "Chisq", "saddlepoint", "Wald", "adjWald"}
        Pearson's chi-square with the second-order correction of Rao and Scott as an F, with their
        first-order correction, or with the tail worked out by a saddlepoint; or a Wald test of
        observed less expected counts, as an F of the design's degrees of freedom, or adjusted for
        few clusters.
    missing : {"propagate", "drop"}
        What a missing label ("" or NaN) in the domain does: a result of NaN, or leave its row out.
    names : tuple of str
        What the two are called, for errors.

    Returns
    -------
    TableTest
        NaN where a label is missing and not dropped.

    Raises
    ------
    InferenceError
        If no row is in the domain, all rows have one level, a Wald test has more parameters than
        the design degrees of freedom, or observed less expected does not vary in some direction.
    LonelyClusterError
        If a stratum that was not taken whole has a single cluster.
    EstimationError
        If an option is unknown.

    References
    ----------
    Rao and Scott (1984), Annals of Statistics 12, 46; Thomas and Rao (1987), JASA 82, 630; Koch,
    Freeman and Freeman (1975), International Statistical Review 43, 59.
    """
    check_option("statistic", statistic, get_args(Criterion))
    check_option("missing", missing, get_args(Missing))
    row = column_of(rows, design, names[0])
    column = column_of(columns, design, names[1])
    absent = (is_missing(row) | is_missing(column)) & (design.weight > 0)
    if absent.any() and missing == "propagate":
        return TableTest(np.nan, (np.nan,), np.nan)
    return TESTS[statistic](crosstab(row, column, design.domain(~absent), names))


def column_of(column: ArrayLike, design: Design, name: str) -> Labels:
    """Take a column that has the design's rows."""
    array: Labels = np.asarray(column)
    if array.shape != design.weight.shape:
        rows = design.weight.size
        raise InferenceError("uneven_columns", name=name, shape=array.shape, rows=rows)
    return array


def second_order(cells: Crosstab) -> TableTest:
    """Pearson's statistic by the sum of design effects, as an F."""
    effects = cells.design_effects()
    freedom = float(effects.sum() ** 2 / (effects**2).sum())
    statistic = cells.pearson() / float(effects.sum())
    df = (freedom, freedom * cells.df)
    return TableTest(statistic, df, float(f.sf(statistic, *df)))


def first_order(cells: Crosstab) -> TableTest:
    """Pearson's statistic by the mean design effect, as a chi-square."""
    statistic, freedom = cells.pearson(), cells.freedom
    p_value = chi2.sf(statistic / float(cells.design_effects().mean()), freedom)
    return TableTest(statistic, (float(freedom),), float(p_value))


def saddlepoint(cells: Crosstab) -> TableTest:
    """Pearson's statistic as a sum of squares weighted by the design effects."""
    effects, statistic = cells.design_effects(), cells.pearson()
    freedom = float(effects.sum() ** 2 / (effects**2).sum())
    return TableTest(statistic, (), upper_tail(statistic, effects, freedom * cells.df))


def wald(cells: Crosstab) -> TableTest:
    """Observed less expected counts by their covariances, as an F."""
    df = (float(cells.freedom), float(cells.df))
    statistic = wald_statistic(cells)
    return TableTest(statistic, df, float(f.sf(statistic, *df)))


def adjusted_wald(cells: Crosstab) -> TableTest:
    """The same, with the denominator's degrees of freedom that estimating covariances leaves."""
    left = cells.df - cells.freedom + 1
    statistic = wald_statistic(cells) * left / cells.df
    df = (float(cells.freedom), float(left))
    return TableTest(statistic, df, float(f.sf(statistic, *df)))


def wald_statistic(cells: Crosstab) -> float:
    """Wald's statistic by its number of parameters."""
    if cells.df < cells.freedom:
        raise InferenceError("too_few_clusters", parameters=cells.freedom, df=cells.df)
    return wald_f(*cells.excess(), cells.name)


TESTS: dict[Criterion, Callable[[Crosstab], TableTest]] = {
    "F": second_order,
    "Chisq": first_order,
    "saddlepoint": saddlepoint,
    "Wald": wald,
    "adjWald": adjusted_wald,
}

"""Weights moved as little as possible so that they meet what is known of the population."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sampling.coding import Floats, counted
from sampling.credit import Credit
from sampling.distances import Bound, Distance, Method, distance
from sampling.errors import WeightingError
from sampling.margins import AGREEMENT, Margin, Margins
from sampling.multipliers import multipliers
from sampling.regressors import Cells
from sampling.sweeps import Sweeps

# What the regression behind a standard error weighs rows by: the weights before calibration, or
# nothing.
Regression = Literal["sweeps", "rows", "base"]
Negative = Literal["refuse", "keep"]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Calibrated weights and what an estimate must know of them.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        Weights that meet the margins; 0 where the base weight is 0.
    factor : ndarray, shape (n,)
        Weight over base weight; 1 where the base weight is 0.
    iterations : int
        Rounds that it took.
    credit : Credit or Sweeps
        Takes out of an estimate's contributions what the margins explain.
    """

    weight: Floats
    factor: Floats
    iterations: int
    credit: Credit | Sweeps

    def residuals(self, contributions: Floats) -> Floats:
        """As `Credit.residuals`: the contributions whose variance counts."""
        return self.credit.residuals(contributions)


def calibrate(
    base: ArrayLike,
    margins: Margins,
    method: Method = "linear",
    *,
    bounds: Sequence[float] | None = None,
    negative: Negative = "refuse",
    tolerance: float = 1e-9,
    limit: int = 100,
) -> Calibrated:
    """Calibrate weights to margins by minimising a distance.

    Parameters
    ----------
    base : array_like, shape (n,)
        Weights to start from; a row of 0 stays out.
    margins : Margins
        Totals to meet.
    method : {"linear", "truncated", "raking", "logit"}
        "linear" is generalised regression; "truncated" keeps its factors within bounds; "raking"
        multiplies, within bounds if there are any; "logit" approaches its bounds smoothly.
    bounds : sequence of float, length 2, optional
        Least and greatest factor.
    negative : {"refuse", "keep"}
        What to do where "linear" makes a factor 0 or negative. Totals hold with such weights, but
        a design takes none.
    tolerance : float
        How far each total may stay off, relative to it.
    limit : int
        Rounds before giving up.

    Returns
    -------
    Calibrated
        Residuals come from the regression weighted by `base`, as the theory has it.

    Raises
    ------
    WeightingError
        If a weight is missing, negative or not finite, a level has nobody, bounds are no bounds,
        totals cannot be met (the message names the level that stays off most), or a linear factor
        is not positive.

    References
    ----------
    Deville and Särndal (1992), JASA 87, 376-382.
    """
    weight = checked(base, margins.rows)
    chosen = distance(method, bounds)
    refuse_unreachable(weight, margins, chosen)
    cells = margins.regressors().cells()
    if cells is None:
        factor, iterations = multipliers(weight, margins, chosen, tolerance, limit)
    else:
        factor, iterations = by_cells(weight, margins, cells, chosen, tolerance, limit)
    factor = np.where(weight > 0, factor, 1.0)
    if method == "linear" and negative == "refuse" and factor.min() <= 0:
        raise WeightingError(
            "negative_calibrated",
            rows=int((factor <= 0).sum()),
            least=float((factor * weight).min()),
        )
    return calibrated(weight, factor, iterations, margins, cells, "base")


def by_cells(
    weight: Floats,
    margins: Margins,
    cells: Cells,
    chosen: Distance,
    tolerance: float,
    limit: int,
) -> tuple[Floats, int]:
    """Calibrate the table of cells: rows of a cell get one factor."""
    small = on_cells(margins, cells)
    sums = counted(cells.cell, small.rows, weight)
    factor, iterations = multipliers(sums, small, chosen, tolerance, limit)
    return factor[cells.cell], iterations


def on_cells(margins: Margins, cells: Cells) -> Margins:
    """The same margins of the table of cells."""
    codes = cells.regressors.codes
    return Margins(
        tuple(
            Margin(part.name, code, part.levels, part.totals)
            for part, code in zip(margins.categories, codes, strict=True)
        )
    )


def poststratify(base: ArrayLike, strata: Margin) -> Calibrated:
    """Let every post-stratum add up to its total.

    Parameters
    ----------
    base : array_like, shape (n,)
        Weights to start from; a row of 0 stays out.
    strata : Margin
        Totals of the post-strata; several variables may be crossed.

    Returns
    -------
    Calibrated
        Residuals are deviations from post-stratum means.

    Raises
    ------
    WeightingError
        If a weight is missing, negative or not finite, or a post-stratum has nobody.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, section 7.6.
    """
    margins = Margins((strata,))
    weight = checked(base, margins.rows)
    refuse_silent(weight, margins)
    factor = (strata.totals / strata.sums(weight))[strata.codes]
    return calibrated(weight, factor, 1, margins, None, "base")


def calibrated(
    base: Floats,
    factor: Floats,
    iterations: int,
    margins: Margins,
    cells: Cells | None,
    regression: Regression,
) -> Calibrated:
    """Put the result together."""
    weight = base * factor
    if regression == "sweeps":
        margin_codes = margins if cells is None else on_cells(margins, cells)
        parts = margin_codes.categories
        sizes = [len(part.totals) for part in parts]
        credit: Credit | Sweeps = Sweeps(weight, [part.codes for part in parts], sizes, cells)
        return Calibrated(weight, factor, iterations, credit)
    regressed = base if regression == "base" else (base > 0).astype(float)
    credit = Credit(margins.regressors(), weight, regressed, cells)
    return Calibrated(weight, factor, iterations, credit)


def checked(base: ArrayLike, rows: int | None = None) -> Floats:
    """Refuse weights that cannot be adjusted."""
    weight = np.asarray(base, dtype=float)
    if weight.ndim != 1 or (rows is not None and weight.size != rows):
        raise WeightingError("uneven_classes")
    if weight.size == 0 or weight.max() == 0:
        raise WeightingError("no_positive_weight")
    # A missing weight makes the least one missing too.
    if not (weight.min() >= 0 and weight.max() < np.inf):
        place = int(np.argmax(~(np.isfinite(weight) & (weight >= 0))))
        raise WeightingError("bad_base_weight", place=place + 1, weight=float(weight[place]))
    return weight


def refuse_silent(weight: Floats, margins: Margins) -> None:
    """Refuse margins with a level that nobody answered at."""
    for part in margins.categories:
        silent = part.sums(weight) == 0
        if silent.any():
            at = int(np.argmax(silent))
            raise WeightingError(
                "silent_level", name=part.name, level=part.levels[at], total=float(part.totals[at])
            )


def refuse_unreachable(weight: Floats, margins: Margins, chosen: Distance) -> None:
    """Refuse levels whose total lies outside what the bounds allow."""
    refuse_silent(weight, margins)
    for part in margins.categories:
        least, most = reach(weight, part, chosen.lower), reach(weight, part, chosen.upper)
        # Where all rows lie on a bound, rounding decides.
        outside = (part.totals < least * (1 - AGREEMENT)) | (part.totals > most * (1 + AGREEMENT))
        if outside.any():
            at = int(np.argmax(outside))
            raise WeightingError(
                "out_of_reach",
                name=part.name,
                level=part.levels[at],
                total=float(part.totals[at]),
                least=float(least[at]),
                most=float(most[at]),
            )


def reach(weight: Floats, part: Margin, bound: Bound) -> Floats:
    """Totals by level when every row has the factor of its bound."""
    if isinstance(bound, np.ndarray):
        return part.sums(weight * bound)
    return part.sums(weight) * bound

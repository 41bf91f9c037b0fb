"""Raking: margins met in turn, again and again, until all hold at once."""

import numpy as np
from numpy.typing import ArrayLike

from sampling.calibration import (
    Calibrated,
    Regression,
    calibrated,
    checked,
    on_cells,
    refuse_silent,
)
from sampling.coding import Codes, Floats, counted
from sampling.distances import Raking
from sampling.errors import WeightingError
from sampling.margins import Margin, Margins
from sampling.multipliers import multipliers
from sampling.regressors import BLOCK

# Where the margins hang together closely, meeting them in turn creeps, and Newton does not.
PATIENCE = 50


def rake(
    base: ArrayLike,
    margins: Margins,
    *,
    tolerance: float = 1e-9,
    limit: int = 100,
    regression: Regression = "sweeps",
) -> Calibrated:
    """Rake weights to margins by iterative proportional fitting.

    Parameters
    ----------
    base : array_like, shape (n,)
        Weights to start from; a row of 0 stays out.
    margins : Margins
        Categories only.
    tolerance : float
        How far each total may stay off, relative to it.
    limit : int
        Rounds of Newton's method, which takes over after 50 rounds of fitting, before giving up.
    regression : {"sweeps", "rows", "base"}
        What residuals come from: means taken away margin by margin, ten times over, as in R's
        survey package; a regression in which all rows count alike, which is where that leads; or
        one weighted by `base`, as `calibrate` has. The last differs where base weights do.

    Returns
    -------
    Calibrated
        The weights are those of `calibrate` with method "raking".

    Raises
    ------
    WeightingError
        If a weight is missing, negative or not finite, a level has nobody, there are totals of
        numbers, or the totals cannot all be met.

    References
    ----------
    Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444; Deville, Särndal and
    Sautory (1993), JASA 88, 1013-1020.
    """
    if margins.numbers:
        raise WeightingError("numbers_in_raking", name=margins.numbers[0].name)
    weight = checked(base, margins.rows)
    refuse_silent(weight, margins)
    cells = margins.regressors().cells()
    if cells is None:
        factor, rounds = fitted(weight, margins, tolerance, limit)
    else:
        small = on_cells(margins, cells)
        sums = counted(cells.cell, small.rows, weight)
        by_cell, rounds = fitted(sums, small, tolerance, limit)
        factor = by_cell[cells.cell]
    return calibrated(weight, factor, rounds, margins, cells, regression)


def fitted(base: Floats, margins: Margins, tolerance: float, limit: int) -> tuple[Floats, int]:
    """Fit in turn, then by Newton's method if that has not settled."""
    weight = base.copy()
    parts = margins.categories
    sums = parts[0].sums(weight)
    rounds, off = 0, np.inf
    while rounds < PATIENCE and not off < tolerance:
        off, rounds = 0.0, rounds + 1
        for part, following in zip(parts, (*parts[1:], parts[0]), strict=True):
            ratio = part.totals / sums
            off = max(off, float(np.abs(ratio - 1).max()))
            sums = multiplied(weight, part.codes, ratio, following)
    if not off < tolerance:
        more, extra = multipliers(weight, margins, Raking(), tolerance, limit)
        weight *= more
        rounds += extra
    return np.divide(weight, base, out=np.ones(base.size), where=base > 0), rounds


def multiplied(weight: Floats, codes: Codes, ratio: Floats, following: Margin) -> Floats:
    """Multiply weights in place by their level's ratio and add them up by the next margin."""
    sums = np.zeros(following.totals.size)
    for at in range(0, weight.size, BLOCK):
        part = weight[at : at + BLOCK]
        part *= ratio.take(codes[at : at + BLOCK])
        sums += counted(following.codes[at : at + BLOCK], sums.size, part)
    return sums

"""Newton's method for the multipliers of a calibration.

With factors F(x'λ) the totals of the weights are X'(d F(Xλ)); λ is where they are the wanted ones.
Their derivative X' diag(d F') X is symmetric and not negative, so that a short enough step along
Newton's direction always comes nearer. Deville, Särndal and Sautory (1993), JASA 88, section 3.
"""

from dataclasses import dataclass

import numpy as np

from sampling.coding import Floats
from sampling.distances import Distance
from sampling.errors import WeightingError
from sampling.margins import Margins
from sampling.regressors import Regressors

SHORTEST_STEP = 2.0**-40


@dataclass(frozen=True, eq=False)
class Position:
    """Where the search stands.

    Attributes
    ----------
    u : ndarray, shape (n,)
        x'λ of each row.
    factor : ndarray, shape (n,)
        Its factor.
    missing : ndarray, shape (p,)
        Wanted totals less those reached.
    off : float
        Length of `missing`, each part relative to its total.
    worst : int
        Number of the total that stays off most, in `relative` size `most`.
    """

    u: Floats
    factor: Floats
    missing: Floats
    off: float
    worst: int
    most: float


def multipliers(
    base: Floats, margins: Margins, chosen: Distance, tolerance: float, limit: int
) -> tuple[Floats, int]:
    """Find the factors that meet margins.

    Parameters
    ----------
    base : ndarray, shape (n,)
        Weights, 0 or more.
    margins : Margins
        Totals to meet.
    chosen : Distance
        Gives the factors.
    tolerance, limit
        As for `sampling.calibration.calibrate`.

    Returns
    -------
    factor : ndarray, shape (n,)
        For each row.
    iterations : int
        Rounds that it took.

    Raises
    ------
    WeightingError
        If totals stay off.
    """
    regressors, wanted = margins.regressors(), margins.wanted()
    scale = sizes(base, regressors, wanted)

    def position(u: Floats) -> Position:
        factor = chosen.factor(u)
        missing = wanted - regressors.totals(base * factor)
        relative = np.abs(missing) / scale
        worst = int(np.argmax(relative))
        off = float(np.sqrt(relative @ relative))
        return Position(u, factor, missing, off, worst, float(relative[worst]))

    here = position(np.zeros(base.size))
    rounds = 0
    while not here.most <= tolerance and rounds < limit:
        rounds += 1
        slope = base * chosen.slope(here.u)
        step = regressors.combine(regressors.cross(slope).solve(here.missing))
        length = 1.0
        ahead = position(here.u + step)
        while not ahead.off < here.off and length > SHORTEST_STEP:
            length /= 2
            ahead = position(here.u + length * step)
        if length <= SHORTEST_STEP:
            break
        here = ahead
    if not here.most <= tolerance:
        total = float(wanted[here.worst])
        raise WeightingError(
            "no_convergence",
            iterations=rounds,
            reached=total - float(here.missing[here.worst]),
            total=total,
            **margins.described(here.worst),
        )
    return here.factor, rounds


def sizes(base: Floats, regressors: Regressors, wanted: Floats) -> Floats:
    """What each total is measured by: itself, unless it is near 0 by cancelling."""
    numbers = np.array([float(base @ np.abs(number)) for number in regressors.numbers])
    floor = np.zeros(wanted.size)
    floor[wanted.size - numbers.size :] = 1e-6 * numbers
    size = np.maximum(np.abs(wanted), floor)
    return np.where(size > 0, size, 1.0)

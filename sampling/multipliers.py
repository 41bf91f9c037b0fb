"""Newton's method for the multipliers of a calibration.

With factors F(x'λ) the totals of the weights are X'(d F(Xλ)); λ is where they are the wanted ones.
That is where the convex function Σ d Φ(x'λ) - t'λ is least, Φ being an integral of F. Its second
derivative is X' diag(d F') X: far from the solution, and where bounds make F' vanish, a step may be
too long or lead nowhere, so steps are shortened until the function falls, and where Newton's
direction does not help, that with F' = 1 does. Deville, Särndal and Sautory (1993), JASA 88,
section 3; Boyd and Vandenberghe (2004), Convex Optimization, section 9.5.
"""

from dataclasses import dataclass

import numpy as np

from sampling.coding import Floats
from sampling.distances import Distance
from sampling.errors import WeightingError
from sampling.margins import Margins
from sampling.regressors import Regressors

SHORTEST_STEP = 2.0**-30
# Share of the fall that the slope promises which a step must bring.
SUFFICIENT = 1e-4


@dataclass(frozen=True, eq=False)
class Position:
    """Where the search stands.

    Attributes
    ----------
    multipliers : ndarray, shape (p,)
        λ.
    u : ndarray, shape (n,)
        x'λ of each row.
    factor : ndarray, shape (n,)
        Its factor.
    missing : ndarray, shape (p,)
        Wanted totals less those reached.
    relative : ndarray, shape (p,)
        How far each total is off, relative to it.
    """

    multipliers: Floats
    u: Floats
    factor: Floats
    missing: Floats
    relative: Floats

    @property
    def off(self) -> float:
        """How far all totals are off together."""
        return float(np.sqrt(self.relative @ self.relative))

    @property
    def worst(self) -> int:
        """Number of the total that is off most."""
        return int(np.argmax(self.relative))


@dataclass(frozen=True, eq=False)
class Search:
    """What the search looks for.

    Attributes
    ----------
    base : ndarray, shape (n,)
        Weights, 0 or more.
    regressors : Regressors
        X.
    wanted, scale : ndarray, shape (p,)
        Totals to meet, and what each is measured by.
    chosen : Distance
        F.
    """

    base: Floats
    regressors: Regressors
    wanted: Floats
    scale: Floats
    chosen: Distance

    def position(self, multipliers: Floats, u: Floats) -> Position:
        """Work out what multipliers lead to."""
        factor = self.chosen.factor(u)
        missing = self.wanted - self.regressors.totals(self.base * factor)
        return Position(multipliers, u, factor, missing, np.abs(missing) / self.scale)

    def height(self, at: Position) -> float:
        """Give the function that is least at the solution."""
        return float(self.base @ self.chosen.integral(at.u) - self.wanted @ at.multipliers)

    def after(self, here: Position) -> Position | None:
        """Go one step; None where no step helps."""
        for slope in (self.base * self.chosen.slope(here.u), self.base):
            direction = self.regressors.cross(slope).solve(here.missing)
            ahead = self.along(here, direction)
            if ahead is not None:
                return ahead
        return None

    def along(self, here: Position, direction: Floats) -> Position | None:
        """Shorten a step until it helps."""
        promised = float(here.missing @ direction)
        if not promised > 0:
            return None
        move = self.regressors.combine(direction)
        ahead = self.position(here.multipliers + direction, here.u + move)
        if ahead.off < here.off / 2:
            return ahead
        start, length = self.height(here), 1.0
        # Near the solution rounding hides how much the function falls.
        noise = 1e-14 * abs(start)
        while length > SHORTEST_STEP:
            enough = SUFFICIENT * length * promised
            if enough > noise and start - self.height(ahead) >= enough:
                return ahead
            if enough <= noise and ahead.off < here.off:
                return ahead
            length /= 2
            ahead = self.position(here.multipliers + length * direction, here.u + length * move)
        return None


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
        If totals stay off; it names the one that is off most.
    """
    regressors, wanted = margins.regressors(), margins.wanted()
    search = Search(base, regressors, wanted, sizes(base, regressors, wanted), chosen)
    here = search.position(np.zeros(wanted.size), np.zeros(base.size))
    rounds = 0
    while not here.relative.max() <= tolerance and rounds < limit:
        ahead = search.after(here)
        if ahead is None:
            break
        here, rounds = ahead, rounds + 1
    if not here.relative.max() <= tolerance:
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

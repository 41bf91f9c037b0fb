"""Cheapest sizes under constraints on variances: a primal-dual interior point method.

With x = 1 / n a variance is linear and the cost sum(c / x) convex, so one minimum exists and
Lagrange multipliers prove it: every set of them gives a cost that no allocation can undercut.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

Floats = NDArray[np.float64]

ITERATIONS = 200
TO_BOUNDARY = 0.99
# How far below the average product the next one is aimed at.
CENTRING = 0.1
PRODUCT = 1e-14


@dataclass(frozen=True, eq=False)
class Problem:
    """Minimise sum(cost / x) under table @ x <= 1 and least <= x <= most.

    Attributes
    ----------
    cost : ndarray, shape (H,)
        Above 0.
    table : ndarray, shape (C, H)
        0 or more; every row and every column holds something positive.
    least, most : ndarray, shape (H,)
        0 <= least < most; `most` may be ``inf``. table @ least < 1.
    """

    cost: Floats
    table: Floats
    least: Floats
    most: Floats

    @property
    def limits(self) -> tuple[Floats, Floats]:
        """Greatest and least n = 1 / x."""
        with np.errstate(divide="ignore"):
            return 1 / self.least, 1 / self.most

    def sizes(self, multipliers: Floats) -> Floats:
        """Cheapest n = 1 / x when a unit of every variance has a price."""
        most, least = self.limits
        return np.clip(np.sqrt(multipliers @ self.table / self.cost), least, most)

    def bound(self, multipliers: Floats) -> float:
        """Cost below which no allocation keeps the constraints (Lagrange dual)."""
        n = self.sizes(multipliers)
        priced = multipliers @ self.table
        used = np.divide(priced, n, out=np.zeros_like(n), where=priced > 0)
        return float(self.cost @ n + used.sum() - multipliers.sum())


@dataclass(frozen=True, eq=False)
class State:
    """A point inside, with a multiplier above 0 for every distance above 0.

    Attributes
    ----------
    x : ndarray, shape (H,)
        1 / n.
    slack, below, above : ndarray
        Distance to the constraints, the lower bounds and the upper ones (1 where there is none).
        They are carried along, not taken from x anew, which would cancel near a bound.
    price, low, high : ndarray
        Their multipliers; `high` is 0 where there is no upper bound.
    """

    x: Floats
    slack: Floats
    below: Floats
    above: Floats
    price: Floats
    low: Floats
    high: Floats

    @property
    def product(self) -> float:
        """Mean of distance times multiplier, which goes to 0."""
        count = self.slack.size + self.x.size + int((self.high > 0).sum())
        products = self.price @ self.slack + self.low @ self.below + self.high @ self.above
        return float(products) / count


def solved(problem: Problem) -> tuple[Floats, Floats]:
    """Find sizes 1 / x inside the constraints, shape (H,), and the price of each constraint.

    Notes
    -----
    Newton's steps on the perturbed conditions of optimality with a common step length, after
    Boyd and Vandenberghe (2004), Convex Optimization, section 11.7; the steps are eliminated down
    to one positive definite system of the size of the constraints.
    """
    state = begun(problem, inside(problem))
    for _ in range(ITERATIONS):
        if state.product <= PRODUCT * float((problem.cost / state.x).sum()):
            break
        state = stepped(problem, state)
    return 1 / state.x, state.price


def begun(problem: Problem, x: Floats) -> State:
    """Give every distance of a start the multiplier that makes all products alike."""
    finite = np.isfinite(problem.most)
    slack, below = 1 - problem.table @ x, x - problem.least
    above = np.where(finite, problem.most - x, 1.0)
    product = float((problem.cost / x).sum()) / (slack.size + 2 * x.size)
    high = np.where(finite, product / above, 0.0)
    return State(x, slack, below, above, product / slack, product / below, high)


def inside(problem: Problem) -> Floats:
    """Give a start halfway to where the first constraint or bound would be met."""
    room = 1 - problem.table @ problem.least
    with np.errstate(divide="ignore"):
        furthest = (room[:, None] / problem.table).min(axis=0)
    direction = np.minimum(furthest, problem.most - problem.least)
    reach = float((room / (problem.table @ direction)).min())
    return np.asarray(problem.least + 0.5 * min(1.0, reach) * direction)


def stepped(problem: Problem, now: State) -> State:
    """Take one step towards products that are a tenth of the present ones."""
    aim = CENTRING * now.product
    bounded = now.high > 0
    low = now.low - aim / now.below
    high = np.where(bounded, now.high - aim / now.above, 0.0)
    gradient = now.price @ problem.table - problem.cost / now.x**2 - now.low + now.high
    curvature = 2 * problem.cost / now.x**3 + now.low / now.below + now.high / now.above
    # The conditions on products, solved for the bounds' multipliers, go into the gradient.
    push = gradient + low - high
    loose = now.slack / now.price
    system = (problem.table / curvature) @ problem.table.T + np.diag(loose)
    right = -problem.table @ (push / curvature) - (now.price - aim / now.slack) * loose
    price = solve(system, right)
    move = -(push + price @ problem.table) / curvature
    change = State(
        x=move,
        slack=-problem.table @ move,
        below=move,
        above=np.where(bounded, -move, 0.0),
        price=price,
        low=-low - now.low / now.below * move,
        high=np.where(bounded, -high + now.high / now.above * move, 0.0),
    )
    length = min(longest(value, getattr(change, name)) for name, value in vars(now).items())
    return State(
        **{name: value + length * getattr(change, name) for name, value in vars(now).items()}
    )


def solve(system: Floats, right: Floats) -> Floats:
    """Solve a positive definite system; doubled demands make it all but singular."""
    scale = 1 / np.sqrt(np.diag(system))
    scaled = system * np.outer(scale, scale)
    for ridge in (0.0, 1e-14, 1e-12, 1e-10):
        try:
            factor = cho_factor(scaled + ridge * np.eye(right.size))
        except LinAlgError:
            continue
        return np.asarray(scale * cho_solve(factor, scale * right))
    return np.asarray(scale * np.linalg.lstsq(scaled, scale * right, rcond=None)[0])


def longest(now: Floats, change: Floats) -> float:
    """Longest step, at most 1, that keeps everything positive."""
    shrinking = change < 0
    if not shrinking.any():
        return 1.0
    return min(1.0, TO_BOUNDARY * float((-now[shrinking] / change[shrinking]).min()))

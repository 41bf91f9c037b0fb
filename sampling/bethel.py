"""The cheapest sample that meets several demands at once: Bethel's and Chromy's allocation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sampling.demands import Demand
from sampling.errors import AllocationError
from sampling.interior import Problem, solved
from sampling.shares import positive_figures
from sampling.sharing import bounds, stratum_sizes

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

# Cost above the proven bound, relative to it, that counts as converged.
CERTIFIED = 1e-6
# Slack of a constraint, relative to it, that rounding alone may use up.
ROUNDING = 1e-9
# The same after rounding up; where nearly everybody is asked, errors amplify it.
HAIR = 1e-12
# Variance that a demand must leave unused before its price counts as nothing.
SPARE = 1e-6


@dataclass(frozen=True, eq=False)
class Cheapest:
    """The cheapest allocation that meets all demands.

    Attributes
    ----------
    real : ndarray, shape (H,)
        Sizes before rounding.
    whole : ndarray of int, shape (H,)
        Whole sizes that meet all demands too, of which none can be lowered by one.
    cost, whole_cost : float
        What each costs.
    multipliers : ndarray, shape (D,)
        For each demand what its variance costs: easing it by one per cent saves about a hundredth
        of this. 0 where other demands already give what is asked.
    use : ndarray, shape (D,)
        Part of the allowed variance that `real` uses, the finite population counted on both
        sides; 1 where the demand decides.
    errors : ndarray, shape (D,)
        Standard errors under `real`, in the order of the demands.
    gap : float
        How far, at most, `cost` lies above the cheapest possible, as a part of it.
    """

    real: Floats
    whole: Counts
    cost: float
    whole_cost: float
    multipliers: Floats
    use: Floats
    errors: Floats
    gap: float


def cheapest(
    sizes: ArrayLike,
    demands: Sequence[Demand],
    costs: ArrayLike | None = None,
    *,
    minimum: ArrayLike = 0,
    maximum: ArrayLike | None = None,
    take_all: ArrayLike | None = None,
    finite: bool = True,
) -> Cheapest:
    """Find the cheapest allocation under which every demand is met.

    Parameters
    ----------
    sizes : array_like of int, shape (H,)
        Dossiers on the frame in each stratum.
    demands : sequence of Demand
        Of `sampling.demands.by_cv` and `by_margin`, made for the same strata; at least one.
    costs : array_like of float, shape (H,), optional
        What one answer costs, above 0; without it all cost 1, and the sample is the smallest.
    minimum, maximum : array_like of int, shape () or (H,)
        Least and greatest number in a stratum; a stratum smaller than the minimum is taken
        whole, and none gives more than it has.
    take_all : array_like of bool, shape (H,), optional
        Strata that are asked whole.
    finite : bool
        Whether a finite population lowers variances. Without it, sizes still keep to `maximum`
        and the strata.

    Returns
    -------
    Cheapest
        A stratum in which nothing varies gets its minimum: give 1 or 2 if it must be seen.

    Raises
    ------
    AllocationError
        If even the greatest numbers allowed leave a demand unmet (the message names it and what
        could be reached), if a figure is impossible, or if the method does not converge.

    References
    ----------
    Bethel (1989), Survey Methodology 15, 47-57. Chromy (1987), Proceedings of the Section on
    Survey Research Methods, ASA, 194-199, for the multipliers.

    Examples
    --------
    >>> from sampling.demands import by_margin
    >>> demands = by_margin("share", [900, 100], [0.5, 0.5], 0.05)
    >>> cheapest([900, 100], demands).whole.tolist()
    [250, 28]
    """
    held = stratum_sizes(sizes)
    within = bounds(held, minimum, maximum, take_all)
    return cheapest_within(
        within.lower.astype(float), within.upper.astype(float), held, demands, costs, finite
    )


def cheapest_within(
    lower: Floats,
    upper: Floats,
    held: Counts,
    demands: Sequence[Demand],
    costs: ArrayLike | None,
    finite: bool,
) -> Cheapest:
    """Find it between bounds that need not be whole; `upper` may be ``inf``."""
    price = positive_figures("bad_costs", np.ones(held.size) if costs is None else costs, held.size)
    table = constraint_table(demands, held.size, finite)
    check_reachable(demands, table, upper, finite)
    real, multipliers, gap = settled(price, table, lower, upper)
    whole = rounded_up(real, table, price, lower, upper)
    return Cheapest(
        real=real,
        whole=whole,
        cost=float(price @ real),
        whole_cost=float(price @ whole),
        multipliers=multipliers,
        use=used(table, real),
        errors=np.array([demand.standard_error(real, finite=finite) for demand in demands]),
        gap=gap,
    )


def constraint_table(demands: Sequence[Demand], strata: int, finite: bool) -> Floats:
    """Write every demand as sum(row / n) <= 1."""
    if not demands:
        raise AllocationError("no_demands")
    if any(demand.weights.shape != (strata,) for demand in demands):
        raise AllocationError("uneven_demands", strata=strata)
    return np.array(
        [
            demand.weights**2 / (demand.error**2 + (demand.spared if finite else 0.0))
            for demand in demands
        ]
    )


def used(table: Floats, n: Floats) -> Floats:
    """Part of each constraint that sizes use; ``inf`` where a counted stratum gives nothing."""
    with np.errstate(divide="ignore"):
        parts = np.divide(table, n, out=np.zeros_like(table), where=table > 0)
    return np.asarray(parts.sum(axis=1))


def check_reachable(demands: Sequence[Demand], table: Floats, upper: Floats, finite: bool) -> None:
    """Refuse demands that the greatest sizes leave unmet; the worst is named."""
    use = used(table, upper)
    worst = int(np.argmax(use))
    if use[worst] <= 1 + ROUNDING:
        return
    demand = demands[worst]
    best = demand.standard_error(upper, finite=finite)
    raise AllocationError(
        "unreachable_demand",
        demand=demand.name,
        asked=f"{demand.error:.6g}",
        best=f"{best:.6g}",
        count=int((use > 1 + ROUNDING).sum()),
    )


def settled(
    price: Floats, table: Floats, lower: Floats, upper: Floats
) -> tuple[Floats, Floats, float]:
    """Solve for the strata that are free; give sizes, multipliers and the certified gap."""
    # A demand that takes all there is leaves no room for the method to work in.
    full = (table[used(table, upper) >= 1 - ROUNDING] > 0).any(axis=0)
    real, multipliers = np.where(full, upper, lower), np.zeros(table.shape[0])
    free = ~full & (lower < upper) & (table > 0).any(axis=0)
    room = 1 - used(table[:, ~free], real[~free])
    # What the least sizes already meet costs nothing, and strata that no other demand counts
    # stay at their least.
    open_rows = used(table[:, free], lower[free]) > room + ROUNDING
    free &= (table[open_rows] > 0).any(axis=0)
    if not free.any():
        return real, multipliers, 0.0
    rows = table[np.ix_(open_rows, free)] / room[open_rows][:, None]
    with np.errstate(divide="ignore"):
        problem = Problem(price[free], rows, 1 / upper[free], 1 / lower[free])
    real[free], prices, gap = certified(problem)
    # In the units of the demand as a whole: its room was what the other strata left.
    multipliers[open_rows] = prices / room[open_rows]
    return real, multipliers, gap


def certified(problem: Problem) -> tuple[Floats, Floats, float]:
    """Solve and prove: sizes, prices of the constraints, and the gap to the bound they give."""
    sizes, prices = solved(problem)
    most, least = problem.limits
    # Whatever rounding left of a violation is made good.
    sizes = np.clip(sizes * max(1.0, float(used(problem.table, sizes).max())), least, most)
    sizes = np.where(sizes > most * (1 - ROUNDING), most, sizes)
    cost = float(problem.cost @ sizes)
    gap = (cost - problem.bound(prices)) / cost
    if not gap <= CERTIFIED:
        raise AllocationError("not_converged", gap=f"{gap:.2g}")
    spare = used(problem.table, sizes) < 1 - SPARE
    return sizes, np.where(spare, 0.0, prices), max(0.0, gap)


def rounded_up(real: Floats, table: Floats, price: Floats, lower: Floats, upper: Floats) -> Counts:
    """Round up, then take off again what no demand needs, dearest excess first."""
    whole = np.minimum(np.ceil(real), upper)
    use, least = used(table, whole), np.ceil(lower)
    order = np.lexsort((np.arange(real.size), -price * (whole - real)))
    lowered = True
    while lowered:
        lowered = False
        for place in order.tolist():
            less = whole[place] - 1
            counted = bool((table[:, place] > 0).any())
            if less < least[place] or (counted and less < 1):
                continue
            more = table[:, place] / (less * (less + 1)) if counted else 0.0
            if (use + more <= 1 + HAIR).all():
                whole[place], use, lowered = less, use + more, True
    return whole.astype(np.int64)

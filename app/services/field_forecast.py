"""How fast answers come in, and where that leads: worked out from what is told, nothing else.

What these functions read is what the page shows, so that they cannot tell more than it (0037).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from app.services.hiding import Told
from app.thresholds import present

WEEK = 7


@dataclass(frozen=True)
class DayTold:
    """What a day brought; `ended` is False for what came since the last night that was counted."""

    day: date
    answered: Told
    ended: bool = True


@dataclass(frozen=True)
class Forecast:
    """Where the present pace leads.

    Attributes
    ----------
    per_day : float
        Answers a day.
    days_left : int
        Days from the count to the end that was asked about.
    answers : float
        Answers by then.
    growth : float
        How many times as many as now.
    """

    per_day: float
    days_left: int
    answers: float
    growth: float


class Reach(StrEnum):
    """Whether a unit has enough answers for points, or will have at this pace."""

    REACHED = "reached"
    LIKELY = "likely"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"


def pace(days: Sequence[DayTold], total: Told) -> float | None:
    """Tell the answers of a day: of the last week where every day is told, else of all days.

    Returns
    -------
    float or None
        None before the first day has ended, or where too little is told.
    """
    ended = [each for each in days if each.ended]
    if not ended:
        return None
    last = ended[-WEEK:]
    if all(each.answered.exact for each in last):
        before = ended[-WEEK - 1].day if len(ended) > WEEK else None
        span = (last[-1].day - before).days if before else (last[-1].day - last[0].day).days + 1
        return sum(each.answered.low for each in last) / span
    if not total.exact:
        return None
    return total.low / ((days[-1].day - days[0].day).days + 1)


def forecast(per_day: float | None, total: Told, counted: date, end: date) -> Forecast | None:
    """Carry a pace on to a day; None where there is none, or the day is over."""
    days_left = (end - counted).days
    if per_day is None or not total.exact or days_left < 0:
        return None
    answers = total.low + per_day * days_left
    return Forecast(per_day, days_left, answers, answers / total.low)


def needed(drawn: int, expected: float, total: Told, per_day: float | None) -> int | None:
    """Tell how many days it takes at this pace until as many answered as the plan expects."""
    if not per_day or not total.exact:
        return None
    missing = drawn * expected - total.low
    return max(0, -int(-missing // per_day))


def effective(strata: Sequence[tuple[int, Told]], answered: Told) -> tuple[float, float | None]:
    """Work out between which numbers the effective number of answers of a unit lies.

    Strata whose numbers are not told count as one: below k they are opened together, and with
    too few for that the others stand for them.

    Parameters
    ----------
    strata : sequence of (int, Told)
        Dossiers and answers of each stratum.
    answered : Told
        Answers of the unit.

    Returns
    -------
    tuple of float and float or None
        None where no upper bound is told.

    References
    ----------
    Kish (1965), Survey Sampling, section 11.7: n divided by 1 + the relative variance of weights.

    Examples
    --------
    >>> effective([(100, Told(20, 20)), (100, Told(20, 20))], Told(40, 40))
    (40.0, 40.0)
    """
    shown = [(dossiers, told.low) for dossiers, told in strata if told.exact]
    hidden = sum(dossiers for dossiers, told in strata if not told.exact)
    alone = kish(shown)
    if not hidden:
        return alone, alone
    counted = sum(n for _, n in shown)
    least = max(answered.low - counted, 0)
    most = None if answered.high is None else answered.high - counted
    k = present.mixing_k
    possible = [alone] if least < k else []
    if most is None or most >= k:
        possible.append(kish([*shown, (hidden, max(least, k))]))
    if most is None:
        return min(possible), None
    if most >= k:
        possible.append(kish([*shown, (hidden, most)]))
    return min(possible), max(possible)


def kish(strata: Sequence[tuple[int, int]]) -> float:
    """Divide the number of answers by 1 + the relative variance of their weights."""
    answered = [(dossiers, n) for dossiers, n in strata if n]
    squares = sum(dossiers**2 / n for dossiers, n in answered)
    return sum(dossiers for dossiers, _ in answered) ** 2 / squares if squares else 0.0


def reach(effective_n: tuple[float, float | None], growth: float | None) -> Reach:
    """Tell whether a unit gets the effective number of answers that makes points.

    Parameters
    ----------
    effective_n : tuple of float and float or None
        As `effective` tells it.
    growth : float, optional
        How many times as many answers there will be; None where nobody knows.
    """
    least, most = effective_n
    floor = present.effective_n
    if least >= floor:
        return Reach.REACHED
    if growth is None:
        return Reach.UNKNOWN
    if least * growth >= floor:
        return Reach.LIKELY
    return Reach.UNLIKELY if most is not None and most * growth < floor else Reach.UNKNOWN


def days_told(days: Sequence[tuple[date, int]], told: Sequence[Told]) -> list[DayTold]:
    """Put days and what is told of them together; all of them have ended."""
    return [DayTold(day, answered) for (day, _), answered in zip(days, told, strict=True)]


def brought(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """Tell what each day brought from the counts at the ends of days."""
    before = [(date.min, 0), *days]
    return [(late, max(count - earlier, 0)) for (_, earlier), (late, count) in pairwise(before)]

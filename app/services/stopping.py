"""When following up ends: a verdict from a told count and a day, with its reason.

It goes by what the field monitor tells of the last full hour, in full tens, so that whoever sees
a stratum stop learns no more than the monitor tells (decision 0050).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.services.hiding import Told
from app.services.waves import TEN, Waves


class Stop(StrEnum):
    """Why nobody is asked again."""

    LAST_DAY = "last_day"
    TARGET = "target"


@dataclass(frozen=True)
class Verdict:
    """Whether following up has ended, and why; `reason` is None while it goes on."""

    reason: Stop | None = None

    @property
    def stopped(self) -> bool:
        """Whether it has ended."""
        return self.reason is not None


GOES_ON = Verdict()


def verdict(waves: Waves, answered: Told, today: date) -> Verdict:
    """Tell whether a stratum or unit is still followed up.

    Once it has ended it stays so with more answers and on later days, under the same waves.

    Parameters
    ----------
    answered : Told
        Its answers, as the monitor tells them; a hidden count is taken as the least it may be.

    Examples
    --------
    >>> waves, today = Waves(target=40), date(2026, 3, 10)
    >>> [verdict(waves, Told(low, high), today).stopped for low, high in ((39, 39), (40, 49))]
    [False, True]
    """
    if waves.last_day is not None and today > waves.last_day:
        return Verdict(Stop.LAST_DAY)
    if waves.target is not None and tens(answered) >= waves.target:
        return Verdict(Stop.TARGET)
    return GOES_ON


def tens(answered: Told) -> int:
    """Count the full tens that are surely there."""
    return answered.low - answered.low % TEN

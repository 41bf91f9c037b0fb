"""Waves of a round: a slip, an SMS some days after it, then phone or post, and what ends them.

A value without a database. Whose turn it is follows from the day of the slip alone.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from app.services.errors import FieldFault
from app.texts import N_
from app.thresholds import present
from app.vocabulary import CaseChannel

USUAL_SMS, USUAL_VISIT = 3, 6
LATEST_SMS, LATEST_VISIT = 14, 30
# How many days the turn of the last wave lasts.
VISIT_LASTS = 3
TEN = 10
LARGEST_TARGET = 100_000
# The slip is the first attempt; each wave is one more.
ATTEMPT: Mapping[CaseChannel, int] = {
    CaseChannel.SLIP: 1,
    CaseChannel.SMS: 2,
    CaseChannel.PHONE: 3,
    CaseChannel.POST: 3,
}
MOST_ATTEMPTS = max(ATTEMPT.values())


@dataclass(frozen=True)
class Days:
    """Days of slips, the first and the last."""

    first: date
    last: date


@dataclass(frozen=True)
class Waves:
    """How people are followed up, and what ends it.

    Attributes
    ----------
    sms_after, visit_after : int
        Days from the slip to the SMS, and to phone or post.
    attempts : int
        Most attempts for a dossier: 1 is the slip alone, 2 the SMS too, 3 all.
    target : int or None
        Wanted answers, a full ten; None to follow up until the last day.
    by_unit : bool
        Whether the target is that of a unit, rather than of each of its strata.
    last_day : date or None
        Last day of follow-up.
    """

    sms_after: int = USUAL_SMS
    visit_after: int = USUAL_VISIT
    attempts: int = MOST_ATTEMPTS
    target: int | None = None
    by_unit: bool = False
    last_day: date | None = None

    def turn(self, channel: CaseChannel, today: date) -> Days | None:
        """Tell whose turn it is: those who got their slip on one of these days.

        Returns
        -------
        Days or None
            None where the channel is no follow-up, or one attempt too many.

        Examples
        --------
        >>> Waves().turn(CaseChannel.SMS, date(2026, 3, 10))
        Days(first=datetime.date(2026, 3, 5), last=datetime.date(2026, 3, 7))
        """
        if channel is CaseChannel.SLIP or ATTEMPT[channel] > self.attempts:
            return None
        begins, ends = self.sms_after, self.visit_after
        if channel is not CaseChannel.SMS:
            begins, ends = self.visit_after, self.visit_after + VISIT_LASTS
        return Days(today - timedelta(days=ends - 1), today - timedelta(days=begins))

    def faults(self) -> list[FieldFault]:
        """List what cannot be: of days, attempts and target."""
        found = []
        between = N_("Enter a number from %(least)d to %(most)d.")
        least = self.sms_after + 1
        for part, value, low, high in (
            ("sms_after", self.sms_after, 1, LATEST_SMS),
            ("visit_after", self.visit_after, least, max(least, LATEST_VISIT)),
            ("attempts", self.attempts, 1, MOST_ATTEMPTS),
        ):
            if not low <= value <= high:
                found.append(FieldFault(part, between, {"least": low, "most": high}))
        lowest = least_target()
        if self.target is not None and (
            self.target % TEN or not lowest <= self.target <= LARGEST_TARGET
        ):
            text = N_("Enter a full ten from %(least)d on, such as 40.")
            found.append(FieldFault("target", text, {"least": lowest}))
        return found

    def document(self) -> dict[str, Any]:
        """Write it as the log keeps it."""
        day = self.last_day.isoformat() if self.last_day else None
        return asdict(self) | {"last_day": day}


def least_target() -> int:
    """Return the smallest full ten that is never below the floor of what may be told."""
    return -(-present.disclosure_n // TEN) * TEN

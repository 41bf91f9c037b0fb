"""The part of a sample plan about counter sessions: when counters are open, how many are drawn."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.texts import N_
from sampling.sessions import OpeningHours

LONGEST_PERIOD = 366
LARGEST_EACH = 100
LARGEST_SERVED = 1000
DEFAULT_CAP, LARGEST_CAP = 200, 1000
LONGEST_FIELD = 200
WEEKDAYS = tuple(range(7))
WORKING_DAYS = tuple(range(5))
Fault = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True)
class SessionPlan:
    """How counter sessions are to be drawn.

    Attributes
    ----------
    field : str
        What is solved on the spot in them; a stratum of its own in every unit.
    first, last : date
        The period of the sessions, both days included.
    mornings, afternoons : tuple of int
        Days of the week on which counters are open, Monday 0.
    closed : tuple of date
        Public holidays and other days on which they are not.
    counters : tuple of str
        Codes of counters that solve dossiers of the field; every active one when empty.
    each : int
        Half-days to draw in every unit.
    served : int
        Dossiers expected in a half-day, for the outlook alone.
    cap : int
        Most cards and kiosk turns of a session.
    """

    field: str
    first: date
    last: date
    mornings: tuple[int, ...] = WORKING_DAYS
    afternoons: tuple[int, ...] = WORKING_DAYS
    closed: tuple[date, ...] = ()
    counters: tuple[str, ...] = ()
    each: int = 2
    served: int = 20
    cap: int = DEFAULT_CAP

    @property
    def hours(self) -> OpeningHours:
        """Say when counters are open."""
        days = frozenset(self.mornings), frozenset(self.afternoons)
        return OpeningHours(*days, frozenset(self.closed))

    def document(self) -> dict[str, Any]:
        """Write it as the plan keeps it."""
        return {
            "field": self.field,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "mornings": sorted(self.mornings),
            "afternoons": sorted(self.afternoons),
            "closed": sorted(day.isoformat() for day in self.closed),
            "counters": sorted(self.counters),
            "each": self.each,
            "served": self.served,
            "cap": self.cap,
        }

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> "SessionPlan":
        """Read what `document` wrote."""
        return cls(
            field=document["field"],
            first=date.fromisoformat(document["first"]),
            last=date.fromisoformat(document["last"]),
            mornings=tuple(document["mornings"]),
            afternoons=tuple(document["afternoons"]),
            closed=tuple(map(date.fromisoformat, document["closed"])),
            counters=tuple(document["counters"]),
            each=document["each"],
            served=document["served"],
            cap=document["cap"],
        )

    def faults(self) -> Iterator[Fault]:
        """Name what no counters could carry: the part of the plan, a catalogue text, its values."""
        if not 0 < len(self.field.strip()) <= LONGEST_FIELD:
            yield "session_field", N_("Name the field in at most 200 characters."), {}
        if not 0 <= (self.last - self.first).days < LONGEST_PERIOD:
            yield "session_last", N_("The last day comes after the first, within one year."), {}
        if not {*self.mornings, *self.afternoons} <= {*WEEKDAYS}:
            yield "session_mornings", N_("Not a valid choice."), {}
        for part, value, most in (
            ("session_each", self.each, LARGEST_EACH),
            ("session_served", self.served, LARGEST_SERVED),
            ("session_cap", self.cap, LARGEST_CAP),
        ):
            if not 1 <= value <= most:
                bounds = {"least": 1, "most": most}
                yield part, N_("Enter a number from %(least)d to %(most)d."), bounds

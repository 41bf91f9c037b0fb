"""A plan's counter sessions laid over the counters of the units on a list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.queries import counters
from app.queries.counters import CounterView
from app.queries.frames import OriginCount
from app.services.errors import FieldFault, InvalidInputError
from app.services.plans import Plan
from app.services.previewing import Preview
from app.services.session_plans import SessionPlan
from app.texts import N_
from sampling.sessions import Session, session_frame

# At most so much of a unit's sample should come from sessions.
LARGEST_SHARE = 0.25


@dataclass(frozen=True)
class UnitSessions:
    """The sessions of a unit under a plan.

    Attributes
    ----------
    frame, drawn : int
        Half-days that its counters are open, and those to draw.
    asked : int
        People expected in the drawn ones.
    share : float
        Their part of everybody whom the unit's sample asks.
    below_k : bool
        Whether so few answers are expected that they will speak of no single unit.
    """

    code: str
    name: str
    counters: int
    frame: int
    drawn: int
    asked: int
    share: float
    below_k: bool

    @property
    def heavy(self) -> bool:
        """Whether sessions are more of the sample than they should be."""
        return self.share > LARGEST_SHARE


@dataclass(frozen=True)
class SessionOutlook:
    """A session plan laid over the counters of the units on the list.

    Attributes
    ----------
    without : tuple of str
        Units on the list that have no counter in the plan.
    """

    units: tuple[UnitSessions, ...]
    without: tuple[str, ...]

    @property
    def heavy(self) -> tuple[UnitSessions, ...]:
        """List the units with too large a share."""
        return tuple(unit for unit in self.units if unit.heavy)


def outlook(counts: Sequence[OriginCount], plan: Plan, preview: Preview) -> SessionOutlook | None:
    """Tell what the sessions of a plan would be; None if it has none.

    Raises
    ------
    InvalidInputError
        If counters, hours and list cannot carry it; its faults are `FieldFault` values.
    """
    if plan.sessions is None:
        return None
    points = points_of(counts, plan.sessions)
    frame = Counter(session.unit for session in laid_out(points, plan.sessions))
    each = Counter(point.unit_code for point in points)
    units = []
    for unit in preview.units:
        if not (size := frame[unit.code]):
            continue
        drawn = min(size, plan.sessions.each)
        asked = drawn * plan.sessions.served
        share = asked / (asked + unit.drawn)
        below = asked * plan.expected_response < plan.k
        told = UnitSessions(unit.code, unit.name, each[unit.code], size, drawn, asked, share, below)
        units.append(told)
    without = tuple(unit.name for unit in preview.units if not frame[unit.code])
    return SessionOutlook(tuple(units), without)


def points_of(counts: Sequence[OriginCount], plan: SessionPlan) -> list[CounterView]:
    """Find the counters of a plan, all of units on the list.

    Raises
    ------
    InvalidInputError
        If one is unknown, there is none, or the list holds what they would ask about.
    """
    listed = {count.unit_code for count in counts}
    known = {point.code: point for point in counters.all_counters() if point.active}
    wanted = plan.counters or tuple(known)
    faults = [
        FieldFault(
            "session_counters",
            N_("No active counter of a unit on the list has the code %(code)s."),
            {"code": code},
        )
        for code in plan.counters
        if code not in known or known[code].unit_code not in listed
    ]
    points = [known[code] for code in wanted if code in known and known[code].unit_code in listed]
    if not points and not faults:
        text = N_("The units on the list have no active counter: add their counters first.")
        faults.append(FieldFault("session_counters", text))
    name = plan.field.strip().casefold()
    twice = sum(count.dossiers for count in counts if count.field.strip().casefold() == name)
    if twice:
        text = N_(
            "The list holds %(count)s dossiers of this field: they would count twice. Take them "
            "off the list, or draw no sessions."
        )
        faults.append(FieldFault("session_field", text, {"count": twice}))
    if faults:
        raise InvalidInputError(N_("The plan does not fit the list."), faults)
    return points


def laid_out(points: Sequence[CounterView], plan: SessionPlan) -> tuple[Session, ...]:
    """List the half-days in which counters are open.

    Raises
    ------
    InvalidInputError
        If there is none.
    """
    units = {point.code: point.unit_code for point in points}
    frame = session_frame(units, plan.first, plan.last, plan.hours)
    if not frame:
        text = N_("No counter is open in this period.")
        raise InvalidInputError(text, [FieldFault("session_last", text)])
    return frame

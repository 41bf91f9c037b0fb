"""What is known of a unit that may have few answers, put together for `low_response`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from app import clock
from app.queries import field_monitor as rows, frames
from app.queries.frames import FrameView
from app.queries.rounds import RoundView
from app.services import field_monitor, low_response
from app.services.field_monitor import Monitor
from app.services.field_units import UnitField
from app.services.low_response import Finding, UnitFacts
from app.vocabulary import RoundState


@dataclass(frozen=True)
class UnitFieldwork:
    """A unit of a round, and why it may have few answers."""

    unit: UnitField
    findings: list[Finding]


def of_unit(found: RoundView, code: str) -> UnitFieldwork | None:
    """Look for causes in a unit of a round; None if the round has no fieldwork there."""
    monitor = field_monitor.of_round(found)
    units = monitor.units if monitor else ()
    unit = next((unit for unit in units if unit.code == code), None)
    if monitor is None or unit is None:
        return None
    return UnitFieldwork(unit, low_response.causes(facts(found, monitor, unit)))


def facts(found: RoundView, monitor: Monitor, unit: UnitField) -> UnitFacts:
    """Read what the monitor does not show of a unit, and put all of it together."""
    frame = frames.of_round(found.id)
    contacts = rows.contacts(frame.id, unit.id) if frame else None
    return UnitFacts(
        open=found.state is RoundState.OPEN,
        population=unit.population,
        usual_population=usual_population(monitor.units, unit),
        list_age=list_age(frame, monitor),
        empty_months=empty_months(frame, unit.code),
        drawn=unit.drawn,
        invited=unit.invited,
        slips=unit.slips,
        codes=unit.codes,
        posters=rows.counters().get(unit.id, 0),
        dossiers=contacts.dossiers if contacts else 0,
        reachable=contacts.reachable if contacts and contacts.contacts else None,
        barred=contacts.barred if contacts else 0,
        answered=unit.answered,
        opened=unit.opened,
        usual_rate=monitor.rates.rr1 if monitor.rates else None,
    )


def usual_population(units: Sequence[UnitField], unit: UnitField) -> float | None:
    """Tell how many dossiers the other units of a level usually have; None without others."""
    others = [each.population for each in units if each.level == unit.level and each != unit]
    return float(median(others)) if others else None


def list_age(frame: FrameView | None, monitor: Monitor) -> int | None:
    """Count the days from the last dossier of the list until now, or the end of the fieldwork."""
    period = frame.report.get("period") if frame else None
    if not period:
        return None
    ended = monitor.state is not RoundState.OPEN and monitor.days
    until = monitor.days[-1].day if ended else clock.today()
    return max((until - date.fromisoformat(period[1])).days, 0)


def empty_months(frame: FrameView | None, code: str) -> int | None:
    """Count the months of the list's period without a dossier of the unit."""
    if frame is None or "gaps" not in frame.report:
        return None
    return len(frame.report["gaps"].get(code, ()))

"""The drawn sessions of a round: a calendar, and a list of those of a day or a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import render_template, request, url_for

from app import clock
from app.queries import counter_sessions as rows, rounds
from app.queries.counter_sessions import Wanted
from app.web import access
from app.web.counter_sessions.site import (
    KEEPERS,
    blueprint,
    crumbs,
    half_name,
    own_units,
    the_round,
)

PER_PAGE = 50


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar with its sessions, and how many of them have no minutes."""

    day: date
    sessions: int
    open: int


@dataclass(frozen=True)
class Month:
    """A month as weeks from Monday to Sunday; None for days of other months."""

    first: date
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


@blueprint.get("")
@access.scoped(*KEEPERS)
def all_sessions(round_id: int) -> str:
    """Show the calendar of a round, and the sessions that the address asks for."""
    found, wanted = the_round(round_id), asked_for(round_id)
    days = rows.days(Wanted(round_id, wanted.units, wanted.unit_id))
    count = sum(
        left if wanted.still_open else drawn
        for day, (drawn, left) in days.items()
        if wanted.day in {None, day}
    )
    last = max(1, -(-count // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), last)
    filters: dict[str, Any] = {
        "unit": wanted.unit_id,
        "day": wanted.day.isoformat() if wanted.day else None,
        "open": 1 if wanted.still_open else None,
    }
    today = clock.today()
    return render_template(
        "counter_sessions/all.html",
        round=found,
        field=(found.plan or {}).get("sessions", {}).get("field", ""),
        sessions=rows.listed(wanted, PER_PAGE, (number - 1) * PER_PAGE),
        months=months(days),
        drawn=sum(drawn for drawn, _ in days.values()),
        left=sum(left for _, left in days.values()),
        late=sum(left for day, (_, left) in days.items() if day < today),
        units=rows.units_of(round_id, own_units()),
        wanted=wanted,
        count=count,
        today=today,
        number=number,
        last=last,
        href=partial(page_href, round_id, filters),
        half_name=half_name,
        crumbs=crumbs(found),
    )


def asked_for(round_id: int) -> Wanted:
    """Read which sessions are meant; nobody gets those of units that are not theirs."""
    unit_id = request.args.get("unit", type=int)
    return Wanted(
        round_id,
        own_units(),
        None if unit_id is None else min(max(0, unit_id), rounds.LARGEST_KEY),
        read_day(request.args.get("day", "")),
        bool(request.args.get("open")),
    )


def read_day(text: str) -> date | None:
    """Read a day of an address; None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def months(days: Mapping[date, tuple[int, int]]) -> list[Month]:
    """Lay days out by month; months without any session are left out."""
    firsts = sorted({day.replace(day=1) for day in days})
    return [Month(first, _weeks(first, days)) for first in firsts]


def _weeks(
    first: date, days: Mapping[date, tuple[int, int]]
) -> tuple[tuple[CalendarDay | None, ...], ...]:
    weeks, monday = [], first - timedelta(first.weekday())
    while monday < first or monday.month == first.month:
        week = [monday + timedelta(offset) for offset in range(7)]
        weeks.append(
            tuple(
                CalendarDay(day, *days.get(day, (0, 0))) if day.month == first.month else None
                for day in week
            )
        )
        monday += timedelta(7)
    return tuple(weeks)


def page_href(round_id: int, filters: Mapping[str, Any], number: int) -> str:
    """Lead to a page of the list."""
    return url_for("counter_sessions.all_sessions", round_id=round_id, page=number, **filters)

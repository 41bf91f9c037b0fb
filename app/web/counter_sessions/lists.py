"""The drawn sessions of a round: a calendar, and a list of those of a day or a unit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import render_template, url_for

from app import clock
from app.queries import counter_sessions as rows
from app.queries.counter_sessions import Wanted
from app.web import access, day_papers
from app.web.counter_sessions.site import (
    KEEPERS,
    blueprint,
    crumbs,
    half_name,
    own_units,
)
from app.web.day_papers import PER_PAGE, filters, page_of
from app.web.given_round import the_round


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
    number, last = page_of(count)
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
        href=partial(page_href, round_id, filters(wanted)),
        half_name=half_name,
        crumbs=crumbs(found),
    )


def asked_for(round_id: int) -> Wanted:
    """Read which sessions are meant; nobody gets those of units that are not theirs."""
    return day_papers.asked_for(Wanted, round_id, KEEPERS)


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


def page_href(round_id: int, kept: Mapping[str, Any], number: int) -> str:
    """Lead to a page of the list."""
    return url_for("counter_sessions.all_sessions", round_id=round_id, page=number, **kept)

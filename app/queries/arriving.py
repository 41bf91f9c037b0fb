"""Rounds whose dossiers arrive: the lists that came, and what is published of the draw."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.extensions import db
from app.models import Arrival, ArrivedList, ArrivingPeriod, Cell, Dossier, Unit
from app.vocabulary import ArrivalState, CellLevel


@dataclass(frozen=True)
class ListView:
    """A list that came.

    Attributes
    ----------
    shown : tuple of dict
        The first of its faults: code, column, stored and found value.
    """

    id: int
    filename: str
    day: date
    state: ArrivalState
    job_id: int | None
    dossiers: int
    repeated: int
    faults: int
    shown: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class DayCount:
    """Dossiers of a unit that came on a day; how many of them were drawn is told by nothing."""

    day: date
    unit_code: str
    unit_name: str
    dossiers: int


@dataclass(frozen=True)
class RateSize:
    """A stratum with its rate and, once the seed is out, how many were drawn."""

    label: str
    rate: str
    population: int
    drawn: int | None


@dataclass(frozen=True)
class PeriodView:
    """What is published of a period; record and leaves are empty until its end."""

    promise: bytes
    record: bytes
    leaves: bytes
    revealed_at: datetime | None


def period(round_id: int) -> PeriodView | None:
    """Find the period of a round; None where dossiers do not arrive."""
    found = db.session.get(ArrivingPeriod, round_id, populate_existing=True)
    if found is None:
        return None
    return PeriodView(found.promise, found.record or b"", found.leaves or b"", found.revealed_at)


def lists(round_id: int) -> list[ListView]:
    """List what came, the newest first."""
    query = select(ArrivedList).where(ArrivedList.round_id == round_id)
    return [
        ListView(
            *(it.id, it.filename, it.day, it.state, it.job_id),
            *(it.dossiers, it.repeated, it.faults),
            tuple(it.shown),
        )
        for it in db.session.scalars(query.order_by(ArrivedList.id.desc()))
    ]


def days(round_id: int) -> list[DayCount]:
    """Count what came by day and unit, the newest day first."""
    query = (
        select(ArrivedList.day, Unit.code, Unit.name, func.count(Arrival.dossier_id))
        .join(ArrivedList, ArrivedList.id == Arrival.list_id)
        .join(Dossier, Dossier.id == Arrival.dossier_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .where(ArrivedList.round_id == round_id)
        .group_by(ArrivedList.day, Unit.code, Unit.name)
        .order_by(ArrivedList.day.desc(), Unit.code)
    )
    return [DayCount(*row) for row in db.session.execute(query)]


def strata(round_id: int, rates: dict[str, str], *, revealed: bool) -> list[RateSize]:
    """List the strata with their rates; drawn numbers wait for the seed.

    From one day to the next they would tell of a small stratum who was drawn.
    """
    query = select(Cell.label, Cell.population, Cell.drawn).where(
        Cell.round_id == round_id, Cell.level == CellLevel.STRATUM
    )
    found = (
        RateSize(row.label, rates[row.label], row.population, row.drawn if revealed else None)
        for row in db.session.execute(query)
    )
    return sorted(found, key=lambda it: it.label)

"""Print runs of invitation slips and what became of them; never who answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.extensions import db
from app.models import Account, Ballot, Counter, Dossier, SlipRun, Token, Unit
from app.queries.day_papers import Papers, WantedPapers, named_units
from app.queries.rounds import LARGEST_KEY


@dataclass(frozen=True, kw_only=True)
class RunView(Papers):
    """A print run; `counter_name` is "" where slips were printed for the unit as a whole."""

    printed: int
    printed_at: datetime

    @property
    def missing(self) -> int | None:
        """Slips that nobody can account for; below 0 when more were counted than printed."""
        return self.unaccounted(self.printed)


@dataclass(frozen=True)
class RunTotals:
    """Sums over runs; what was counted concerns those that were reconciled."""

    runs: int
    open: int
    printed: int
    handed: int
    returned: int
    spoiled: int
    missing: int


class Wanted(WantedPapers):
    """Which runs of a round are meant."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say it in SQL."""
        narrowed = self.narrowed(SlipRun.unit_id, SlipRun.day, SlipRun.closed_at)
        return [SlipRun.round_id == self.round_id, *narrowed]


def one(run_id: int) -> RunView | None:
    """Find a run; a number that no key can have finds none."""
    if not 0 < run_id <= LARGEST_KEY:
        return None
    row = db.session.execute(_runs().where(SlipRun.id == run_id)).first()
    return _view(row) if row else None


def listed(wanted: Wanted, limit: int | None = None, offset: int = 0) -> list[RunView]:
    """List runs, those of the latest day first, in a day by unit and point."""
    order = (SlipRun.day.desc(), Unit.code, func.coalesce(Counter.name, ""), SlipRun.id)
    query = _runs().where(*wanted.conditions()).order_by(*order)
    return [_view(row) for row in db.session.execute(query.limit(limit).offset(offset))]


def totals(wanted: Wanted) -> RunTotals:
    """Add runs up."""
    closed = SlipRun.closed_at.is_not(None)
    counted = [SlipRun.handed, SlipRun.returned, SlipRun.spoiled]
    row = db.session.execute(
        select(
            func.count(SlipRun.id),
            func.count(SlipRun.id).filter(~closed),
            *(func.coalesce(func.sum(part), 0) for part in (SlipRun.printed, *counted)),
            func.coalesce(func.sum(SlipRun.printed).filter(closed), 0),
        ).where(*wanted.conditions())
    ).one()
    runs, still_open, printed, handed, returned, spoiled, of_closed = map(int, row)
    missing = of_closed - handed - returned - spoiled
    return RunTotals(runs, still_open, printed, handed, returned, spoiled, missing)


def late_runs(units: Collection[int] | None, today: date) -> dict[int, int]:
    """Count the open runs of earlier days for each round."""
    query = select(SlipRun.round_id, func.count().label("open")).where(
        SlipRun.closed_at.is_(None), SlipRun.day < today
    )
    if units is not None:
        query = query.where(SlipRun.unit_id.in_(units))
    rows = db.session.execute(query.group_by(SlipRun.round_id))
    return {row.round_id: row.open for row in rows}


def rounds_with_runs(units: Collection[int] | None) -> frozenset[int]:
    """Tell which rounds have had slips printed."""
    query = select(SlipRun.round_id).distinct()
    if units is not None:
        query = query.where(SlipRun.unit_id.in_(units))
    return frozenset(db.session.scalars(query))


def units_of(round_id: int, units: Collection[int] | None) -> list[tuple[int, str]]:
    """List the units that have runs: number and name, by code."""
    return named_units(select(SlipRun.unit_id).where(*Wanted(round_id, units).conditions()))


def valid_slips(run_id: int) -> dict[str, bytes]:
    """Give the hashes of the tokens of a run that still open something, by dossier code.

    Spending a ballot leaves its tokens where they are, so that this tells nothing of answers.
    """
    query = (
        select(Dossier.code, Token.hash)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .join(Token, Token.ballot_id == Ballot.id)
        .where(Token.slip_run_id == run_id)
        .order_by(Dossier.code)
    )
    return {row.code: row.hash for row in db.session.execute(query)}


def _runs() -> Select[*tuple[Any, ...]]:
    return (
        select(SlipRun, Unit.code, Unit.name, Counter.name, Account.name)
        .join(Unit, Unit.id == SlipRun.unit_id)
        .outerjoin(Counter, Counter.id == SlipRun.counter_id)
        .outerjoin(Account, Account.id == SlipRun.closed_by)
        .execution_options(populate_existing=True)
    )


def _view(row: Any) -> RunView:
    run, unit_code, unit_name, counter_name, closer = row
    return RunView(
        id=run.id,
        round_id=run.round_id,
        unit_id=run.unit_id,
        unit_code=unit_code,
        unit_name=unit_name,
        counter_name=counter_name or "",
        day=run.day,
        handed=run.handed,
        returned=run.returned,
        spoiled=run.spoiled,
        note=run.note,
        closed_at=run.closed_at,
        closer=closer or "",
        printed=run.printed,
        printed_at=run.printed_at,
    )

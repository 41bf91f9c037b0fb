"""Print runs of invitation slips and what became of them; never who answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.extensions import db
from app.models import Account, Ballot, Counter, Dossier, SlipRun, Token, Unit
from app.queries.rounds import LARGEST_KEY


@dataclass(frozen=True)
class RunView:
    """A print run.

    Attributes
    ----------
    counter_name : str
        "" where the slips were printed for the unit as a whole.
    handed, returned, spoiled : int or None
        None until the run is reconciled.
    closer : str
        Who reconciled it; "" before.
    """

    id: int
    round_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    counter_name: str
    day: date
    printed: int
    handed: int | None
    returned: int | None
    spoiled: int | None
    note: str
    printed_at: datetime
    closed_at: datetime | None
    closer: str

    @property
    def closed(self) -> bool:
        """Whether it was reconciled."""
        return self.closed_at is not None

    @property
    def missing(self) -> int | None:
        """Slips that nobody can account for; below 0 when more were counted than printed."""
        if self.handed is None or self.returned is None or self.spoiled is None:
            return None
        return self.printed - self.handed - self.returned - self.spoiled

    def late(self, today: date) -> bool:
        """Whether it is of an earlier day and still open."""
        return not self.closed and self.day < today


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


@dataclass(frozen=True)
class Wanted:
    """Which runs of a round are meant.

    Attributes
    ----------
    units : collection of int or None
        Units that the reader may see; None for all.
    """

    round_id: int
    units: Collection[int] | None = None
    unit_id: int | None = None
    day: date | None = None
    still_open: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say it in SQL."""
        found: list[ColumnElement[bool]] = [SlipRun.round_id == self.round_id]
        if self.units is not None:
            found.append(SlipRun.unit_id.in_(self.units))
        if self.unit_id is not None:
            found.append(SlipRun.unit_id == self.unit_id)
        if self.day is not None:
            found.append(SlipRun.day == self.day)
        if self.still_open:
            found.append(SlipRun.closed_at.is_(None))
        return found


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
    wanted = Wanted(round_id, units)
    query = (
        select(Unit.id, Unit.name)
        .join(SlipRun, SlipRun.unit_id == Unit.id)
        .where(*wanted.conditions())
        .group_by(Unit.id, Unit.code, Unit.name)
        .order_by(Unit.code)
    )
    return [(number, name) for number, name in db.session.execute(query)]


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
        run.id,
        run.round_id,
        run.unit_id,
        unit_code,
        unit_name,
        counter_name or "",
        run.day,
        run.printed,
        run.handed,
        run.returned,
        run.spoiled,
        run.note,
        run.printed_at,
        run.closed_at,
        closer or "",
    )

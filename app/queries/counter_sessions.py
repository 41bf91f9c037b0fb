"""Drawn counter sessions: where and when they are, and what their minutes say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.clock import LOCAL
from app.extensions import db
from app.models import Account, Ballot, Counter, CounterSession, Round, Token, Unit
from app.queries.rounds import LARGEST_KEY
from app.vocabulary import Half, RoundState

NOON = time(12)


@dataclass(frozen=True)
class RunningSession:
    """The drawn session that a counter is in."""

    id: int
    round_id: int
    cell_id: int
    counter_id: int
    turns_left: int


@dataclass(frozen=True)
class SessionView:
    """A drawn session.

    Attributes
    ----------
    cap : int
        Most cards and kiosk turns together.
    served, handed, returned, spoiled : int or None
        None until the session is closed, and `served` also where it was not held.
    closer : str
        Who entered the minutes; "" before.
    """

    id: int
    round_id: int
    cell_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    counter_id: int
    counter_code: str
    counter_name: str
    day: date
    half: Half
    cap: int
    cards: int
    turns: int
    served: int | None
    handed: int | None
    returned: int | None
    spoiled: int | None
    witness: str
    note: str
    closed_at: datetime | None
    closer: str

    @property
    def closed(self) -> bool:
        """Whether its minutes are entered."""
        return self.closed_at is not None

    @property
    def held(self) -> bool:
        """Whether it is closed and took place."""
        return self.served is not None

    @property
    def missing(self) -> int | None:
        """Cards that nobody can account for; below 0 when more were counted than printed."""
        if self.handed is None or self.returned is None or self.spoiled is None:
            return None
        return self.cards - self.handed - self.returned - self.spoiled

    def late(self, today: date) -> bool:
        """Whether its day is over and its minutes are missing."""
        return not self.closed and self.day < today


@dataclass(frozen=True)
class Wanted:
    """Which drawn sessions of a round are meant.

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
        found: list[ColumnElement[bool]] = [
            CounterSession.round_id == self.round_id,
            CounterSession.cell_id.is_not(None),
        ]
        if self.units is not None:
            found.append(Counter.unit_id.in_(self.units))
        if self.unit_id is not None:
            found.append(Counter.unit_id == self.unit_id)
        if self.day is not None:
            found.append(CounterSession.day == self.day)
        if self.still_open:
            found.append(CounterSession.closed_at.is_(None))
        return found


def running(counter_id: int, now: datetime) -> RunningSession | None:
    """Find the drawn session of an open round that a counter is in at a moment.

    Parameters
    ----------
    now : datetime
        With its time zone; day and half are those of Vietnam, where afternoon begins at 12.
    """
    local = now.astimezone(LOCAL)
    half = Half.MORNING if local.time() < NOON else Half.AFTERNOON
    left = CounterSession.cap - CounterSession.cards - CounterSession.turns
    query = (
        select(
            CounterSession.id,
            CounterSession.round_id,
            CounterSession.cell_id,
            CounterSession.counter_id,
            left,
        )
        .join(Round, Round.id == CounterSession.round_id)
        .where(
            CounterSession.counter_id == counter_id,
            CounterSession.day == local.date(),
            CounterSession.half == half,
            CounterSession.cell_id.is_not(None),
            CounterSession.closed_at.is_(None),
            Round.state == RoundState.OPEN,
        )
        .order_by(CounterSession.round_id.desc())
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    number, round_id, cell_id, counter, turns_left = row
    return RunningSession(number, round_id, cell_id or 0, counter, max(0, turns_left))


def one(session_id: int) -> SessionView | None:
    """Find a drawn session; a number that no key can have finds none."""
    if not 0 < session_id <= LARGEST_KEY:
        return None
    query = _sessions().where(CounterSession.id == session_id, CounterSession.cell_id.is_not(None))
    row = db.session.execute(query).first()
    return _view(row) if row else None


def listed(wanted: Wanted, limit: int | None = None, offset: int = 0) -> list[SessionView]:
    """List drawn sessions by day, half, unit and counter."""
    morning_first = CounterSession.half.desc()
    order = (CounterSession.day, morning_first, Unit.code, Counter.code)
    query = _sessions().where(*wanted.conditions()).order_by(*order)
    return [_view(row) for row in db.session.execute(query.limit(limit).offset(offset))]


def days(wanted: Wanted) -> dict[date, tuple[int, int]]:
    """Count for each day the drawn sessions, and those whose minutes are missing."""
    query = (
        select(
            CounterSession.day,
            func.count(),
            func.count().filter(CounterSession.closed_at.is_(None)),
        )
        .join(Counter, Counter.id == CounterSession.counter_id)
        .where(*wanted.conditions())
        .group_by(CounterSession.day)
        .order_by(CounterSession.day)
    )
    return {day: (drawn, left) for day, drawn, left in db.session.execute(query)}


def units_of(round_id: int, units: Collection[int] | None) -> list[tuple[int, str]]:
    """List the units that have drawn sessions: number and name, by code."""
    query = (
        select(Unit.id, Unit.name)
        .join(Counter, Counter.unit_id == Unit.id)
        .join(CounterSession, CounterSession.counter_id == Counter.id)
        .where(*Wanted(round_id, units).conditions())
        .group_by(Unit.id, Unit.code, Unit.name)
        .order_by(Unit.code)
    )
    return [(number, name) for number, name in db.session.execute(query)]


def frame_sizes(round_id: int) -> dict[str, int]:
    """Count the half-days on the session frame of a round by code of the unit."""
    query = (
        select(Unit.code, func.count())
        .select_from(CounterSession)
        .join(Counter, Counter.id == CounterSession.counter_id)
        .join(Unit, Unit.id == Counter.unit_id)
        .where(CounterSession.round_id == round_id)
        .group_by(Unit.code)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def valid_cards(session_id: int) -> dict[int, bytes]:
    """Give the hashes of the tokens of a session that still open something, by card number.

    Spending a ballot leaves its token where it is, so that this tells nothing of answers.
    """
    query = (
        select(Ballot.rank, Token.hash)
        .join(Token, Token.ballot_id == Ballot.id)
        .where(Ballot.session_id == session_id, Ballot.rank > 0)
        .order_by(Ballot.rank)
    )
    return {row.rank: row.hash for row in db.session.execute(query)}


def _sessions() -> Select[*tuple[Any, ...]]:
    return (
        select(CounterSession, Unit, Counter.code, Counter.name, Account.name)
        .join(Counter, Counter.id == CounterSession.counter_id)
        .join(Unit, Unit.id == Counter.unit_id)
        .outerjoin(Account, Account.id == CounterSession.closed_by)
        .execution_options(populate_existing=True)
    )


def _view(row: Any) -> SessionView:
    found, unit, counter_code, counter_name, closer = row
    return SessionView(
        found.id,
        found.round_id,
        found.cell_id,
        unit.id,
        unit.code,
        unit.name,
        found.counter_id,
        counter_code,
        counter_name,
        found.day,
        found.half,
        found.cap,
        found.cards,
        found.turns,
        found.served,
        found.handed,
        found.returned,
        found.spoiled,
        found.witness,
        found.note,
        found.closed_at,
        closer or "",
    )

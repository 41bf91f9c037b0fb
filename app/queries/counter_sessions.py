"""Drawn counter sessions: where and when they are, and what their minutes say."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.clock import LOCAL
from app.extensions import db
from app.models import Account, Ballot, Counter, CounterSession, Round, Token, Unit
from app.queries.day_papers import Papers, WantedPapers, named_units
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


@dataclass(frozen=True, kw_only=True)
class SessionView(Papers):
    """A drawn session.

    Attributes
    ----------
    cap : int
        Most cards and kiosk turns together.
    served : int or None
        None until the session is closed, and where it was not held.
    """

    cell_id: int
    counter_id: int
    counter_code: str
    half: Half
    cap: int
    cards: int
    turns: int
    served: int | None
    witness: str

    @property
    def held(self) -> bool:
        """Whether it is closed and took place."""
        return self.served is not None

    @property
    def missing(self) -> int | None:
        """Cards that nobody can account for; below 0 when more were counted than printed."""
        return self.unaccounted(self.cards)


class Wanted(WantedPapers):
    """Which drawn sessions of a round are meant."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Say it in SQL."""
        return [
            CounterSession.round_id == self.round_id,
            CounterSession.cell_id.is_not(None),
            *self.narrowed(Counter.unit_id, CounterSession.day, CounterSession.closed_at),
        ]


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
    numbers = (
        select(Counter.unit_id)
        .join(CounterSession, CounterSession.counter_id == Counter.id)
        .where(*Wanted(round_id, units).conditions())
    )
    return named_units(numbers)


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
        id=found.id,
        round_id=found.round_id,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        counter_name=counter_name,
        day=found.day,
        handed=found.handed,
        returned=found.returned,
        spoiled=found.spoiled,
        note=found.note,
        closed_at=found.closed_at,
        closer=closer or "",
        cell_id=found.cell_id,
        counter_id=found.counter_id,
        counter_code=counter_code,
        half=found.half,
        cap=found.cap,
        cards=found.cards,
        turns=found.turns,
        served=found.served,
        witness=found.witness,
    )

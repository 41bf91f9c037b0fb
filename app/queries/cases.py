"""What staff noted of attempts to reach people, counted by stratum, whoever has answered or not."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, func, select

from app.extensions import db
from app.models import Ballot, Cell, Dossier, DrawnCase, Frame, ReserveRelease, SlipRun, Token, Unit
from app.queries.ballots import DRAWN
from app.vocabulary import CaseChannel, CaseOutcome, CellLevel, FrameState

AT_ONCE = 500
# The stratum that a ballot's cell is, or is a part of.
STRATUM = case((Cell.level == CellLevel.MIXING, Cell.parent_id), else_=Cell.id)
Ended = tuple[CaseOutcome, CaseChannel]


@dataclass(frozen=True)
class StratumSize:
    """A stratum of listed dossiers: those there are, and those that count as drawn."""

    id: int
    label: str
    unit_code: str
    unit_name: str
    population: int
    drawn: int

    @property
    def name(self) -> str:
        """What people call it: its unit, and its field of work where it has one."""
        inside = self.label.removeprefix(f"{self.unit_code}/")
        whole = f"{self.unit_name} ({self.unit_code})"
        return whole if inside == self.label else f"{whole} · {inside}"


@dataclass(frozen=True)
class ReleaseView:
    """Reserves that were asked for, and whether they are in use."""

    id: int
    round_id: int
    cell_id: int
    stratum: str
    first_rank: int
    count: int
    released: bool
    ranks_hash: str


def strata(round_id: int) -> list[StratumSize]:
    """List the strata of a drawn round by label."""
    query = (
        select(Cell.id, Cell.label, Unit.code, Unit.name, Cell.population, Cell.drawn)
        .join(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level == CellLevel.STRATUM)
    )
    found = (StratumSize(*row) for row in db.session.execute(query))
    return sorted(found, key=lambda stratum: stratum.label)


def ended(round_id: int) -> dict[int, dict[Ended, int]]:
    """Count the drawn dossiers of each stratum, by its cell, and what staff noted of them.

    Whether somebody answered is not looked at: from a count that did, whoever notes outcomes one
    by one could tell who has (0047).
    """
    query = (
        select(STRATUM, DrawnCase.outcome, DrawnCase.channel, func.count(DrawnCase.id))
        .join(Ballot, Ballot.dossier_id == DrawnCase.dossier_id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .where(DrawnCase.round_id == round_id, Ballot.round_id == round_id)
        .where(Ballot.drawn == DRAWN, Cell.level.in_([CellLevel.MIXING, CellLevel.STRATUM]))
        .group_by(STRATUM, DrawnCase.outcome, DrawnCase.channel)
    )
    found: dict[int, dict[Ended, int]] = {}
    for cell, outcome, channel, count in db.session.execute(query):
        found.setdefault(cell, {})[outcome, channel] = count
    return found


def noted(round_id: int) -> dict[CaseOutcome, int]:
    """Count all that staff noted by outcome, drawn or not."""
    query = (
        select(DrawnCase.outcome, func.count(DrawnCase.id))
        .where(DrawnCase.round_id == round_id)
        .group_by(DrawnCase.outcome)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def dossiers(round_id: int, codes: Sequence[str], kinds: Sequence[str]) -> dict[str, int]:
    """Find dossiers of the list that a round may ask about, by code.

    Parameters
    ----------
    kinds : sequence of str
        Kinds of respondent; every kind when empty.
    """
    query = (
        select(Dossier.code, Dossier.id)
        .join(Frame, Frame.id == Dossier.frame_id)
        .where(Frame.round_id == round_id, Frame.state == FrameState.CURRENT)
    )
    if kinds:
        query = query.where(Dossier.respondent_kind.in_(kinds))
    found: dict[str, int] = {}
    for start in range(0, len(codes), AT_ONCE):
        some = Dossier.code.in_(codes[start : start + AT_ONCE])
        found |= {row.code: row.id for row in db.session.execute(query.where(some))}
    return found


def releases(round_id: int) -> list[ReleaseView]:
    """List what was asked for and put to use, in the order in which it was asked."""
    return _views(ReserveRelease.round_id == round_id)


def release(release_id: int) -> ReleaseView | None:
    """Find what was asked for."""
    return next(iter(_views(ReserveRelease.id == release_id)), None)


def released(round_id: int) -> Mapping[int, int]:
    """Count the reserves in use by stratum."""
    found: dict[int, int] = {}
    for each in releases(round_id):
        if each.released:
            found[each.cell_id] = found.get(each.cell_id, 0) + each.count
    return found


def _views(which: ColumnElement[bool]) -> list[ReleaseView]:
    query = (
        select(
            ReserveRelease.id,
            ReserveRelease.round_id,
            ReserveRelease.cell_id,
            Cell.label,
            ReserveRelease.first_rank,
            ReserveRelease.count,
            ReserveRelease.released_at.is_not(None),
            ReserveRelease.ranks_hash,
        )
        .join(Cell, Cell.id == ReserveRelease.cell_id)
        .where(which)
        .order_by(ReserveRelease.id)
    )
    return [ReleaseView(*row) for row in db.session.execute(query)]


def noted_on(round_id: int, day: date) -> int:
    """Count the dossiers, drawn or not, of which something was noted on a day."""
    query = select(func.count(DrawnCase.id)).where(
        DrawnCase.round_id == round_id, DrawnCase.noted_on == day
    )
    return db.session.scalar(query) or 0


def handed(round_id: int, first: date, last: date, leaving: Collection[int] = ()) -> int:
    """Count the drawn dossiers that had their first slip within some days, answered or not.

    Parameters
    ----------
    leaving : collection of int
        Cells of strata that are left out.
    """
    turn = _turn(round_id, first, last, leaving).subquery()
    return db.session.scalar(select(func.count()).select_from(turn)) or 0


def silent(round_id: int, first: date, last: date, leaving: Collection[int] = ()) -> list[int]:
    """List the drawn dossiers that had their first slip within some days and are silent, by number.

    For the worker that sends alone: never for a page, a file or the result of a job (0047).

    Parameters
    ----------
    leaving : collection of int
        Cells of strata that are left out.
    """
    ended_case = select(DrawnCase.id).where(
        DrawnCase.round_id == round_id, DrawnCase.dossier_id == Ballot.dossier_id
    )
    query = (
        _turn(round_id, first, last, leaving)
        .where(~Ballot.spent, ~ended_case.exists())
        .order_by(Ballot.dossier_id)
    )
    return [number for number in db.session.scalars(query) if number is not None]


def _turn(round_id: int, first: date, last: date, leaving: Collection[int]) -> Select[int | None]:
    """Find the drawn dossiers that had their first slip within some days, but of some strata."""
    first_slips = (
        select(Token.ballot_id, func.min(SlipRun.day).label("day"))
        .join(SlipRun, SlipRun.id == Token.slip_run_id)
        .where(SlipRun.round_id == round_id)
        .group_by(Token.ballot_id)
        .subquery()
    )
    return (
        select(Ballot.dossier_id)
        .join(first_slips, first_slips.c.ballot_id == Ballot.id)
        .join(Cell, Cell.id == Ballot.cell_id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN)
        .where(first_slips.c.day >= first, first_slips.c.day <= last)
        .where(STRATUM.not_in(leaving))
    )

"""Dossiers that slips are printed for: those of a day, those of a list of codes, those drawn.

Nothing here looks at what a ballot was used for.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Ballot, Dossier, Frame, Round, Token, Unit
from app.vocabulary import Door, FrameState

DRAWN = "P"
Rows = Select[*tuple[Any, ...]]
AT_ONCE = 5000
# Results are handed out where dossiers were taken in; most lists name one unit for both.
handed_out_by = func.coalesce(Dossier.receiving_unit_id, Dossier.unit_id)


@dataclass(frozen=True)
class SlipDossier:
    """A dossier that a slip may be printed for, with the unit that is rated."""

    id: int
    code: str
    unit_id: int
    unit_code: str
    unit_name: str


def drawn(round_id: int, unit_id: int | None = None) -> list[SlipDossier]:
    """List the drawn dossiers of a unit, or of all, by unit and code.

    Dossiers that were not drawn have a ballot only once somebody asked for one, so that a pile of
    slips for all ballots would tell who did.
    """
    query = (
        _dossiers()
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN)
        .order_by(Unit.code, Dossier.code)
    )
    return _listed(query if unit_id is None else query.where(Dossier.unit_id == unit_id))


def finished_on(round_id: int, unit_id: int, day: date) -> list[SlipDossier]:
    """List the dossiers that a unit hands out and whose result is dated a day, by code."""
    return _listed(_asked(round_id, unit_id).where(Dossier.finished == day))


def of_unit(round_id: int, unit_id: int) -> list[SlipDossier]:
    """List all dossiers that a unit hands out, by code."""
    return _listed(_asked(round_id, unit_id))


def units(round_id: int) -> list[tuple[int, int]]:
    """Count the dossiers that each unit hands out: unit and number."""
    rows = db.session.execute(
        _within(select(handed_out_by, func.count()).select_from(Dossier), round_id).group_by(
            handed_out_by
        )
    )
    return [(row[0], row[1]) for row in rows]


def finished_counts(round_id: int, first: date, last: date) -> dict[tuple[int, date], int]:
    """Count the dossiers that each unit hands out by the day of their result: unit and day."""
    rows = db.session.execute(
        _within(
            select(handed_out_by, Dossier.finished, func.count()).select_from(Dossier), round_id
        )
        .where(Dossier.finished >= first, Dossier.finished <= last)
        .group_by(handed_out_by, Dossier.finished)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def with_slips(dossier_ids: list[int], round_id: int) -> int:
    """Count those of some dossiers that have a valid slip already."""
    found = 0
    for start in range(0, len(dossier_ids), AT_ONCE):
        some = dossier_ids[start : start + AT_ONCE]
        query = (
            select(func.count(Ballot.id.distinct()))
            .join(Token, Token.ballot_id == Ballot.id)
            .where(Ballot.round_id == round_id, Ballot.dossier_id.in_(some))
            .where(Token.door == Door.SLIP)
        )
        found += db.session.scalar(query) or 0
    return found


def _dossiers() -> Rows:
    return select(Dossier.id, Dossier.code, Unit.id, Unit.code.label("unit_code"), Unit.name).join(
        Unit, Unit.id == Dossier.unit_id
    )


def _within(query: Rows, round_id: int) -> Rows:
    """Keep the dossiers of the list that counts, of the people whom the round asks."""
    kept = query.join(Frame, Frame.id == Dossier.frame_id).where(
        Frame.round_id == round_id, Frame.state == FrameState.CURRENT
    )
    plan = db.session.scalar(select(Round.plan).where(Round.id == round_id)) or {}
    kinds = plan.get("population", {}).get("respondents", [])
    return kept.where(Dossier.respondent_kind.in_(kinds)) if kinds else kept


def _asked(round_id: int, unit_id: int) -> Rows:
    query = _within(_dossiers(), round_id)
    return query.where(handed_out_by == unit_id).order_by(Dossier.code)


def _listed(query: Rows) -> list[SlipDossier]:
    return [SlipDossier(*row) for row in db.session.execute(query)]

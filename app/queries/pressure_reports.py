"""How many people say that they were pressed, by unit; for the survey's own staff alone."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Cell, PressureReport, Unit
from app.vocabulary import CellLevel


@dataclass(frozen=True)
class UnitReports:
    """Reports of people who answered about a unit.

    Attributes
    ----------
    code, name : str
        "" for answers that were opened together for the whole round.
    ballots : int
        How many were asked, known from the draw. How many answered is not told beside a small
        number: it could give away what other pages hide.
    """

    code: str
    name: str
    ballots: int
    reports: int


def by_unit(round_id: int) -> list[UnitReports]:
    """Count the settled reports of a round, the most first; units without any are left out."""
    asked = (
        select(Cell.unit_id, func.sum(Cell.drawn).label("ballots"))
        .where(Cell.round_id == round_id, Cell.level == CellLevel.UNIT)
        .group_by(Cell.unit_id)
        .subquery()
    )
    everybody = select(Cell.drawn).where(Cell.round_id == round_id, Cell.level == CellLevel.ROUND)
    reports = func.count(PressureReport.receipt_hash)
    query = (
        select(
            func.coalesce(Unit.code, ""),
            func.coalesce(Unit.name, ""),
            func.coalesce(asked.c.ballots, everybody.scalar_subquery(), 0),
            reports,
        )
        .select_from(PressureReport)
        .outerjoin(Unit, Unit.id == PressureReport.unit_id)
        .outerjoin(asked, and_(asked.c.unit_id == PressureReport.unit_id))
        .where(PressureReport.round_id == round_id)
        .group_by(Unit.code, Unit.name, asked.c.ballots)
        .order_by(reports.desc(), Unit.code)
    )
    return [UnitReports(*row) for row in db.session.execute(query)]

"""Opened answers of a round and the cells they were opened in.

All are of drawn dossiers and drawn sessions, which alone carry a weight, unless others are asked
for (0033, 0039).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVarTuple

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models import Answer, Box, Cell, Round, Unit
from app.queries.boxes import WEIGHTED_LEVELS
from app.vocabulary import CellLevel, RoundState

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True)
class CellView:
    """A cell with the unit it belongs to; the round's own cell has none.

    Attributes
    ----------
    carried : mapping of str to str, or None
        Coarse variables of a mixing cell.
    """

    id: int
    level: CellLevel
    label: str
    parent_id: int | None
    unit_code: str
    unit_name: str
    group: str
    population: int
    drawn: int
    carried: Mapping[str, str] | None = None


@dataclass(frozen=True)
class AnswerView:
    """One person's answers, with no more of their origin than the cell."""

    cell_id: int
    answers: Mapping[str, Any]


@dataclass(frozen=True)
class AnsweredRound:
    """A round as its estimation needs it."""

    id: int
    name: str
    year: int
    state: RoundState
    dry_run: bool
    questionnaire: Mapping[str, Any]
    questionnaire_hash: str
    declared_lost: int


def answered_round(round_id: int) -> AnsweredRound | None:
    """Find a round."""
    found = db.session.get(Round, round_id, populate_existing=True)
    if found is None:
        return None
    return AnsweredRound(
        found.id,
        found.name,
        found.year,
        found.state,
        found.dry_run,
        found.questionnaire,
        found.questionnaire_hash,
        found.declared_lost,
    )


def cells(round_id: int, levels: Collection[CellLevel] = WEIGHTED_LEVELS) -> tuple[CellView, ...]:
    """List the cells of a round by label: those of drawn dossiers, unless told otherwise."""
    query = (
        select(Cell, Unit.code, Unit.name, Unit.group)
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level.in_(levels))
    )
    found = [
        CellView(
            cell.id,
            cell.level,
            cell.label,
            cell.parent_id,
            code or "",
            name or "",
            group or "",
            cell.population,
            cell.drawn,
            cell.carried,
        )
        for cell, code, name, group in db.session.execute(query)
    ]
    return tuple(sorted(found, key=lambda cell: (cell.level, cell.label)))


def answers(round_id: int) -> tuple[AnswerView, ...]:
    """List the opened answers of a round's drawn dossiers, sorted by their random keys."""
    query = _of_drawn(select(Answer.cell_id, Answer.answers), Answer, round_id)
    rows = db.session.execute(query.order_by(Answer.rid))
    return tuple(AnswerView(cell_id, given) for cell_id, given in rows)


def opened(round_id: int) -> int:
    """Count the answers of drawn dossiers that have been opened."""
    query = _of_drawn(select(func.count()).select_from(Answer), Answer, round_id)
    return db.session.scalar(query) or 0


def sealed(round_id: int) -> int:
    """Count the boxes of drawn dossiers that have not been opened."""
    query = _of_drawn(select(func.count()).select_from(Box), Box, round_id)
    return db.session.scalar(query) or 0


def _of_drawn(
    query: Select[*Columns], table: type[Answer | Box], round_id: int
) -> Select[*Columns]:
    return query.join(Cell, Cell.id == table.cell_id).where(
        table.round_id == round_id, Cell.level.in_(WEIGHTED_LEVELS)
    )

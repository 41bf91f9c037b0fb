"""Survey rounds and where they stand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from app.extensions import db
from app.models import Cell, Frame, Round
from app.vocabulary import CellLevel, FrameState, RoundState

LARGEST_KEY = 2**31 - 1


@dataclass(frozen=True)
class RoundView:
    """A round as pages and services see it."""

    id: int
    name: str
    year: int
    state: RoundState
    dry_run: bool
    questionnaire_code: str
    questionnaire_hash: str
    plan: dict[str, Any] | None
    plan_hash: str | None
    created_at: datetime


@dataclass(frozen=True)
class ListedRound:
    """A round on the list, with the sizes known so far."""

    id: int
    name: str
    year: int
    state: RoundState
    dry_run: bool
    dossiers: int | None
    drawn: int | None


def one(round_id: int) -> RoundView | None:
    """Find a round; a number that no key can have finds none."""
    if not 0 < round_id <= LARGEST_KEY:
        return None
    found = db.session.get(Round, round_id, populate_existing=True)
    if found is None:
        return None
    return RoundView(
        id=found.id,
        name=found.name,
        year=found.year,
        state=found.state,
        dry_run=found.dry_run,
        questionnaire_code=found.questionnaire_code,
        questionnaire_hash=found.questionnaire_hash,
        plan=dict(found.plan) if found.plan else None,
        plan_hash=found.plan_hash,
        created_at=found.created_at,
    )


def is_dry_run(round_id: int | None) -> bool:
    """Whether a number is that of a round marked THỬ NGHIỆM."""
    found = one(round_id) if round_id is not None else None
    return found is not None and found.dry_run


def all_rounds() -> list[ListedRound]:
    """List the rounds, the newest first."""
    whole = (
        select(Cell.round_id, func.sum(Cell.drawn).label("drawn"))
        .where(Cell.level == CellLevel.ROUND)
        .group_by(Cell.round_id)
        .subquery()
    )
    query = (
        select(
            Round.id,
            Round.name,
            Round.year,
            Round.state,
            Round.dry_run,
            Frame.dossiers,
            whole.c.drawn,
        )
        .outerjoin(Frame, and_(Frame.round_id == Round.id, Frame.state == FrameState.CURRENT))
        .outerjoin(whole, whole.c.round_id == Round.id)
        .order_by(Round.year.desc(), Round.id.desc())
    )
    return [ListedRound(*row) for row in db.session.execute(query)]

"""Ballots: what a token opens, and how many there are for each unit."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from app.extensions import db
from app.models import Ballot, Cell, Dossier, Round, Token, Unit
from app.vocabulary import RoundState


@dataclass(frozen=True)
class BallotView:
    """The right of one dossier to answer, without the dossier."""

    id: int
    round_id: int
    cell_id: int
    spent: bool
    accept: bytes | None
    state: RoundState
    dry_run: bool
    questionnaire_hash: str
    unit_name: str


@dataclass(frozen=True)
class UnitBallots:
    """How many dossiers of a unit may answer; never how many did."""

    unit_id: int
    code: str
    name: str
    ballots: int


# Built once: putting it together costs more than running it.
BY_TOKEN = (
    select(
        Ballot.id,
        Ballot.round_id,
        Ballot.cell_id,
        Ballot.spent,
        Ballot.accept,
        Round.state,
        Round.dry_run,
        Round.questionnaire_hash,
        func.coalesce(Unit.name, ""),
    )
    .select_from(Token)
    .join(Ballot, Ballot.id == Token.ballot_id)
    .join(Round, Round.id == Ballot.round_id)
    .join(Cell, Cell.id == Ballot.cell_id)
    .outerjoin(Unit, Unit.id == Cell.unit_id)
    .where(Token.hash == bindparam("hash"))
)


def by_token(token_hash: bytes) -> BallotView | None:
    """Find the ballot that a token opens, with one query whether there is one or not.

    A plain connection, given back at once: it is asked for by every respondent.
    """
    with db.engine.connect() as connection:
        row = connection.execute(BY_TOKEN, {"hash": token_hash}).one_or_none()
    return BallotView(*row) if row else None


def questionnaire_document(questionnaire_hash: str) -> dict[str, Any] | None:
    """Find the document of a version that some round uses."""
    return db.session.scalar(
        select(Round.questionnaire)
        .where(Round.questionnaire_hash == questionnaire_hash)
        .order_by(Round.id)
        .limit(1)
    )


def by_unit(round_id: int) -> list[UnitBallots]:
    """Count the ballots of each unit, answered or not, by the unit's code."""
    rows = db.session.execute(
        select(Unit.id, Unit.code, Unit.name, func.count(Ballot.id))
        .join(Dossier, Dossier.unit_id == Unit.id)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id)
        .group_by(Unit.id, Unit.code, Unit.name)
        .order_by(Unit.code)
    )
    return [UnitBallots(*row) for row in rows]

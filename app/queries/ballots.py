"""Ballots: what a token opens, and how many there are for each unit."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from app.extensions import db
from app.models import Ballot, Cell, Dossier, MixingKey, Round, Token, Unit
from app.statements import Statement, run_alone
from app.vocabulary import Door, RoundState

# In place of a ballot's number, where the list does not hold the dossier yet (`queries.claims`).
NO_BALLOT = 0
# What `Ballot.drawn` holds: only ballots of drawn dossiers carry a weight (0033).
DRAWN, NOT_DRAWN = "P", "N"


@dataclass(frozen=True)
class BallotView:
    """The right of one dossier to answer, without the dossier, and the door it was reached by.

    Attributes
    ----------
    key_id, public
        The key that the cell's answers were sealed under when this was read; None before the
        round opens. The mixer may have replaced it since.
    opens_on : date or None
        First day, local time, on which the token may be answered with.
    """

    id: int
    round_id: int
    cell_id: int
    spent: bool
    accept: bytes | None
    state: RoundState
    dry_run: bool
    questionnaire_hash: str
    unit_name: str
    door: Door
    key_id: int | None
    public: bytes | None
    opens_on: date | None = None


@dataclass(frozen=True)
class UnitBallots:
    """How many dossiers of a unit were drawn; never how many answered."""

    unit_id: int
    code: str
    name: str
    ballots: int


COLUMNS: tuple[Any, ...] = (
    Ballot.id,
    Ballot.round_id,
    Ballot.cell_id,
    Ballot.spent,
    Ballot.accept,
    Round.state,
    Round.dry_run,
    Round.questionnaire_hash,
    func.coalesce(Unit.name, ""),
    Token.door,
    Token.opens_on,
    MixingKey.id,
    MixingKey.public,
)
# Every respondent asks this, at least twice.
BY_TOKEN = Statement(
    select(*COLUMNS)
    .select_from(Token)
    .join(Ballot, Ballot.id == Token.ballot_id)
    .join(Round, Round.id == Ballot.round_id)
    .join(Cell, Cell.id == Ballot.cell_id)
    .outerjoin(Unit, Unit.id == Cell.unit_id)
    .outerjoin(MixingKey, (MixingKey.cell_id == Cell.id) & ~MixingKey.retired)
    .where(Token.hash == bindparam("hash"))
)


def by_token(token_hash: bytes) -> BallotView | None:
    """Find the ballot that a token opens, with one query whether there is one or not.

    A transaction of its own, on a connection given back at once.
    """
    _, row = run_alone(db.engine, BY_TOKEN, {"hash": token_hash})
    if row is None:
        return None
    number, round_id, cell_id, spent, accept, state, dry_run, version, unit, door, *rest = row
    day, key_id, public = rest
    return BallotView(
        number,
        round_id,
        cell_id,
        bool(spent),
        accept,
        RoundState(state),
        bool(dry_run),
        version,
        unit,
        Door(door),
        key_id,
        public,
        # SQLite's driver gives a day as text.
        date.fromisoformat(day) if isinstance(day, str) else day,
    )


def questionnaire_document(questionnaire_hash: str) -> dict[str, Any] | None:
    """Find the document of a version that some round uses; the connection goes back at once."""
    query = (
        select(Round.questionnaire)
        .where(Round.questionnaire_hash == questionnaire_hash)
        .order_by(Round.id)
        .limit(1)
    )
    with db.engine.connect() as connection:
        return connection.scalar(query)


def by_unit(round_id: int) -> list[UnitBallots]:
    """Count the drawn dossiers of each unit, answered or not, by the unit's code."""
    rows = db.session.execute(
        select(Unit.id, Unit.code, Unit.name, func.count(Ballot.id))
        .join(Dossier, Dossier.unit_id == Unit.id)
        .join(Ballot, Ballot.dossier_id == Dossier.id)
        .where(Ballot.round_id == round_id, Ballot.drawn == DRAWN)
        .group_by(Unit.id, Unit.code, Unit.name)
        .order_by(Unit.code)
    )
    return [UnitBallots(*row) for row in rows]

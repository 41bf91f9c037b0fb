"""Rounds in which so many people of each stratum have answered, and what the monitor tells."""

from datetime import UTC, date, datetime

from sqlalchemy import select, update

from app.extensions import db
from app.models import (
    Ballot,
    Round,
)
from app.queries import rounds
from app.services import field_counts, field_monitor
from app.vocabulary import RoundState
from tests.app.round_factory import MadeRound, open_and_hand_out

START = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)


def opened(layout: dict[str, dict[str, int]]) -> MadeRound:
    made, _ = open_and_hand_out(layout)
    return made


def spend(made: MadeRound, **answers: int) -> None:
    """Let so many people of each stratum have answered, then count."""
    for label, number in answers.items():
        cell = made.cells[label.replace("_", "/")]
        wanted = select(Ballot.id).where(Ballot.cell_id == cell).order_by(Ballot.id).limit(number)
        db.session.execute(update(Ballot).where(Ballot.id.in_(wanted)).values(spent=True))
    db.session.commit()
    field_counts.refresh()


def monitor(made: MadeRound, end: date | None = None) -> field_monitor.Monitor:
    db.session.rollback()
    found = rounds.one(made.id)
    assert found is not None
    told = field_monitor.of_round(found, end)
    assert told is not None
    return told


def close(made: MadeRound) -> None:
    db.session.get(Round, made.id).state = RoundState.CLOSED
    db.session.commit()

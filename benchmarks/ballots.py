"""An open round with so many ballots that every session of a measurement has its own."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Box, Cell, Dossier, Frame, Round, Token, Unit
from app.services import opening
from app.services.recording import SYSTEM
from app.services.units import import_shipped_units
from app.vocabulary import CellLevel, Door, RoundState
from benchmarks.sessions import ballot_token
from surveys.links import token_hash
from surveys.reading import read_questionnaire
from surveys.writing import version_hash

AT_ONCE = 5000


def open_round(seed: str, ballots: int, asked: Mapping[str, Any]) -> int:
    """Store a drawn round over all units and open it; its ballots have the tokens of the seed."""
    import_shipped_units(SYSTEM)
    with writing() as session:
        round_id = _round(session, asked)
        cells = _cells(session, round_id, ballots)
        dossiers = _dossiers(session, round_id, ballots)
        _store(
            session,
            Ballot,
            (
                {
                    "round_id": round_id,
                    "dossier_id": dossier,
                    "cell_id": cells[at % len(cells)],
                    "drawn": "P",
                    "rank": at,
                }
                for at, dossier in enumerate(dossiers)
            ),
        )
        found = session.scalars(select(Ballot.id).order_by(Ballot.id))
        _store(
            session,
            Token,
            (
                {
                    "hash": token_hash(ballot_token(seed, at)),
                    "ballot_id": ballot,
                    "door": Door.SLIP,
                }
                for at, ballot in enumerate(found.all())
            ),
        )
    opening.open_round(SYSTEM, round_id)
    return round_id


def _round(session: Session, asked: Mapping[str, Any]) -> int:
    questionnaire = read_questionnaire(asked)
    made = Round(
        name="Đo tốc độ",
        year=2026,
        state=RoundState.DRAWN,
        questionnaire_code=questionnaire.code,
        questionnaire_hash=version_hash(questionnaire),
        questionnaire=dict(asked),
        plan={"stratify_by": "unit", "allocation": "proportional", "k": 10},
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made.id


def _cells(session: Session, round_id: int, ballots: int) -> list[int]:
    units = session.execute(select(Unit.id, Unit.code).order_by(Unit.id)).all()
    share = ballots // len(units) + 1

    def cell(level: CellLevel, label: str, parent: Cell | None, unit: int | None) -> Cell:
        made = Cell(
            round_id=round_id,
            level=level,
            label=label,
            parent_id=parent.id if parent else None,
            unit_id=unit,
            population=share,
            drawn=share,
        )
        session.add(made)
        session.flush()
        return made

    root = cell(CellLevel.ROUND, "round", None, None)
    parents = [cell(CellLevel.UNIT, unit.code, root, unit.id) for unit in units]
    strata = [cell(CellLevel.STRATUM, parent.label, parent, parent.unit_id) for parent in parents]
    return [stratum.id for stratum in strata]


def _dossiers(session: Session, round_id: int, count: int) -> list[int]:
    frame = Frame(
        round_id=round_id,
        filename="bench.csv",
        file_hash="0" * 64,
        hash="0" * 64,
        dossiers=count,
        imported_at=clock.now(),
    )
    session.add(frame)
    session.flush()
    unit = session.scalars(select(Unit.id).limit(1)).one()
    fixed = {"frame_id": frame.id, "unit_id": unit, "field": "", "received": date(2026, 1, 5)}
    _store(session, Dossier, ({"code": f"H{at:07}", **fixed} for at in range(count)))
    return list(session.scalars(select(Dossier.id).order_by(Dossier.id)))


def _store(session: Session, table: Any, rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while part := list(islice(remaining, AT_ONCE)):
        session.execute(insert(table.__table__), part)


def acknowledged_but_not_stored(round_id: int, acknowledged: int) -> int:
    """Tell how many of the answers that got a receipt lie in no box; below zero, too many do."""
    db.session.rollback()
    query = select(func.count()).select_from(Box).where(Box.round_id == round_id)
    return acknowledged - db.session.scalars(query).one()

"""Rounds in the making, put together row by row, and people who answer them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Ballot, Cell, Dossier, Frame, Round, Unit
from app.queries import boxes
from app.services import inviting, opening, responding
from app.services.recording import SYSTEM
from app.services.responding import Outcome
from app.vocabulary import CellLevel, RoundState, UnitKind, UnitLevel
from surveys import instruments
from surveys.answering import to_form
from surveys.kinds import KINDS
from surveys.links import new_token
from surveys.questionnaire import Questionnaire
from surveys.writing import to_document, version_hash

ASKED = instruments.load("citizen_satisfaction")
RATINGS = [question.code for question in ASKED.questions if question.kind == "scale"]
Layout = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class MadeRound:
    """A round and the cells of its strata by label (unit/field)."""

    id: int
    cells: Mapping[str, int]
    units: Mapping[str, int]
    root: int
    unit_cells: Mapping[str, int] = field(default_factory=dict)


def make_round(
    layout: Layout,
    *,
    k: int = 10,
    state: RoundState = RoundState.DRAWN,
    dry_run: bool = False,
    name: str = "Đợt khảo sát 1",
    asked: Questionnaire = ASKED,
) -> MadeRound:
    """Store a drawn round: layout is unit code → field → number of ballots."""
    with writing() as session:
        made = Round(
            name=name,
            year=2026,
            state=state,
            dry_run=dry_run,
            questionnaire_code=asked.code,
            questionnaire_hash=version_hash(asked),
            questionnaire=to_document(asked),
            plan={"stratify_by": "unit_field", "allocation": "proportional", "k": k},
            created_at=clock.now(),
        )
        session.add(made)
        session.flush()
        total = sum(sum(fields.values()) for fields in layout.values())
        root = _cell(session, made.id, CellLevel.ROUND, "round", None, None, total)
        frame = Frame(
            round_id=made.id,
            filename="danh-sach.csv",
            file_hash="0" * 64,
            hash=f"{made.id:064d}",
            dossiers=total,
            imported_at=clock.now(),
        )
        session.add(frame)
        session.flush()
        units, unit_cells, cells = {}, {}, {}
        for code, fields in layout.items():
            unit = _unit(session, code)
            units[code] = unit.id
            size = sum(fields.values())
            parent = _cell(session, made.id, CellLevel.UNIT, code, root.id, unit.id, size)
            unit_cells[code] = parent.id
            for field_name, count in fields.items():
                label = f"{code}/{field_name}"
                cell = _cell(session, made.id, CellLevel.STRATUM, label, parent.id, unit.id, count)
                cells[label] = cell.id
                _ballots(session, made.id, frame.id, unit.id, cell.id, label, count)
        return MadeRound(made.id, cells, units, root.id, unit_cells)


def _unit(session: Any, code: str) -> Unit:
    found = session.query(Unit).filter_by(code=code).one_or_none()
    unit = found or Unit(
        code=code,
        name=f"Ủy ban nhân dân phường {code}",
        level=UnitLevel.COMMUNE,
        kind=UnitKind.WARD,
    )
    session.add(unit)
    session.flush()
    return unit


def _cell(
    session: Any,
    round_id: int,
    level: CellLevel,
    label: str,
    parent_id: int | None,
    unit_id: int | None,
    size: int,
) -> Cell:
    cell = Cell(
        round_id=round_id,
        level=level,
        label=label,
        parent_id=parent_id,
        unit_id=unit_id,
        population=size * 10,
        drawn=size,
    )
    session.add(cell)
    session.flush()
    return cell


def _ballots(
    session: Any, round_id: int, frame_id: int, unit_id: int, cell_id: int, label: str, count: int
) -> None:
    dossiers = [
        Dossier(
            frame_id=frame_id,
            code=f"H19-{label}-{number:05d}",
            unit_id=unit_id,
            field=label.split("/")[1],
            received=date(2026, 1, 5),
        )
        for number in range(count)
    ]
    session.add_all(dossiers)
    session.flush()
    session.add_all(
        Ballot(round_id=round_id, dossier_id=dossier.id, cell_id=cell_id, drawn="P", rank=rank)
        for rank, dossier in enumerate(dossiers, start=1)
    )


def hand_out(made: MadeRound, unit: str | None = None) -> dict[str, list[str]]:
    """Issue slips; the tokens by stratum label."""
    issue = inviting.issue_slips(SYSTEM, made.id, made.units[unit] if unit else None)
    tokens: dict[str, list[str]] = {}
    for slip in issue.slips:
        label = slip.dossier_code.removeprefix("H19-").rsplit("-", 1)[0]
        tokens.setdefault(label, []).append(slip.token)
    return tokens


def open_and_hand_out(layout: Layout, **details: Any) -> tuple[MadeRound, dict[str, list[str]]]:
    """Make a round, open it, and give everybody a slip."""
    made = make_round(layout, **details)
    opening.open_round(SYSTEM, made.id)
    return made, hand_out(made)


def answers(rating: str = "4", ratings: Sequence[str] = (), **chosen: str) -> dict[str, str]:
    """Answer every required question; `ratings` in order, then `rating`; others as chosen."""
    given: dict[str, str] = {}
    rest = iter(ratings)
    for question in ASKED.questions:
        if question.kind == "scale":
            given[question.code] = next(rest, rating)
        elif question.required and not KINDS[question.kind].is_text:
            given[question.code] = question.choices[0].code
    return given | chosen


def filled(comment: str | None = None, **chosen: Any) -> dict[str, tuple[str, ...]]:
    """Give the form of somebody who answers everything that is required."""
    return to_form(ASKED, answers(**chosen), comment)


def answer(token: str, comment: str | None = None, nonce: str = "", **chosen: Any) -> Outcome:
    """Answer as one person would."""
    return responding.submit(token, filled(comment, **chosen), nonce or new_token())


def answer_all(tokens: Sequence[str], **chosen: Any) -> None:
    """Answer with every token, each accepted."""
    for token in tokens:
        assert answer(token, **chosen).receipt


def one_cell(size: int, k: int = 5) -> tuple[MadeRound, list[str]]:
    """Open a round of one stratum; its tokens."""
    made, tokens = open_and_hand_out({"TB": {"land": size}}, k=k)
    return made, tokens["TB/land"]


def check_invariant(round_id: int) -> boxes.Tally:
    """Count, and see that every accepted answer is accounted for."""
    db.session.rollback()
    found = boxes.tally(round_id)
    assert found is not None
    assert found.difference == 0
    return found

"""Index years, their criteria sets and imported scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select

from app import exact
from app.extensions import db
from app.models import CriteriaSet, Cycle, CycleRound, Round, ScoreEntry, Unit
from app.queries.rounds import LARGEST_KEY
from app.vocabulary import CycleState, RoundState


@dataclass(frozen=True)
class CriteriaSetView:
    """A criteria set; `document` is the YAML text, byte for byte as it was hashed."""

    id: int
    name: str
    hash: str
    document: str
    created_at: datetime


@dataclass(frozen=True)
class RoundChoice:
    """A round as the source of survey points."""

    id: int
    name: str
    year: int
    state: RoundState
    dry_run: bool
    questionnaire_code: str


@dataclass(frozen=True)
class CycleView:
    """An index year."""

    id: int
    year: int
    name: str
    state: CycleState
    criteria_set_id: int
    criteria_name: str
    criteria_hash: str
    rounds: tuple[RoundChoice, ...]
    created_at: datetime


@dataclass(frozen=True)
class ScoreView:
    """One settled score and the cells it came from."""

    unit_code: str
    unit_name: str
    criterion: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class ScoreCount:
    """How much has been imported."""

    units: int
    scores: int


def criteria_sets() -> list[CriteriaSetView]:
    """List the criteria sets, newest first."""
    query = select(CriteriaSet).order_by(-CriteriaSet.id)
    return [_criteria_set(row) for row in db.session.scalars(query)]


def criteria_set(set_id: int) -> CriteriaSetView | None:
    """Find a criteria set."""
    if not 0 < set_id <= LARGEST_KEY:
        return None
    found = db.session.get(CriteriaSet, set_id)
    return _criteria_set(found) if found else None


def _criteria_set(row: CriteriaSet) -> CriteriaSetView:
    return CriteriaSetView(row.id, row.name, row.hash, row.document, row.created_at)


def usable_rounds() -> list[RoundChoice]:
    """List the rounds that may feed an index: those that are no dry run."""
    query = select(Round).where(~Round.dry_run).order_by(-Round.year, -Round.id)
    return [_round(row) for row in db.session.scalars(query)]


def _round(row: Round) -> RoundChoice:
    return RoundChoice(row.id, row.name, row.year, row.state, row.dry_run, row.questionnaire_code)


def _cycles() -> Select[*tuple[Any, ...]]:
    return (
        select(Cycle, CriteriaSet.name, CriteriaSet.hash)
        .join(CriteriaSet, CriteriaSet.id == Cycle.criteria_set_id)
        .execution_options(populate_existing=True)
    )


def _rounds(cycle_ids: Sequence[int]) -> dict[int, tuple[RoundChoice, ...]]:
    """List the rounds of some index years, the oldest first."""
    query = (
        select(CycleRound.cycle_id, Round)
        .join(Round, Round.id == CycleRound.round_id)
        .where(CycleRound.cycle_id.in_(cycle_ids))
        .order_by(Round.id)
        .execution_options(populate_existing=True)
    )
    found: dict[int, tuple[RoundChoice, ...]] = {}
    for cycle_id, row in db.session.execute(query):
        found[cycle_id] = (*found.get(cycle_id, ()), _round(row))
    return found


def _cycle(row: Row[*tuple[Any, ...]], rounds: tuple[RoundChoice, ...]) -> CycleView:
    cycle, name, digest = row
    return CycleView(
        cycle.id,
        cycle.year,
        cycle.name,
        cycle.state,
        cycle.criteria_set_id,
        name,
        digest,
        rounds,
        cycle.created_at,
    )


def cycles() -> list[CycleView]:
    """List the index years, newest first."""
    found = db.session.execute(_cycles().order_by(-Cycle.year, -Cycle.id)).all()
    rounds = _rounds([row[0].id for row in found])
    return [_cycle(row, rounds.get(row[0].id, ())) for row in found]


def cycle(cycle_id: int) -> CycleView | None:
    """Find an index year."""
    if not 0 < cycle_id <= LARGEST_KEY:
        return None
    row = db.session.execute(_cycles().where(Cycle.id == cycle_id)).one_or_none()
    return _cycle(row, _rounds([cycle_id]).get(cycle_id, ())) if row else None


def scores(cycle_id: int) -> tuple[ScoreView, ...]:
    """List the imported scores in the order of the table they came from."""
    query = (
        select(ScoreEntry, Unit.code, Unit.name)
        .join(Unit, Unit.id == ScoreEntry.unit_id)
        .where(ScoreEntry.cycle_id == cycle_id)
        .order_by(ScoreEntry.id)
    )
    return tuple(
        ScoreView(code, name, entry.criterion, entry.cells)
        for entry, code, name in db.session.execute(query)
    )


def score_count(cycle_id: int) -> ScoreCount:
    """Count the imported scores and their units."""
    query = select(func.count(ScoreEntry.unit_id.distinct()), func.count(ScoreEntry.id))
    units, entries = db.session.execute(query.where(ScoreEntry.cycle_id == cycle_id)).one()
    return ScoreCount(units, entries)


def scores_hash(entries: tuple[ScoreView, ...]) -> str:
    """SHA-256 of the scores in canonical JSON, by unit and criterion."""
    ordered = sorted(entries, key=lambda entry: (entry.unit_code, entry.criterion))
    rows = [[entry.unit_code, entry.criterion, dict(entry.cells)] for entry in ordered]
    return exact.canonical_hash(rows)

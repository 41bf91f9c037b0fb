"""Importing the year's scores; reached only by the worker and commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from sqlalchemy import delete, select

from analysis.scoring.errors import ScoringFault
from analysis.scoring.scheme import Scheme
from analysis.scoring.score_row import Entry, Provenance
from analysis.scoring.scorecard import KEY_COLUMNS, read_scorecard
from app import exact
from app.database import writing
from app.models import ScoreEntry, Unit
from app.queries import cycles as rows
from app.queries.cycles import CycleView, ScoreView
from app.services import recording
from app.services.criteria_sets import scheme_of
from app.services.cycles import cycle_row
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.states import CYCLE_EDGES, step
from app.texts import N_
from app.vocabulary import CycleState
from sampling.errors import Fault, Texts
from sampling.tabular import Table, read_table

# What a row settles, beside the cells as they were written.
SETTLED, PROVENANCE = "settled", "provenance"
IMPORTABLE = frozenset({CycleState.PLANNED, CycleState.COUNCIL})


class ScoreFault(ScoringFault):
    """A fault of a score table that only our list of units minds."""

    texts: ClassVar[Texts] = {
        **ScoringFault.texts,
        "unknown_unit": {
            "vi": "không có đơn vị mang mã «{value}» trong danh mục đơn vị",
            "en": "the list of units has no unit with the code «{value}»",
        },
    }


@dataclass(frozen=True)
class ScoreImport:
    """What an import stored."""

    units: int
    scores: int


def import_scores(actor: Actor, cycle_id: int, content: bytes, filename: str) -> ScoreImport:
    """Store the scores of all units, in place of any that were imported before.

    Raises
    ------
    InvalidInputError
        With every fault by row and column; then nothing is stored.
    WrongStateError
        If the index is merged already.
    """
    cycle = cycle_and_set(cycle_id)
    if cycle.state not in IMPORTABLE:
        raise WrongStateError(N_("The index is merged: reopen it before importing scores again."))
    scheme = scheme_of_cycle(cycle)
    table = read_table(content, filename)
    survey_follows = cycle.round is not None and bool(scheme.matrix)
    reading = read_scorecard(scheme, table, survey_follows=survey_follows)
    with writing() as session:
        units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
        faults = [*reading.faults, *unknown_units(table, units)]
        if faults:
            raise InvalidInputError(faults=faults)
        row = cycle_row(session, cycle_id)
        if row.state not in IMPORTABLE:
            raise WrongStateError()
        if row.state is CycleState.PLANNED:
            row.state = step(CYCLE_EDGES, row.state, CycleState.COUNCIL)
        session.execute(delete(ScoreEntry).where(ScoreEntry.cycle_id == cycle_id))
        session.add_all(
            ScoreEntry(
                cycle_id=cycle_id,
                unit_id=units[entry.unit],
                criterion=entry.criterion,
                cells=cells_of(entry, cells),
            )
            for entry, cells in with_cells(reading.entries, table)
        )
        session.flush()
        done = ScoreImport(len({entry.unit for entry in reading.entries}), len(reading.entries))
        digest = rows.scores_hash(rows.scores(cycle_id))
        recording.record(
            session,
            actor,
            "scores.imported",
            f"cycle:{cycle_id}",
            units=done.units,
            scores=done.scores,
            hash=digest,
        )
    return done


def cycle_and_set(cycle_id: int) -> CycleView:
    """Find a cycle for work on it."""
    cycle = rows.cycle(cycle_id)
    if cycle is None:
        raise NotFoundError()
    return cycle


def scheme_of_cycle(cycle: CycleView) -> Scheme:
    """Read the criteria set that the cycle is bound to."""
    found = rows.criteria_set(cycle.criteria_set_id)
    if found is None:
        raise NotFoundError()
    return scheme_of(found)


def unknown_units(table: Table, units: Mapping[str, int]) -> list[Fault]:
    """Report codes that the list of units does not have, at their first row."""
    first: dict[str, int] = {}
    for number, cells in table.records():
        first.setdefault(cells.get("unit", ""), number)
    return [
        ScoreFault(number, "unit", code, "unknown_unit")
        for code, number in first.items()
        if code and code not in units
    ]


def with_cells(entries: Sequence[Entry], table: Table) -> list[tuple[Entry, Mapping[str, str]]]:
    """Put the row as it was written beside each entry."""
    records = dict(table.records())
    return [(entry, records[entry.row]) for entry in entries if entry.row is not None]


def cells_of(entry: Entry, cells: Mapping[str, str]) -> dict[str, Any]:
    """Keep the cells that say something, and what they settle, as exact text."""
    written = {column: cell for column, cell in cells.items() if cell and column not in KEY_COLUMNS}
    return written | {
        "group": entry.group,
        SETTLED: None if entry.points is None else exact.text(entry.points),
        PROVENANCE: entry.provenance.value,
    }


def entry_of(score: ScoreView) -> Entry:
    """Read a stored score back as the entry that was stored."""
    settled = score.cells[SETTLED]
    return Entry(
        group=score.cells["group"],
        unit=score.unit_code,
        criterion=score.criterion,
        points=None if settled is None else Fraction(settled),
        provenance=Provenance(score.cells[PROVENANCE]),
        stated_source=score.cells.get("source", ""),
    )

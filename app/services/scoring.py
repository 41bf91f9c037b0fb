"""Importing the year's scores; reached only by the worker and commands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.scoring.errors import ScoringFault
from analysis.scoring.scheme import Scheme
from analysis.scoring.score_mapping import Policy
from analysis.scoring.score_mapping_table import Given, PresentScore, check, laid_over
from analysis.scoring.score_row import Entry, Provenance
from analysis.scoring.scorecard import KEY_COLUMNS
from app import clock, exact
from app.database import writing
from app.models import ScoreEntry, ScoreImport as ScoreImportRow, Unit
from app.queries import cycles as rows, units as unit_rows
from app.queries.cycles import CycleView, ScoreView
from app.services import recording, score_changes, score_files, sources
from app.services.criteria_sets import scheme_of
from app.services.cycles import cycle_row
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.leases import Concluding, open_end
from app.services.recording import Actor
from app.services.score_files import Read, ScoreFile
from app.services.states import CYCLE_EDGES, step
from app.texts import N_
from app.vocabulary import CycleState, SourceKind
from sampling.errors import Fault, Texts
from sampling.tabular import Table

# What a row settles, beside the cells as they were written.
SETTLED, PROVENANCE = "settled", "provenance"
IMPORTABLE = frozenset({CycleState.PLANNED, CycleState.COUNCIL})
MOST_ABSENT = 200


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
    id: int = 0


@dataclass(frozen=True)
class Outcome:
    """What the scores would be after an import.

    Attributes
    ----------
    scores : tuple of ScoreView
        All scores of the cycle.
    changes : dict
        As `score_changes.changes` tells them, with the rows that were left out of the file and
        the units of the groups that have no scores.
    digest : str
        Stands for the file, how it is read, the scores before and after: who confirms what a
        page showed confirms this.
    """

    scores: tuple[ScoreView, ...]
    changes: dict[str, Any]
    digest: str


def import_scores(
    actor: Actor,
    cycle_id: int,
    content: bytes,
    filename: str,
    conclude: Concluding[ScoreImport] = open_end,
) -> ScoreImport:
    """Store the scores of a canonical table, in place of any that were imported before.

    Raises
    ------
    InvalidInputError
        With every fault by row and column; then nothing is stored.
    WrongStateError
        If the index is merged already.
    """
    return import_file(actor, cycle_id, ScoreFile(content, filename), conclude=conclude)


def preview(cycle_id: int, file: ScoreFile) -> Outcome:
    """Tell what an import would change, and store nothing.

    Raises
    ------
    InvalidInputError, WrongStateError
        As `import_scores`.
    """
    cycle = importable_cycle(cycle_id)
    scheme = scheme_of_cycle(cycle)
    return outcome(cycle, scheme, file, score_files.read(file, scheme))


def import_file(
    actor: Actor,
    cycle_id: int,
    file: ScoreFile,
    *,
    confirmed: str = "",
    conclude: Concluding[ScoreImport] = open_end,
) -> ScoreImport:
    """Store the scores of a file, whatever its layout.

    Parameters
    ----------
    confirmed : str
        Digest of the changes that somebody looked at; "" where nobody was asked.

    Raises
    ------
    InvalidInputError
        With every fault by sheet, row and column; then nothing is stored.
    WrongStateError
        If the index is merged already, or the changes are not those that were confirmed.
    """
    cycle = importable_cycle(cycle_id)
    scheme = scheme_of_cycle(cycle)
    read = score_files.read(file, scheme)
    with writing() as session:
        row = cycle_row(session, cycle_id)
        if row.state not in IMPORTABLE:
            raise WrongStateError()
        found = outcome(cycle, scheme, file, read)
        if confirmed and found.digest != confirmed:
            raise WrongStateError(
                N_("The scores have changed since these changes were shown: send the file again.")
            )
        if row.state is CycleState.PLANNED:
            row.state = step(CYCLE_EDGES, row.state, CycleState.COUNCIL)
        replace_scores(session, cycle_id, found.scores)
        done = store_import(session, actor, cycle_id, file, found)
        conclude(session, done)
    return done


def importable_cycle(cycle_id: int) -> CycleView:
    """Find a cycle that still takes scores."""
    cycle = cycle_and_set(cycle_id)
    if cycle.state not in IMPORTABLE:
        raise WrongStateError(N_("The index is merged: reopen it before importing scores again."))
    return cycle


def outcome(cycle: CycleView, scheme: Scheme, file: ScoreFile, read: Read) -> Outcome:
    """Work out what the scores would be, and what that changes.

    Raises
    ------
    InvalidInputError
        With all faults of the file and of the table that it makes.
    """
    before = rows.scores(cycle.id)
    given = read.given
    if file.policy is Policy.CELLS:
        given = laid_over(given, present_scores(before))
    checked = check(scheme, given, survey_follows=bool(cycle.rounds and scheme.matrix))
    units = {unit.code: unit.name for unit in unit_rows.all_units()}
    faults = [*read.faults, *checked.faults, *unknown_units(given.table, units)]
    if faults:
        raise InvalidInputError(faults=faults)
    after = in_order(before, new_scores(checked.entries, given, units))
    changes = score_changes.changes(scheme, before, after)
    changes["left_out"] = score_files.left_out_values(read.left_out)
    changes["absent"] = absent_units(scheme, after)
    pinned = {
        "cycle": cycle.id,
        "file": file.hash,
        "way": file.way(),
        "before": rows.scores_hash(before),
        "after": rows.scores_hash(after),
    }
    return Outcome(after, changes, exact.canonical_hash(pinned))


def present_scores(views: Iterable[ScoreView]) -> list[PresentScore]:
    """Give the stored scores back as rows of a table."""
    return [
        PresentScore(view.cells["group"], view.unit_code, view.criterion, written_cells(view))
        for view in views
    ]


def written_cells(view: ScoreView) -> dict[str, str]:
    """Give the cells of a score as they were written."""
    made = ("group", SETTLED, PROVENANCE)
    return {column: cell for column, cell in view.cells.items() if column not in made}


def new_scores(entries: Sequence[Entry], given: Given, units: Mapping[str, str]) -> list[ScoreView]:
    """Put the row as it was written beside each entry."""
    records = dict(given.table.records())
    return [
        ScoreView(
            entry.unit, units[entry.unit], entry.criterion, cells_of(entry, records[entry.row])
        )
        for entry in entries
        if entry.row is not None
    ]


def in_order(before: Iterable[ScoreView], after: Iterable[ScoreView]) -> tuple[ScoreView, ...]:
    """Keep the order of the scores that stood there; new ones follow in the file's order."""
    place = {(view.unit_code, view.criterion): at for at, view in enumerate(before)}
    last = len(place)
    return tuple(sorted(after, key=lambda view: place.get((view.unit_code, view.criterion), last)))


def absent_units(scheme: Scheme, scores: Iterable[ScoreView]) -> list[list[str]]:
    """Name the units of the set's groups that exist today and have no scores."""
    groups = {group.code for group in scheme.groups}
    scored = {view.unit_code for view in scores}
    return [
        [unit.code, unit.name]
        for unit in unit_rows.units_on(clock.today())
        if unit.group in groups and unit.code not in scored
    ][:MOST_ABSENT]


def replace_scores(session: Session, cycle_id: int, scores: Sequence[ScoreView]) -> None:
    """Put scores in the place of those that stood there."""
    units = {code: number for number, code in session.execute(select(Unit.id, Unit.code))}
    session.execute(delete(ScoreEntry).where(ScoreEntry.cycle_id == cycle_id))
    session.add_all(
        ScoreEntry(
            cycle_id=cycle_id,
            unit_id=units[view.unit_code],
            criterion=view.criterion,
            cells=dict(view.cells),
        )
        for view in scores
    )
    session.flush()


def store_import(
    session: Session, actor: Actor, cycle_id: int, file: ScoreFile, found: Outcome
) -> ScoreImport:
    """Note how the file was read and what it changed, in the transaction that stores its scores."""
    source_id = None
    if file.source and file.mapping is not None:
        document = file.mapping.to_document()
        source_id = sources.remember(
            session, actor, SourceKind.SCORES, file.source, file.signature, document
        )
    units = {view.unit_code for view in found.scores}
    stored = ScoreImportRow(
        cycle_id=cycle_id,
        source_id=source_id,
        filename=file.filename[:300],
        file_hash=file.hash,
        scores_hash=rows.scores_hash(found.scores),
        mapping=file.way(),
        changes=found.changes,
        imported_by=actor.account_id,
        imported_at=clock.now(),
    )
    session.add(stored)
    session.flush()
    recording.record(
        session,
        actor,
        "scores.imported",
        f"cycle:{cycle_id}",
        units=len(units),
        scores=len(found.scores),
        hash=stored.scores_hash,
        file=file.hash,
        number=stored.id,
    )
    return ScoreImport(len(units), len(found.scores), stored.id)


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


def unknown_units(table: Table, units: Mapping[str, str]) -> list[Fault]:
    """Report codes that the list of units does not have, at their first row."""
    first: dict[str, int] = {}
    for number, cells in table.records():
        first.setdefault(cells.get("unit", ""), number)
    return [
        ScoreFault(number, "unit", code, "unknown_unit")
        for code, number in first.items()
        if code and code not in units
    ]


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

"""The canonical score table of a mapped file, laid over what stands there, and its check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.scoring.errors import ScoringFault
from analysis.scoring.scheme import Scheme
from analysis.scoring.score_mapping_faults import Place, moved
from analysis.scoring.score_mapping_reading import Reading
from analysis.scoring.score_row import DASHES, SETTLED_COLUMNS, Entry
from analysis.scoring.scorecard import COLUMNS, KEY_COLUMNS, is_legible, read_scorecard
from sampling.errors import Fault
from sampling.tabular import Table

MISSING = frozenset({"missing_criterion", "missing_criteria", "nothing_applicable"})


@dataclass(frozen=True)
class Given:
    """A canonical table.

    Attributes
    ----------
    places : mapping of row number to mapping of column name to Place
        Where the cells stand in the file; rows of a canonical file stand where they stand.
    """

    table: Table
    places: Mapping[int, Mapping[str, Place]] = field(default_factory=dict)


@dataclass(frozen=True)
class PresentScore:
    """A score that is stored already: its columns as they were written."""

    group: str
    unit: str
    criterion: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Checked:
    """Entries of a table that are of use only without faults."""

    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]


def as_table(reading: Reading) -> Given:
    """Write what was read as the canonical table; rows are numbered from 2."""
    rows = [
        ((scored.group, unit, criterion), scored)
        for (unit, criterion), scored in reading.scored.items()
    ]
    table = table_of([(keys, scored.cells) for keys, scored in rows])
    places = {number: scored.places for number, (_, scored) in enumerate(rows, start=2)}
    return Given(table, places)


def table_of(
    rows: Sequence[tuple[tuple[str, str, str], Mapping[str, str]]],
    numbers: Sequence[int] | None = None,
) -> Table:
    """Make a table with the columns that some row fills, in their usual order."""
    used = {column for _, cells in rows for column, cell in cells.items() if cell}
    columns = [column for column in COLUMNS if column in used and column not in KEY_COLUMNS]
    # A table of nothing but refusals still needs a column of points to be one.
    columns = columns if used - {"applicable", "source"} else ["points", *columns]
    lines = tuple((*keys, *(cells.get(column, "") for column in columns)) for keys, cells in rows)
    places = tuple(numbers) if numbers is not None else tuple(range(2, len(lines) + 2))
    return Table((*KEY_COLUMNS, *columns), lines, places)


def laid_over(given: Given, present: Iterable[PresentScore]) -> Given:
    """Put the cells of a file over the scores that stand there, and keep all others.

    Parameters
    ----------
    given : Given
        The table of a file; without its key columns it is given back unchanged.
    present : iterable of PresentScore
        What is stored.

    Returns
    -------
    Given
        Rows of the file first, with their numbers; then the stored rows that it does not hold.
        A row that says "does not apply" takes verified points and data away; one that brings
        points or data makes the criterion apply again.
    """
    if not is_legible(given.table.header):
        return given
    stored = {(score.unit, score.criterion): score for score in present}
    rows: list[tuple[tuple[str, str, str], Mapping[str, str]]] = []
    numbers: list[int] = []
    touched: set[tuple[str, str]] = set()
    for number, cells in given.table.records():
        group, unit, criterion = (cells[column] for column in KEY_COLUMNS)
        earlier = stored.get((unit, criterion)) if (unit, criterion) not in touched else None
        touched.add((unit, criterion))
        own = {c: cell for c, cell in cells.items() if cell and c not in KEY_COLUMNS}
        rows.append(((group, unit, criterion), renewed(earlier.cells if earlier else {}, own)))
        numbers.append(number)
    following = max(numbers, default=1) + 1
    places = dict(given.places)
    for key, score in stored.items():
        if key not in touched:
            rows.append(((score.group, *key), score.cells))
            numbers.append(following)
            here = Place("", None, "", f"{score.unit} · {score.criterion}")
            places[following] = {"unit": here}
            following += 1
    table = table_of(rows, numbers)
    return Given(
        Table(table.header, table.rows, table.numbers, given.table.faults, given.table.header_row),
        places,
    )


def renewed(earlier: Mapping[str, str], own: dict[str, str]) -> dict[str, str]:
    """Put new cells over those that stood there."""
    kept = dict(earlier)
    if says_no(own.get("applicable", "")):
        kept = {c: cell for c, cell in kept.items() if c not in SETTLED_COLUMNS}
    elif any(own.get(c, "") not in DASHES | {""} for c in SETTLED_COLUMNS):
        kept.pop("applicable", None)
    return kept | own


def says_no(word: str) -> bool:
    """Tell a no of the column `applicable`."""
    return word.casefold() in ("no", "không")


def check(scheme: Scheme, given: Given, *, survey_follows: bool = False) -> Checked:
    """Let the reader of score tables check a table, and name the cells of the file.

    Parameters
    ----------
    scheme, survey_follows
        As for `scorecard.read_scorecard`.
    given : Given
        The table.

    Returns
    -------
    Checked
        All faults; those of cells that came from a file of another layout name its sheet, row
        and column letter.
    """
    reading = read_scorecard(scheme, given.table, survey_follows=survey_follows)
    return Checked(reading.entries, tuple(found(fault, given) for fault in reading.faults))


def found(fault: Fault, given: Given) -> Fault:
    """Tell where in the file the cause of a fault stands."""
    places = given.places.get(fault.row or 0)
    if places is None or not isinstance(fault, ScoringFault):
        return fault
    first = "unit" if fault.code in MISSING else fault.column
    place = places.get(first) or places.get("criterion") or places.get("unit")
    return moved(fault, place) if place else fault

"""The answers of a round by column, in a file that the worker keeps and makes anew (0025).

The table of answers is the truth. The file is a copy for statistics: one column for each
question, one row for each answer, in the order of random numbers that are not in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from app.config import write_private
from app.documents import parquet
from app.documents.parquet import Coded, Columns, DamagedFileError
from app.extensions import db
from app.queries import answer_rows, answers
from app.queries.answer_rows import AnsweredRow, Source
from app.queries.answers import CellView
from app.services import extract_files
from app.services.errors import NotFoundError
from app.services.moving.snapshots import snapshot
from app.vocabulary import CellLevel
from surveys.questionnaire import Questionnaire, Role
from surveys.reading import read_questionnaire

VERSION = "1"
PART = 20_000
STATE, VERSION_NOTE, HASH = "khaosat.state", "khaosat.version", "khaosat.questionnaire"
# No code of a question holds a dot.
LEVEL, LABEL, STRATUM, UNIT = "cell.level", "cell.label", "cell.stratum", "cell.unit"


class UnknownItemError(Exception):
    """An answer names a question that its questionnaire has not."""


@dataclass(frozen=True, eq=False)
class Extract:
    """The answers of a round by column; each column has a row for each answer.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Number of the cell that each answer was opened in.
    items : mapping of question code to Coded
        Every question but the comment.
    """

    cell: NDArray[np.int64]
    items: Mapping[str, Coded]


def items_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """List the questions that have a column.

    Every kind of question takes one answer; one that takes several would get a column for each
    option instead.
    """
    return tuple(
        question.code for question in questionnaire.questions if question.role is not Role.COMMENT
    )


def current(round_id: int) -> Path:
    """Find the extract of a round as it is now, making it where it is missing or out of date.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    path = extract_files.path_of(round_id)
    with snapshot(db.engine) as connection:
        source = answer_rows.source(connection, round_id)
        if source is None:
            raise NotFoundError()
        if not is_current(path, source):
            make(connection, round_id, source, path)
    return path


def copy(round_id: int, file: Path) -> int:
    """Copy the extract of a round to a new file for its owner; how many answers it holds.

    Raises
    ------
    NotFoundError, FileExistsError
        If there is no such round, or the file is there already.
    """
    content = current(round_id).read_bytes()
    write_private(file.absolute(), content)
    return parquet.count(file)


def is_current(path: Path, source: Source) -> bool:
    """Whether a file holds the answers that the database holds."""
    try:
        found = parquet.notes(path)
    except DamagedFileError:
        return False
    return (found.get(STATE), found.get(VERSION_NOTE)) == (source.state, VERSION)


def make(connection: Connection, round_id: int, source: Source, path: Path) -> int:
    """Write an extract in the place of the present one; how many answers it holds."""
    cells = answers.cells(round_id)
    items = items_of(read_questionnaire(source.questionnaire))
    notes = {STATE: source.state, VERSION_NOTE: VERSION, HASH: source.questionnaire_hash}
    found = answer_rows.rows(connection, round_id)
    with extract_files.replacing(path) as file:
        return parquet.write(
            file, [*origin_columns(cells), *items], parts(found, cells, items), notes
        )


def carried_names(cells: Sequence[CellView]) -> tuple[str, ...]:
    """List the coarse variables that the plan of a round carries."""
    return tuple(sorted({name for cell in cells for name in cell.carried or ()}))


def origin_columns(cells: Sequence[CellView]) -> list[str]:
    """List the columns that say where an answer came from."""
    return [LEVEL, LABEL, STRATUM, UNIT, *map(carried_column, carried_names(cells))]


def carried_column(name: str) -> str:
    """Name the column of a coarse variable."""
    return f"cell.{name}"


def parts(
    found: Iterator[AnsweredRow], cells: Sequence[CellView], items: Sequence[str]
) -> Iterator[Mapping[str, list[Any]]]:
    """Turn rows into columns, some thousand rows at a time."""
    origins = {cell.id: origin(cell, cells) for cell in cells}
    names = origin_columns(cells)
    known = set(items)
    while part := list(islice(found, PART)):
        if not all(known.issuperset(row.answers) for row in part):
            raise UnknownItemError
        yield {
            **{name: [origins[row.cell_id].get(name) for row in part] for name in names},
            **{item: [row.answers.get(item) for row in part] for item in items},
        }


def origin(cell: CellView, cells: Sequence[CellView]) -> dict[str, str | None]:
    """Tell what an answer says of where it came from."""
    by_id = {each.id: each for each in cells}
    above = by_id.get(cell.parent_id or 0)
    stratum = next(
        (each.label for each in (cell, above) if each and each.level is CellLevel.STRATUM), None
    )
    return {
        LEVEL: cell.level.value,
        LABEL: cell.label,
        STRATUM: stratum,
        UNIT: cell.unit_code or None,
        **{carried_column(name): value for name, value in (cell.carried or {}).items()},
    }


def load(round_id: int, cells: Sequence[CellView]) -> Extract:
    """Read the answers of a round by column.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    questionnaire = answers.answered_round(round_id)
    if questionnaire is None:
        raise NotFoundError()
    items = items_of(read_questionnaire(questionnaire.questionnaire))
    wanted = [LEVEL, LABEL, *items]
    found = _read(round_id, wanted)
    return Extract(_cells(found, cells), {item: found[item] for item in items})


def _read(round_id: int, wanted: Sequence[str]) -> Columns:
    """Read columns; a file that was damaged on the disk is made anew, once."""
    path = current(round_id)
    try:
        return parquet.read(path, wanted)
    except DamagedFileError:
        path.unlink(missing_ok=True)
        return parquet.read(current(round_id), wanted)


def _cells(found: Columns, cells: Sequence[CellView]) -> NDArray[np.int64]:
    """Find the cells again that answers name by level and label."""
    numbers = {(cell.level.value, cell.label): cell.id for cell in cells}
    level, label = found[LEVEL], found[LABEL]
    ids = np.array(
        [[numbers.get((one, other), 0) for other in label.labels] for one in level.labels],
        dtype=np.int64,
    ).reshape(len(level.labels), len(label.labels))
    return ids[level.codes, label.codes]

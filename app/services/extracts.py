"""The answers of a round by column, in a file that the worker keeps and makes anew (0025).

The table of answers is the truth. The file is a copy for statistics: one column for each
question, one row for each answer, in the order of random numbers that are not in it. The column
`cell.sample` tells drawn dossiers (P) from others (N) and from forms without one (O): statistics
read the drawn ones alone (0033).
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
from app.queries.boxes import sample_of
from app.services import extract_files
from app.services.errors import NotFoundError
from app.services.moving.snapshots import snapshot
from app.vocabulary import CellLevel
from surveys.answers import said
from surveys.kinds import KINDS
from surveys.kinds.multiple_choice import MULTIPLE, option_column
from surveys.ordering import ORDER_COLUMN, shuffles
from surveys.questionnaire import Questionnaire, Role
from surveys.reading import read_questionnaire

VERSION = "2"
PART = 20_000
STATE, VERSION_NOTE, HASH = "khaosat.state", "khaosat.version", "khaosat.questionnaire"
# No code of a question holds a dot.
LEVEL, LABEL, STRATUM, UNIT = "cell.level", "cell.label", "cell.stratum", "cell.unit"
SAMPLE, DRAWN = "cell.sample", "P"


class UnknownItemError(Exception):
    """An answer names a question, or one of several options, that its questionnaire has not."""


@dataclass(frozen=True, eq=False)
class Extract:
    """The answers of a round by column; each column has a row for each answer.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Number of the cell that each answer was opened in.
    items : mapping of column name to Coded
        Every question but the comment; where several options may be chosen, each option under
        the name of its column, "1" or "0".
    """

    cell: NDArray[np.int64]
    items: Mapping[str, Coded]


def items_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """List the columns of answers: one for a question, or one for each option it takes several of.

    Where something is shuffled the last column tells the order in which questions were shown.
    """
    several = options_of(questionnaire)
    columns = tuple(
        column
        for question in questionnaire.questions
        if question.role is not Role.COMMENT and KINDS[question.kind].answered
        for column in several.get(question.code, {question.code: question.code}).values()
    )
    return (*columns, ORDER_COLUMN) if shuffles(questionnaire) else columns


def options_of(questionnaire: Questionnaire) -> Mapping[str, Mapping[str, str]]:
    """Name the columns of each option, by question, of which several may be chosen."""
    return {
        question.code: {
            choice.code: option_column(question.code, choice.code) for choice in question.choices
        }
        for question in questionnaire.questions
        if question.kind == MULTIPLE
    }


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
    cells = answers.cells(round_id, list(CellLevel))
    questionnaire = read_questionnaire(source.questionnaire)
    notes = {STATE: source.state, VERSION_NOTE: VERSION, HASH: source.questionnaire_hash}
    found = answer_rows.rows(connection, round_id)
    with extract_files.replacing(path) as file:
        return parquet.write(
            file,
            [*origin_columns(cells), *items_of(questionnaire)],
            parts(found, cells, questionnaire),
            notes,
        )


def carried_names(cells: Sequence[CellView]) -> tuple[str, ...]:
    """List the coarse variables that the plan of a round carries."""
    return tuple(sorted({name for cell in cells for name in cell.carried or ()}))


def origin_columns(cells: Sequence[CellView]) -> list[str]:
    """List the columns that say where an answer came from."""
    return [SAMPLE, LEVEL, LABEL, STRATUM, UNIT, *map(carried_column, carried_names(cells))]


def carried_column(name: str) -> str:
    """Name the column of a coarse variable."""
    return f"cell.{name}"


def parts(
    found: Iterator[AnsweredRow], cells: Sequence[CellView], questionnaire: Questionnaire
) -> Iterator[Mapping[str, list[Any]]]:
    """Turn rows into columns, some thousand rows at a time."""
    origins = {cell.id: origin(cell, cells) for cell in cells}
    names, several = origin_columns(cells), options_of(questionnaire)
    marks = {column for columns in several.values() for column in columns.values()}
    items = [item for item in items_of(questionnaire) if item not in marks]
    known = {*items, *several}
    while part := list(islice(found, PART)):
        if not all(known.issuperset(row.answers) for row in part):
            raise UnknownItemError
        columns: dict[str, list[Any]] = {
            **{name: [origins[row.cell_id].get(name) for row in part] for name in names},
            **{item: [row.answers.get(item) for row in part] for item in items},
        }
        for question, options in several.items():
            columns |= _marked([row.answers.get(question) for row in part], options)
        yield columns


def _marked(
    given: Sequence[str | Sequence[str] | None], options: Mapping[str, str]
) -> dict[str, list[str | None]]:
    """Give a column for each option: "1" where it was chosen, "0" where only others were."""
    chosen = [None if answer is None else set(said(answer)) for answer in given]
    if not all(each is None or each <= options.keys() for each in chosen):
        raise UnknownItemError
    return {
        column: [None if each is None else "1" if option in each else "0" for each in chosen]
        for option, column in options.items()
    }


def origin(cell: CellView, cells: Sequence[CellView]) -> dict[str, str | None]:
    """Tell what an answer says of where it came from."""
    by_id = {each.id: each for each in cells}
    above = by_id.get(cell.parent_id or 0)
    stratum = next(
        (each.label for each in (cell, above) if each and each.level is CellLevel.STRATUM), None
    )
    return {
        SAMPLE: sample_of(cell.level),
        LEVEL: cell.level.value,
        LABEL: cell.label,
        STRATUM: stratum,
        UNIT: cell.unit_code or None,
        **{carried_column(name): value for name, value in (cell.carried or {}).items()},
    }


def load(round_id: int, cells: Sequence[CellView]) -> Extract:
    """Read the answers of a round's drawn dossiers by column.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    questionnaire = answers.answered_round(round_id)
    if questionnaire is None:
        raise NotFoundError()
    items = items_of(read_questionnaire(questionnaire.questionnaire))
    found = _of_drawn(_read(round_id, [SAMPLE, LEVEL, LABEL, *items]))
    return Extract(_cells(found, cells), {item: found[item] for item in items})


def _read(round_id: int, wanted: Sequence[str]) -> Columns:
    """Read columns; a file that was damaged on the disk is made anew, once."""
    path = current(round_id)
    try:
        return parquet.read(path, wanted)
    except DamagedFileError:
        path.unlink(missing_ok=True)
        return parquet.read(current(round_id), wanted)


def _of_drawn(found: Columns) -> Columns:
    """Keep the rows of drawn dossiers."""
    sample = found[SAMPLE]
    own = np.array([label == DRAWN for label in sample.labels], dtype=np.bool_)[sample.codes]
    if own.all():
        return found
    return {name: Coded(column.labels, column.codes[own]) for name, column in found.items()}


def _cells(found: Columns, cells: Sequence[CellView]) -> NDArray[np.int64]:
    """Find the cells again that answers name by level and label."""
    numbers = {(cell.level.value, cell.label): cell.id for cell in cells}
    level, label = found[LEVEL], found[LABEL]
    ids = np.array(
        [[numbers.get((one, other), 0) for other in label.labels] for one in level.labels],
        dtype=np.int64,
    ).reshape(len(level.labels), len(label.labels))
    return ids[level.codes, label.codes]

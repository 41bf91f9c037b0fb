"""The hash of everything that estimates rest on, worked out from columns."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import rfc8785
from numpy.typing import NDArray

from app.documents.parquet import MISSING, Coded
from app.queries.answers import AnsweredRound, CellView
from app.services.extracts import Extract, options_of
from surveys.reading import read_questionnaire

PART = 20_000

Item = tuple[list[bytes], NDArray[Any]]


def inputs_hash(
    found: AnsweredRound,
    cells: Sequence[CellView],
    extract: Extract,
    times: Mapping[str, Any] | None = None,
) -> str:
    """SHA-256 of everything the estimates rest on, in an order that tells nothing.

    It is that of the canonical JSON (RFC 8785) of the questionnaire's hash, the cells, and for
    each answer the level and label of its cell and what was answered; the answers are sorted by
    their own JSON, which is put together here from that of the labels. Where factors are worked out
    from dossiers, what was counted of these stands behind, as `times`.
    """
    several = options_of(read_questionnaire(found.questionnaire))
    digest = hashlib.sha256(b'{"answers":[')
    digest.update(b",".join(sorted(_rows(cells, extract, several))))
    digest.update(b'],"cells":' + rfc8785.dumps([_told(cell) for cell in cells]))
    digest.update(b',"questionnaire":' + rfc8785.dumps(found.questionnaire_hash))
    if times:
        digest.update(b',"times":' + rfc8785.dumps(dict(times)))
    digest.update(b"}")
    return digest.hexdigest()


def _told(cell: CellView) -> list[Any]:
    told = [cell.level.value, cell.label, cell.unit_code, cell.population, cell.drawn]
    return [*told, dict(cell.carried)] if cell.carried else told


def _rows(
    cells: Sequence[CellView], extract: Extract, several: Mapping[str, Mapping[str, str]]
) -> Iterator[bytes]:
    """Write each answer as canonical JSON."""
    origins = {
        cell.id: rfc8785.dumps([cell.level.value, cell.label])[:-1] + b",{" for cell in cells
    }
    items = _items(extract, several)
    for start in range(0, extract.cell.size, PART):
        part = slice(start, start + PART)
        columns = [[pieces[code] for code in codes[part].tolist()] for pieces, codes in items]
        for cell, *given in zip(extract.cell[part].tolist(), *columns, strict=True):
            yield origins[cell] + b",".join(filter(None, given)) + b"}]"


def _items(extract: Extract, several: Mapping[str, Mapping[str, str]]) -> list[Item]:
    """Give for each question what its answers look like, and which of them each row has."""
    marks = {column for columns in several.values() for column in columns.values()}
    found = {
        code: (_pieces(code, column.labels), column.codes)
        for code, column in extract.items.items()
        if code not in marks
    }
    for code, columns in several.items():
        found[code] = _joined(code, {it: extract.items[name] for it, name in columns.items()})
    # Codes of questions are plain ASCII, for which the order of RFC 8785 is the usual one.
    return [found[code] for code in sorted(found)]


def _pieces(code: str, answers: Iterable[str | Sequence[str]]) -> list[bytes]:
    """Write each answer to a question as a member of an object; nothing, at -1, for none."""
    name = rfc8785.dumps(code) + b":"
    return [name + rfc8785.dumps(answer) for answer in answers] + [b""]


def _joined(code: str, options: Mapping[str, Coded]) -> Item:
    """Put the options that each row chose together again, in the order of the document."""
    marks = np.stack([_is_chosen(column) for column in options.values()], axis=1)
    kinds, codes = np.unique(marks, axis=0, return_inverse=True)
    answers = [[it for it, chosen in zip(options, row, strict=True) if chosen] for row in kinds]
    codes = np.where(marks.any(axis=1), codes.reshape(-1), MISSING)
    return _pieces(code, answers), codes


def _is_chosen(column: Coded) -> NDArray[np.bool_]:
    return np.array([*(label == "1" for label in column.labels), False])[column.codes]

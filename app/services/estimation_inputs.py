"""The hash of everything that estimates rest on, worked out from columns."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import rfc8785

from app.documents.parquet import Coded
from app.queries.answers import AnsweredRound, CellView
from app.services.extracts import Extract

PART = 20_000


def inputs_hash(found: AnsweredRound, cells: Sequence[CellView], extract: Extract) -> str:
    """SHA-256 of everything the estimates rest on, in an order that tells nothing.

    It is that of the canonical JSON (RFC 8785) of the questionnaire's hash, the cells, and for
    each answer the level and label of its cell and what was answered; the answers are sorted by
    their own JSON, which is put together here from that of the labels.
    """
    digest = hashlib.sha256(b'{"answers":[')
    digest.update(b",".join(sorted(_rows(cells, extract))))
    digest.update(b'],"cells":' + rfc8785.dumps([_told(cell) for cell in cells]))
    digest.update(b',"questionnaire":' + rfc8785.dumps(found.questionnaire_hash) + b"}")
    return digest.hexdigest()


def _told(cell: CellView) -> list[Any]:
    told = [cell.level.value, cell.label, cell.unit_code, cell.population, cell.drawn]
    return [*told, dict(cell.carried)] if cell.carried else told


def _rows(cells: Sequence[CellView], extract: Extract) -> Iterator[bytes]:
    """Write each answer as canonical JSON."""
    origins = {
        cell.id: rfc8785.dumps([cell.level.value, cell.label])[:-1] + b",{" for cell in cells
    }
    # Codes of questions are plain ASCII, for which the order of RFC 8785 is the usual one.
    items = [
        (_pieces(code, extract.items[code]), extract.items[code]) for code in sorted(extract.items)
    ]
    for start in range(0, extract.cell.size, PART):
        part = slice(start, start + PART)
        columns = [
            [pieces[code] for code in column.codes[part].tolist()] for pieces, column in items
        ]
        for cell, *given in zip(extract.cell[part].tolist(), *columns, strict=True):
            yield origins[cell] + b",".join(filter(None, given)) + b"}]"


def _pieces(code: str, column: Coded) -> list[bytes]:
    """Write each answer to a question as a member of an object; nothing, at -1, for none."""
    name = rfc8785.dumps(code) + b":"
    return [name + rfc8785.dumps(label) for label in column.labels] + [b""]

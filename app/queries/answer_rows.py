"""The answers of a round row by row, for its extract; what they name is told by label."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.models import Answer, Batch, Cell, Round

AT_ONCE = 2000


@dataclass(frozen=True)
class AnsweredRow:
    """One person's answers; the random number they are sorted by is not told."""

    cell_id: int
    answers: Mapping[str, str | list[str]]


@dataclass(frozen=True)
class Source:
    """What an extract is made from.

    Attributes
    ----------
    state : str
        64 hexadecimal digits that change whenever answers come in.
    """

    questionnaire: Mapping[str, Any]
    questionnaire_hash: str
    state: str


def source(connection: Connection, round_id: int) -> Source | None:
    """Tell what the answers of a round rest on, and which they are.

    A batch has a random number of its own, so the numbers of all batches tell one set of
    answers from another without reading them.
    """
    found = connection.execute(
        select(Round.questionnaire, Round.questionnaire_hash, Round.created_at).where(
            Round.id == round_id
        )
    ).one_or_none()
    if found is None:
        return None
    count = connection.scalar(
        select(func.count()).select_from(Answer).where(Answer.round_id == round_id)
    )
    batches = connection.scalars(
        select(Batch.id)
        .join(Cell, Cell.id == Batch.cell_id)
        .where(Cell.round_id == round_id)
        .order_by(Batch.id)
    )
    told = "\n".join(
        [
            str(round_id),
            found.created_at.isoformat(),
            found.questionnaire_hash,
            str(count),
            *batches,
        ]
    )
    return Source(
        found.questionnaire, found.questionnaire_hash, hashlib.sha256(told.encode()).hexdigest()
    )


def rows(connection: Connection, round_id: int) -> Iterator[AnsweredRow]:
    """Go through the answers of a round, sorted by their random numbers."""
    query = (
        select(Answer.cell_id, Answer.answers)
        .where(Answer.round_id == round_id)
        .order_by(Answer.rid)
    )
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield AnsweredRow(*row)

"""The answers of a round counted anew, beside what was noted of them; one moment, by connection."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, union_all

from app.models import Answer, Ballot, Batch, Cell, FormTally, OpenForm, Receipt, Round, Tally
from app.queries.boxes import title
from app.vocabulary import Trait

AT_ONCE = 1000
Place = tuple[int, str, str]
Stored = str | list[str]


@dataclass(frozen=True)
class Receipts:
    """How many receipts a round has, and how many forms gave the nonce of another again."""

    stored: int
    repeated: int


def questionnaire(connection: Connection, round_id: int) -> Mapping[str, Any] | None:
    """Find the document of a round."""
    return connection.scalar(select(Round.questionnaire).where(Round.id == round_id))


def answers(connection: Connection, round_id: int) -> Iterator[tuple[int, Mapping[str, Stored]]]:
    """Go through the answers of a round with the cells they were opened in."""
    query = select(Answer.cell_id, Answer.answers).where(Answer.round_id == round_id)
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield row.cell_id, row.answers


def tally(connection: Connection, round_id: int) -> Counter[Place]:
    """Add up the tally of each cell, item and value over the months."""
    query = (
        select(Tally.cell_id, Tally.item, Tally.value, func.sum(Tally.n))
        .join(Cell, Cell.id == Tally.cell_id)
        .where(Cell.round_id == round_id)
        .group_by(Tally.cell_id, Tally.item, Tally.value)
    )
    return Counter(
        {(cell, item, value): int(n) for cell, item, value, n in connection.execute(query)}
    )


def doors(connection: Connection, round_id: int) -> Counter[int]:
    """Add up the doors of each cell."""
    query = (
        select(FormTally.cell_id, func.sum(FormTally.n))
        .join(Cell, Cell.id == FormTally.cell_id)
        .where(Cell.round_id == round_id, FormTally.trait == Trait.DOOR)
        .group_by(FormTally.cell_id)
    )
    return Counter({cell: int(n) for cell, n in connection.execute(query)})


def opened(connection: Connection, round_id: int) -> Counter[int]:
    """Add up the batches of each cell."""
    return _by_cell(connection, round_id, Batch.cell_id, func.sum(Batch.opened))


def _by_cell(connection: Connection, round_id: int, cell_id: Any, total: Any) -> Counter[int]:
    query = (
        select(cell_id, total)
        .join(Cell, Cell.id == cell_id)
        .where(Cell.round_id == round_id)
        .group_by(cell_id)
    )
    return Counter({cell: int(n) for cell, n in connection.execute(query)})


def receipts(connection: Connection, round_id: int) -> Receipts:
    """Count receipts, and the forms that had been sent before, for another ballot or openly."""
    given = union_all(
        select(Ballot.accept.label("mark"), Ballot.round_id).where(Ballot.accept.is_not(None)),
        select(OpenForm.mark, OpenForm.round_id),
    ).subquery()
    own = select(given.c.mark).where(given.c.round_id == round_id).subquery()
    others = select(given.c.mark).where(given.c.round_id != round_id)
    total, different = connection.execute(
        select(func.count(), func.count(own.c.mark.distinct()))
    ).one()
    elsewhere = connection.scalar(
        select(func.count(own.c.mark.distinct())).where(own.c.mark.in_(others))
    )
    stored = connection.scalar(
        select(func.count()).select_from(Receipt).where(Receipt.round_id == round_id)
    )
    return Receipts(stored or 0, total - different + (elsewhere or 0))


def labels(connection: Connection, cells: Sequence[int]) -> Mapping[int, str]:
    """Name cells."""
    rows = connection.execute(select(Cell.id, Cell.level, Cell.label).where(Cell.id.in_(cells)))
    return {row.id: title(row.level, row.label) for row in rows}

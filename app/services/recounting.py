"""Whether what the mixer noted of its answers agrees with the answers themselves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from app.extensions import db
from app.queries import recounts
from app.services.errors import NotFoundError
from app.services.moving.snapshots import snapshot
from app.services.tallying import counted_items, counts
from surveys.reading import read_questionnaire

Place = TypeVar("Place", int, tuple[int, str, str])


@dataclass(frozen=True)
class Miss:
    """A number that does not agree with the answers.

    Attributes
    ----------
    check : str
        tally, doors, batches or receipts.
    cell : str
        Label of the cell; "" where the whole round is meant.
    item, value : str
        What was answered, for the tally.
    counted : int
        What the answers say; for receipts the nearest number that would agree.
    noted : int
        What is stored.
    """

    check: str
    cell: str
    item: str
    value: str
    counted: int
    noted: int


def misses(round_id: int) -> tuple[Miss, ...]:
    """Count the answers of a round anew and compare, at one moment.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    with snapshot(db.engine) as connection:
        document = recounts.questionnaire(connection, round_id)
        if document is None:
            raise NotFoundError()
        items = counted_items(read_questionnaire(document))
        by_value: Counter[tuple[int, str, str]] = Counter()
        by_cell: Counter[int] = Counter()
        for cell_id, given in recounts.answers(connection, round_id):
            by_cell[cell_id] += 1
            by_value.update((cell_id, *place) for place in counts(items, [given]))
        tally = recounts.tally(connection, round_id)
        noted = {
            "doors": recounts.doors(connection, round_id),
            "batches": recounts.opened(connection, round_id),
        }
        cells = {*by_cell, *(place[0] for place in tally), *noted["doors"], *noted["batches"]}
        labels = recounts.labels(connection, sorted(cells))
        receipts = recounts.receipts(connection, round_id)
    found = [
        Miss("tally", labels[cell], item, value, counted, stored)
        for (cell, item, value), counted, stored in _differences(by_value, tally)
    ]
    found += [
        Miss(check, labels[cell], "", "", counted, stored)
        for check, counts in noted.items()
        for cell, counted, stored in _differences(by_cell, counts)
    ]
    return (*found, *_receipts(by_cell.total(), receipts))


def _differences(
    counted: Counter[Place], noted: Counter[Place]
) -> Iterator[tuple[Place, int, int]]:
    for place in sorted(counted.keys() | noted.keys()):
        if counted[place] != noted[place]:
            yield place, counted[place], noted[place]


def _receipts(answers: int, found: recounts.Receipts) -> Iterator[Miss]:
    """Hold receipts against answers: a nonce that was given twice makes one receipt of two."""
    nearest = min(max(found.stored, answers - found.repeated), answers)
    if nearest != found.stored:
        yield Miss("receipts", "", "", "", nearest, found.stored)

"""Attacks that hope that something kept the order in which people answered."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.proofs import unlink_crowds as crowds
from tests.proofs.unlink_evidence import Evidence, Guesses, Key, Row


def number(key: Key) -> tuple[int, str]:
    """Sort keys that are numbers by value, others as they are."""
    return (len(key) if key.isdigit() else 0, key)


def keys_by_spending(evidence: Evidence) -> Guesses:
    """Whose ballot was spent first has the answer with the lowest key."""
    spending = evidence.spending
    return crowds.by_rank(crowds.of_ballots(evidence), spending.__getitem__, number)


def places_by_spending(evidence: Evidence) -> Guesses:
    """Whose ballot was spent first has the answer that lies first in the file."""
    spending = evidence.spending
    place = at(evidence.answers)
    return crowds.by_rank(crowds.of_ballots(evidence), spending.__getitem__, place)


def places_by_places(evidence: Evidence) -> Guesses:
    """In one dump of the end, rows of a cell lie in one order in both tables."""
    found = crowds.of_one_dump(evidence)
    return crowds.by_rank(found, at(evidence.ballots), at(evidence.answers))


def keys_by_rank(evidence: Evidence) -> Guesses:
    """In one dump of the end, the order of the drawn ballots is that of the answers' keys."""
    return crowds.by_rank(crowds.of_one_dump(evidence), int, number)


def weights(evidence: Evidence) -> Guesses:
    """An answer's weight tells the cell, and so whose it may be."""
    answered: dict[int, list[Key]] = defaultdict(list)
    for key in evidence.answers:
        answered[evidence.cell_of(key)].append(key)
    share = {
        cell: evidence.cells[cell]["population"] / len(keys) for cell, keys in answered.items()
    }
    targets, sources = defaultdict(list), defaultdict(list)
    for cell, keys in answered.items():
        targets[share[cell]] += keys
    for ballot in evidence.spending:
        above = evidence.ancestors(evidence.leaf(ballot))
        weight = next((share[cell] for cell in above if cell in share), None)
        sources[weight].append(ballot)
    found = [crowds.among(sources[w], targets[w]) for w in targets if sources[w]]
    return crowds.by_rank(found, evidence.spending.__getitem__, at(evidence.answers))


def transactions(evidence: Evidence) -> Guesses:
    """Rows with one xmin were written together: ballot with answer, or box with answer."""
    written: dict[int, list[Key]] = defaultdict(list)
    for key, row in evidence.answers.items():
        written[row.place.transaction].append(key)
    boxes, spent = evidence.boxes, {}
    for moment in evidence.moments:
        spent |= moment.spent
    found: dict[int, Key] = {}
    owner = crowds.boxes_of(evidence)
    for ballot, place in spent.items():
        together = written.get(place.transaction)
        if not together and ballot in owner:
            together = written.get(boxes[owner[ballot]].place.transaction)
        if together:
            found[ballot] = min(together, key=at(evidence.answers))
    rest = crowds.by_rank(
        crowds.of_ballots(evidence), lambda b: spent[b].transaction, at(evidence.answers)
    )
    return {**rest, **found}


def journal(evidence: Evidence) -> Guesses:
    """Replay the database's own log: what one commit wrote, and in which order."""
    found: dict[int, Key] = {}
    order: dict[Any, int] = {}
    for commit in evidence.journal:
        found |= dict(zip(commit.ballots, commit.answers, strict=False))
        for key in (*commit.ballots, *commit.answers):
            order.setdefault(key, len(order))
    rest = crowds.by_rank(
        crowds.of_ballots(evidence), lambda b: order.get(b, 0), lambda a: order.get(a, 0)
    )
    return {**rest, **found}


def comments_by_keys(evidence: Evidence) -> Guesses:
    """A comment and its answer have the same place among the keys of what came out together."""
    return crowds.by_rank(crowds.of_rows(evidence, "comment"), number, number)


def comments_by_places(evidence: Evidence) -> Guesses:
    """A comment and its answer were written in one order."""
    found = crowds.of_rows(evidence, "comment")
    return crowds.by_rank(found, at(evidence.comments), at(evidence.answers))


def comments_of_ballots(evidence: Evidence) -> Guesses:
    """Those who commented came in the order in which comments lie there."""
    found = crowds.of_ballots(evidence, "comment")
    return crowds.by_rank(found, evidence.spending.__getitem__, at(evidence.comments))


def receipts_by_keys(evidence: Evidence) -> Guesses:
    """A receipt and its answer have the same place among the keys."""
    return crowds.by_rank(crowds.of_rows(evidence, "receipt"), number, number)


def receipts_by_places(evidence: Evidence) -> Guesses:
    """A receipt and its answer were written in one order."""
    found = crowds.of_rows(evidence, "receipt")
    return crowds.by_rank(found, at(evidence.receipts), at(evidence.answers))


def receipts_of_ballots(evidence: Evidence) -> Guesses:
    """Receipts lie there in the order of the ballots."""
    found = crowds.of_ballots(evidence, "receipt")
    return crowds.by_rank(found, evidence.spending.__getitem__, at(evidence.receipts))


def at(rows: Mapping[Any, Row]) -> crowds.Clue:
    """Sort rows by where they lie: transaction, page, place in the page."""
    places = {key: row.place for key, row in rows.items()}

    def clue(key: Any) -> tuple[int, int, int]:
        place = places[key]
        return (place.transaction, place.page, place.slot)

    return clue

"""Among which answers each ballot's own must be, and guesses that follow an order.

A ballot is followed to the box that appeared with it, or straight to an answer; boxes that went
together to the answers that appeared then. Whoever has a clue sorts both sides of a crowd by it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.proofs.unlink_evidence import BoxSeen, Evidence, Guesses, Key, Moment, Place, Statement

Clue = Callable[[Any], Any]


@dataclass(frozen=True)
class Crowd:
    """Rows of two kinds that belong together, nobody knows how.

    Attributes
    ----------
    sources : sequence
        Ballots, or other rows; more than targets where some stay sealed.
    fresh : set
        Those of them that no earlier crowd held: each gets one guess, where it is likeliest.
    """

    sources: Sequence[Any]
    targets: Sequence[Key]
    fresh: frozenset[Any]


def by_rank(crowds: Iterable[Crowd], source: Clue, target: Clue) -> dict[Any, Key]:
    """Guess that the order of one side is the order of the other."""
    found: dict[Any, Key] = {}
    for crowd in crowds:
        targets = sorted(crowd.targets, key=target)
        share = len(targets) / len(crowd.sources)
        for place, key in enumerate(sorted(crowd.sources, key=source)):
            if key in crowd.fresh:
                found[key] = targets[int((place + 0.5) * share)]
    return found


def among(sources: Sequence[Any], targets: Sequence[Key]) -> Crowd:
    """Make a crowd of which nothing was guessed before."""
    return Crowd(sources, targets, frozenset(sources))


def of_ballots(
    evidence: Evidence, to: str = "answer", moments: Sequence[Moment] | None = None
) -> list[Crowd]:
    """Put every ballot into the crowd in which its answer, comment or receipt came out.

    Whoever sees all moments has the database's statements too, and so knows which of the boxes
    that went were opened and which moved under the next key.
    """
    exact = frozenset(opened_boxes(evidence)) if moments is None else frozenset()
    holders: dict[Key, frozenset[int]] = {}
    cell_of = {name: box.cell for m in moments or evidence.moments for name, box in m.boxes.items()}
    guessed: set[int] = set()
    found = []
    for moment in evidence.moments if moments is None else moments:
        opened = _opened(evidence, moment, holders, cell_of, exact)
        for leaves, targets in _origins(evidence, moment, to, set(opened)).items():
            sources = sorted({ballot for leaf in leaves for ballot in opened[leaf]})
            if sources:
                found.append(Crowd(sources, targets, frozenset(sources) - guessed))
                guessed |= set(sources)
    return found


def _opened(
    evidence: Evidence,
    moment: Moment,
    holders: dict[Key, frozenset[int]],
    cell_of: Mapping[Key, int],
    exact: frozenset[Key],
) -> dict[int, set[int]]:
    """Tell for each cell whose answers may have come out, and who may be in the boxes now."""
    fresh, kept, opened = defaultdict(set), defaultdict(set), defaultdict(set)
    for ballot in moment.spent:
        fresh[evidence.leaf(ballot)].add(ballot)
    for name in moment.gone:
        inside = holders.pop(name, frozenset())
        if name in exact or not exact:
            opened[cell_of[name]] |= inside
        if name not in exact:
            kept[cell_of[name]] |= inside
    for leaf, ballots in fresh.items():
        if moment.answers:
            opened[leaf] |= ballots
    for name, box in moment.boxes.items():
        holders[name] = frozenset(fresh[box.cell] | kept[box.cell])
    return opened


def opened_boxes(evidence: Evidence) -> dict[Key, Key]:
    """Tell which boxes the statements opened, each with the answer written at its place."""
    deleted = runs(evidence.statements, "box", "DELETE", evidence.boxes)
    return aligned(
        deleted, runs(evidence.statements, evidence.tables.answer, "INSERT", evidence.answers)
    )


Runs = list[tuple[int, list[Key]]]


def aligned(deleted: Runs, written: Runs) -> dict[Key, Key]:
    """Match each writing with the nearest deletion of as many, and their names one by one."""
    found: dict[Key, Key] = {}
    left = list(deleted)
    for when, names in written:
        fitting = [run for run in left if len(run[1]) == len(names)]
        nearest = min(fitting, key=lambda run: abs(run[0] - when), default=None)
        if nearest:
            left.remove(nearest)
            found |= dict(zip(nearest[1], names, strict=True))
    return found


def runs(statements: Iterable[Statement], table: str, act: str, known: Collection[Key]) -> Runs:
    """List the known names in statements of a kind, and when; rows one by one count as one."""
    found: Runs = []
    before = False
    for when, statement in enumerate(statements):
        wanted = statement.text.startswith(act) and f" {table} " in f"{statement.text} "
        if wanted and not before:
            found.append((when, []))
        if wanted:
            names = found[-1][1]
            names += [name for name in statement.names if name in known and name not in names]
        before = wanted
    return [run for run in found if run[1]]


def _origins(
    evidence: Evidence, moment: Moment, to: str, opened: set[int]
) -> dict[frozenset[int], list[Key]]:
    """Group what came out by the cells it can have come from."""
    new = {"answer": moment.answers, "comment": moment.comments, "receipt": moment.receipts}[to]
    named = {evidence.cell_of(answer) for answer in moment.answers}
    found: dict[frozenset[int], list[Key]] = defaultdict(list)
    for key in new:
        if to == "answer":
            cell = evidence.cell_of(key)
            within = {leaf for leaf in opened if cell == _nearest(evidence, leaf, named)}
        else:
            rows = evidence.comments if to == "comment" else evidence.receipts
            unit = rows[key].values.get("unit_id")
            within = {leaf for leaf in opened if unit in {None, evidence.unit_of(leaf)}}
        found[frozenset(within)].append(key)
    return found


def _nearest(evidence: Evidence, leaf: int, named: Collection[int]) -> int | None:
    """Find the lowest cell above a leaf that answers name: there its own must be."""
    return next((cell for cell in evidence.ancestors(leaf) if cell in named), None)


def of_one_dump(evidence: Evidence) -> list[Crowd]:
    """Put ballots and answers of a cell together, as one who comes only in the end must."""
    answers, ballots = defaultdict(list), defaultdict(list)
    for key in evidence.answers:
        answers[evidence.cell_of(key)].append(key)
    for ballot in evidence.spending:
        cell = _nearest(evidence, evidence.leaf(ballot), answers)
        ballots[cell].append(ballot)
    return [among(ballots[cell], answers[cell]) for cell in answers if ballots[cell]]


def of_rows(evidence: Evidence, of: str) -> list[Crowd]:
    """Put comments or receipts together with the answers that came out with them."""
    rows = evidence.comments if of == "comment" else evidence.receipts
    found = []
    for moment in evidence.moments:
        sources, targets = defaultdict(list), defaultdict(list)
        units = {evidence.unit_of(evidence.cell_of(key)) for key in moment.answers}
        for key in moment.comments if of == "comment" else moment.receipts:
            unit = rows[key].values.get("unit_id")
            sources[unit if unit in units else None].append(key)
        for key in moment.answers:
            unit = evidence.unit_of(evidence.cell_of(key))
            targets[unit if unit in sources else None].append(key)
        found += [among(sources[unit], targets[unit]) for unit in sources if targets[unit]]
    return found


def boxes_of(evidence: Evidence) -> dict[int, Key]:
    """Tell for each ballot the box that appeared with it; by transaction or order if several."""
    found: dict[int, Key] = {}
    for moment in evidence.moments:
        by_cell: dict[int, list[tuple[Key, BoxSeen]]] = defaultdict(list)
        for name, box in moment.boxes.items():
            by_cell[box.cell].append((name, box))
        for ballot, place in moment.spent.items():
            rest = by_cell[evidence.leaf(ballot)]
            if rest:
                here = [pair for pair in rest if pair[1].place.transaction == place.transaction]
                found[ballot] = (here or rest)[0][0]
                rest.remove((here or rest)[0])
    return found


def filled(guesses: Guesses, crowds: Sequence[Crowd]) -> dict[Any, Key]:
    """Where a clue was silent, guess within the crowd."""
    return {**by_rank(crowds, str, str), **guesses}


def of_backups(evidence: Evidence) -> list[Moment]:
    """Turn backups into what changed from each to the next."""
    states = [{}, *evidence.backups]
    found = []
    for before, after in pairwise(states):
        boxes = {row["id"]: row for row in after.get("box", [])}
        old = {row["id"] for row in before.get("box", [])}
        spent = {row["id"] for row in before.get("ballot", []) if row["spent"]}
        found.append(
            Moment(
                {r["id"]: Place() for r in after["ballot"] if r["spent"] and r["id"] not in spent},
                {
                    name: BoxSeen(row["cell_id"], row["key_id"], row["ciphertext"], Place())
                    for name, row in boxes.items()
                    if name not in old
                },
                frozenset(old - boxes.keys()),
                _new(before, after, "answer", "rid"),
                _new(before, after, "comment", "id"),
                _new(before, after, "receipt", "hash"),
            )
        )
    return found


def _new(
    before: Mapping[str, Any], after: Mapping[str, Any], table: str, key: str
) -> frozenset[Key]:
    rows = [{row[key] for row in state.get(table, [])} for state in (before, after)]
    return frozenset(rows[1] - rows[0])

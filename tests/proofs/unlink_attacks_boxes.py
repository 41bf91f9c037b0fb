"""Attacks on sealed boxes: their names, lengths, places, remnants, copies and keys."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from nacl.public import PrivateKey

from app.services import sealing
from app.services.sealing import UnreadableBoxError
from tests.proofs import unlink_crowds as crowds
from tests.proofs.unlink_attacks_order import at, number
from tests.proofs.unlink_evidence import Evidence, Guesses, Key

NAMED = re.compile(rb"[0-9a-f]{32}")
IN_CLEAR = re.compile(rb'"rid":\s*"([0-9a-f]{32})"')
# A name stands before what it names, farther off than a large page never.
NEAR = 65536


def names(evidence: Evidence) -> Guesses:
    """Boxes and answers have their keys in one order."""
    owner = crowds.boxes_of(evidence)
    found = crowds.of_ballots(evidence)
    return crowds.by_rank(found, lambda b: owner.get(b, ""), number)


def names_by_places(evidence: Evidence) -> Guesses:
    """Boxes were read in the order of their names, and answers written as they were read."""
    owner = crowds.boxes_of(evidence)
    found = crowds.of_ballots(evidence)
    return crowds.by_rank(found, lambda b: owner.get(b, ""), at(evidence.answers))


def places(evidence: Evidence) -> Guesses:
    """Boxes were read in the order in which they lay there."""
    owner, boxes = crowds.boxes_of(evidence), evidence.boxes

    def clue(ballot: int) -> tuple[int, int]:
        place = boxes[owner[ballot]].place if ballot in owner else None
        return (place.page, place.slot) if place else (0, 0)

    return crowds.by_rank(crowds.of_ballots(evidence), clue, at(evidence.answers))


def lengths_of_comments(evidence: Evidence) -> Guesses:
    """The longest box holds the longest comment; a box keeps its length when it is resealed."""
    owner, boxes = crowds.boxes_of(evidence), evidence.boxes
    waiting = defaultdict(list)
    found: dict[Key, int] = {}
    for moment in evidence.moments:
        for ballot in moment.spent:
            if ballot in owner:
                place = (boxes[owner[ballot]].cell, len(boxes[owner[ballot]].ciphertext))
                waiting[place].append(ballot)
        fresh = {owner.get(ballot) for ballot in moment.spent}
        opened = Counter((boxes[n].cell, len(boxes[n].ciphertext)) for n in moment.gone)
        opened -= Counter(
            (box.cell, len(box.ciphertext)) for n, box in moment.boxes.items() if n not in fresh
        )
        out = defaultdict(list)
        for (cell, length), count in opened.items():
            here = waiting[cell, length]
            out[evidence.unit_of(cell)] += [(length, ballot) for ballot in here[:count]]
            del here[:count]
        bodies = defaultdict(list)
        for key in moment.comments:
            row = evidence.comments[key].values
            bodies[row["unit_id"]].append((len(row["body"]), key))
        for unit, comments in bodies.items():
            pairs = zip(sorted(comments)[::-1], sorted(out[unit])[::-1], strict=False)
            found |= {key: ballot for (_, key), (_, ballot) in pairs}
    return found


def lengths_of_answers(evidence: Evidence) -> Guesses:
    """The longest box holds the longest answer."""
    owner, boxes = crowds.boxes_of(evidence), evidence.boxes

    def size(ballot: int) -> int:
        return len(boxes[owner[ballot]].ciphertext) if ballot in owner else 0

    def told(key: Key) -> int:
        return len(json.dumps(evidence.answers[key].values["answers"]))

    return crowds.by_rank(crowds.of_ballots(evidence), size, told)


def resealed(evidence: Evidence) -> Guesses:
    """Boxes kept back lie under new names in their old order, so the others must have opened."""
    owner, boxes = crowds.boxes_of(evidence), evidence.boxes
    ballot_of = {name: ballot for ballot, name in owner.items()}
    found: dict[int, Key] = {}
    for moment in evidence.moments:
        kept, gone, out = defaultdict(list), defaultdict(list), defaultdict(list)
        fresh = {owner.get(ballot) for ballot in moment.spent}
        for name, box in moment.boxes.items():
            if name not in fresh:
                kept[box.cell].append(name)
        for name in moment.gone:
            gone[boxes[name].cell].append(name)
        for key in moment.answers:
            out[evidence.cell_of(key)].append(key)
        for cell, old in gone.items():
            order = sorted(old, key=lambda name: (boxes[name].place.page, boxes[name].place.slot))
            new = sorted(kept[cell], key=lambda name: boxes[name].place.slot)
            moved = dict(zip(order[-len(new) :] if new else (), new, strict=False))
            ballot_of |= {new: ballot_of[old] for old, new in moved.items() if old in ballot_of}
            opened = [ballot_of[name] for name in order if name not in moved and name in ballot_of]
            answers = sorted(out[cell], key=at(evidence.answers))
            found |= dict(zip(opened, answers, strict=False))
    return crowds.filled(found, crowds.of_ballots(evidence))


def dead_rows(evidence: Evidence) -> Guesses:
    """Deleted boxes still lie in PostgreSQL's file, with the command that deleted each."""
    ballot_of = {name: ballot for ballot, name in crowds.boxes_of(evidence).items()}
    written, deleted = defaultdict(list), defaultdict(list)
    for key, row in evidence.answers.items():
        written[row.place.transaction, evidence.cell_of(key)].append(key)
    cells = {name: box.cell for name, box in evidence.boxes.items()}
    for row in {row.id: row for row in evidence.dead}.values():
        if row.id in ballot_of:
            deleted[row.deleted_by, cells[row.id]].append(row)
    found: dict[int, Key] = {}
    for together, rows in deleted.items():
        answers = sorted(written[together], key=at(evidence.answers))
        first = min(row.command for row in rows)
        opened = [row for row in rows if row.command == first or len(rows) == len(answers)]
        opened.sort(key=lambda row: (row.command, row.place.page, row.place.slot))
        names = [ballot_of[row.id] for row in opened]
        found |= dict(zip(names, answers, strict=False))
    return crowds.filled(found, crowds.of_ballots(evidence))


def remnants(evidence: Evidence) -> Guesses:
    """Search all bytes of the files for an answer in clear behind the name of its box."""
    ballot_of = {name: ballot for ballot, name in crowds.boxes_of(evidence).items()}
    found: dict[int, Key] = {}
    for content in evidence.remnants:
        for answer in IN_CLEAR.finditer(content):
            before = content[max(0, answer.start() - NEAR) : answer.start()]
            names = [name.decode() for name in NAMED.findall(before)]
            ballot = next((ballot_of[n] for n in reversed(names) if n in ballot_of), None)
            if ballot is not None:
                found[ballot] = answer[1].decode()
    return crowds.filled(found, crowds.of_ballots(evidence))


def contents(evidence: Evidence, halves: Sequence[bytes]) -> dict[int, Key]:
    """Open every box that was ever seen with some keys."""
    keys = {bytes(key.public_key): key for key in map(PrivateKey, halves)}
    public = {row["id"]: row["public"] for row in evidence.others["mixing_key"]}
    boxes, found = evidence.boxes, {}
    for ballot, name in crowds.boxes_of(evidence).items():
        secret = keys.get(public[boxes[name].key])
        if secret is not None:
            try:
                found[ballot] = sealing.open_box(secret, boxes[name].ciphertext).rid
            except UnreadableBoxError:
                continue
    return found


def keys_left(evidence: Evidence) -> Guesses:
    """Open old copies of boxes with what is in the key folder in the end."""
    found = contents(evidence, evidence.keys_after)
    return crowds.filled(found, crowds.of_ballots(evidence))


def backups(evidence: Evidence) -> Guesses:
    """Compare backups: whose box was in one and gone in the next, and what came out between."""
    found = crowds.of_ballots(evidence, moments=crowds.of_backups(evidence))
    return crowds.by_rank(found, int, number)

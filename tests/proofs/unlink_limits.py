"""Attackers who have more than all databases, files, logs and backups.

One of them must fail all the same. What the others find the mixer does not prevent: known limits,
measured, told beside the attacks and not counted.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.proofs import unlink_attacks_boxes as boxes, unlink_crowds as crowds
from tests.proofs.unlink_attacks_side import by_trait
from tests.proofs.unlink_evidence import Evidence, Guesses, Truth
from tests.proofs.unlink_scoring import Attack, Score, score
from tests.proofs.unlink_world import SECONDS, Person

Limit = Callable[[Evidence, Truth, Sequence[Person]], Guesses]
BRIBED = 0.5


def keys_before_mixing(evidence: Evidence, truth: Truth, people: Sequence[Person]) -> Guesses:
    """Somebody takes the key folder too, once, before the first mixing."""
    del truth, people
    return boxes.contents(evidence, evidence.keys_before)


def seen_answering(evidence: Evidence, truth: Truth, people: Sequence[Person]) -> Guesses:
    """Somebody outside knows for each person the device and about how long they took."""
    del truth
    known = {p.ballot: (SECONDS.index(p.seconds) + 1, p.device) for p in people}
    values = {key: row.values for key, row in evidence.answers.items()}
    told = {key: (row.get("duration"), row.get("device")) for key, row in values.items()}
    return by_trait(crowds.of_ballots(evidence), known, told)


def told_by_the_list(evidence: Evidence, truth: Truth, people: Sequence[Person]) -> Guesses:
    """The dossier list tells what the answer repeats: citizen, organisation or household."""
    del truth, people
    kinds = {row["id"]: row["respondent_kind"] for row in evidence.others["dossier"]}
    known = {b: kinds[row.values["dossier_id"]] for b, row in evidence.ballots.items()}
    told = {
        key: row.values["answers"].get("respondent_kind") for key, row in evidence.answers.items()
    }
    return by_trait(crowds.of_ballots(evidence), known, told)


def half_are_bribed(evidence: Evidence, truth: Truth, people: Sequence[Person]) -> Guesses:
    """Half of those who answered show their answers; the other half are looked for."""
    chance = random.Random(7)
    shown = {p.ballot for p in people if chance.random() < BRIBED}
    theirs = {truth.answer[ballot] for ballot in shown if ballot in truth.answer}
    found = []
    for crowd in crowds.of_ballots(evidence):
        sources = [ballot for ballot in crowd.sources if ballot not in shown]
        targets = [key for key in crowd.targets if key not in theirs]
        if sources and targets:
            found.append(replace(crowd, sources=sources, targets=targets))
    return crowds.by_rank(found, int, str)


LIMITS: tuple[Limit, ...] = (
    keys_before_mixing,
    told_by_the_list,
    half_are_bribed,
)


@dataclass(frozen=True)
class Bound:
    """A limit with all it needs, run like an attack."""

    limit: Limit
    truth: Truth
    people: Sequence[Person]

    def __getattr__(self, name: str) -> Any:
        """Have the name of what it runs."""
        return getattr(self.limit, name)

    def __call__(self, evidence: Evidence) -> Guesses:
        """Guess."""
        return self.limit(evidence, self.truth, self.people)


def onlookers(evidence: Evidence, truth: Truth, people: Sequence[Person], k: int) -> list[Score]:
    """Measure what watching people answer gives: nothing, for no answer keeps time or device."""
    return [score(Attack(Bound(seen_answering, truth, people)), evidence, truth, k)]


def limits(evidence: Evidence, truth: Truth, people: Sequence[Person], k: int) -> list[Score]:
    """Measure all known limits."""
    bound = [Bound(limit, truth, people) for limit in LIMITS]
    return [score(Attack(limit), evidence, truth, k) for limit in bound]

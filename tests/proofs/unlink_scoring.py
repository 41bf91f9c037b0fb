"""All attacks, what each is about, and when one has won."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from tests.proofs import (
    unlink_attacks_boxes as boxes,
    unlink_attacks_order as order,
    unlink_attacks_side as side,
)
from tests.proofs.unlink_evidence import Evidence, Guesses, Truth

SIGMAS = 3.0


@dataclass(frozen=True)
class Attack:
    """A way to guess; `of` and `to` name the kinds of rows that it ties."""

    run: Callable[[Evidence], Guesses]
    of: str = "ballot"
    to: str = "answer"

    @property
    def name(self) -> str:
        """Name it as the tables of figures do."""
        module = self.run.__module__.rpartition("_")[2]
        return f"{module}: {self.run.__name__.replace('_', ' ')}"


@dataclass(frozen=True)
class Score:
    """How an attack fared.

    Attributes
    ----------
    bound : float
        Highest rate that chance alone explains: 1/k and three standard deviations.
    """

    attack: Attack
    guesses: int
    hits: int
    bound: float

    @property
    def rate(self) -> float:
        """Share of guesses that were right."""
        return self.hits / self.guesses if self.guesses else 0.0

    @property
    def won(self) -> bool:
        """Whether it did better than chance in a crowd of k."""
        return self.rate > self.bound

    def told(self) -> str:
        """Sum it up."""
        link = f"{self.attack.of} → {self.attack.to}"
        return (
            f"{self.attack.name:<34} {link:<18} {self.hits:>5} of {self.guesses:>5} "
            f"= {100 * self.rate:6.2f} %  (bound {100 * self.bound:5.2f} %)"
            f"{'  WON' if self.won else ''}"
        )


ATTACKS = (
    Attack(order.keys_by_spending),
    Attack(order.places_by_spending),
    Attack(order.places_by_places),
    Attack(order.keys_by_rank),
    Attack(order.weights),
    Attack(order.transactions),
    Attack(order.journal),
    Attack(order.comments_by_keys, "comment"),
    Attack(order.comments_by_places, "comment"),
    Attack(order.comments_of_ballots, to="comment"),
    Attack(order.receipts_by_keys, "receipt"),
    Attack(order.receipts_by_places, "receipt"),
    Attack(order.receipts_of_ballots, to="receipt"),
    Attack(boxes.names),
    Attack(boxes.names_by_places),
    Attack(boxes.places),
    Attack(boxes.lengths_of_comments, "comment", "ballot"),
    Attack(boxes.lengths_of_answers),
    Attack(boxes.resealed),
    Attack(boxes.dead_rows),
    Attack(boxes.remnants),
    Attack(boxes.keys_left),
    Attack(boxes.backups),
    Attack(side.statements),
    Attack(side.statements_that_read),
    Attack(side.statements_of_receipts, to="receipt"),
    Attack(side.statements_of_reports, to="receipt"),
    Attack(side.logs),
    Attack(side.jobs_and_chain),
    Attack(side.tallies),
    Attack(side.batches),
    Attack(side.field_counts),
    Attack(side.classes_in_logs),
    Attack(side.marks, to="receipt"),
)


def score(attack: Attack, evidence: Evidence, truth: Truth, k: int) -> Score:
    """Let an attack guess, and count how often it is right."""
    guesses = attack.run(evidence)
    links = truth.links(attack.of, attack.to)
    judged = {key: guess for key, guess in guesses.items() if key in links}
    hits = sum(links[key] == guess for key, guess in judged.items())
    chance = 1 / k
    spread = sqrt(chance * (1 - chance) / len(judged)) if judged else 0.0
    return Score(attack, len(judged), hits, min(1.0, chance + SIGMAS * spread))


def scores(
    evidence: Evidence, truth: Truth, k: int, attacks: Sequence[Attack] = ATTACKS
) -> list[Score]:
    """Let all attacks guess."""
    return [score(attack, evidence, truth, k) for attack in attacks]

"""Everything about the answers of rounds that can be counted twice."""

from dataclasses import dataclass

from app.queries import rounds
from app.services.reconciling import Reconciliation, reconcile
from app.services.recounting import Miss, misses


@dataclass(frozen=True)
class Verification:
    """Where the answers of a round are, and what was noted of them wrongly."""

    round_id: int
    accounts: Reconciliation
    misses: tuple[Miss, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is missing and every count agrees."""
        return self.accounts.holds and not self.misses


def verify_round(round_id: int) -> Verification:
    """Count a round's ballots against its answers, and its answers against what was noted.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    return Verification(round_id, reconcile(round_id), misses(round_id))


def verify_all() -> tuple[Verification, ...]:
    """Verify every round."""
    return tuple(verify_round(found) for found in sorted(each.id for each in rounds.all_rounds()))

"""Whether every answer that was accepted is accounted for."""

from dataclasses import dataclass

from app.queries import boxes
from app.services import keys
from app.services.errors import NotFoundError


@dataclass(frozen=True)
class Unreadable:
    """Boxes of a cell whose secret half is not on this machine."""

    cell: str
    boxes: int


@dataclass(frozen=True)
class Reconciliation:
    """Where the answers of a round are; the counts are those of `boxes.Tally`."""

    spent: int
    boxes: int
    answers: int
    declared_lost: int
    difference: int
    unreadable: tuple[Unreadable, ...]
    open_forms: int = 0
    claims: int = 0
    claimed: int = 0

    @property
    def holds(self) -> bool:
        """Whether spent + open_forms + claims = boxes + answers + claimed + declared_lost."""
        return self.difference == 0


def reconcile(round_id: int) -> Reconciliation:
    """Count ballots and forms against answers, and list what nobody can open.

    Raises
    ------
    NotFoundError
        If there is no such round.
    """
    tally = boxes.tally(round_id)
    if tally is None:
        raise NotFoundError()
    here = keys.kept()
    lost = [row for row in boxes.waiting(round_id) if row.public not in here]
    return Reconciliation(
        tally.spent,
        tally.boxes,
        tally.answers,
        tally.declared_lost,
        tally.difference,
        tuple(Unreadable(row.label, row.boxes) for row in lost),
        tally.open_forms,
        tally.claims,
        tally.claimed,
    )

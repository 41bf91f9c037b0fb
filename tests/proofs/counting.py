"""After a proof: what people were told, held against what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.extensions import db
from app.queries import boxes, receipts
from app.services import mixing
from app.services.reconciling import reconcile
from app.services.recording import SYSTEM
from surveys.links import receipt_hash
from tests.proofs.site import Site


@dataclass(frozen=True)
class Count:
    """Where the answers are once the round has closed.

    Attributes
    ----------
    lost : int
        Acknowledged receipts that are not counted.
    doubled : int
        Answers beyond the spent ballots.
    unacknowledged : int
        Ballots spent although nobody was thanked, less those thanked that are not spent.
    unreadable : int
        Boxes that nobody can open.
    mixed : int
        Answers that were mixed before the round closed.
    holds : bool
        What `khaosat rounds verify` says.
    """

    acknowledged: int
    spent: int
    answers: int
    lost: int
    doubled: int
    unacknowledged: int
    unreadable: int
    mixed: int
    holds: bool

    @property
    def faults(self) -> int:
        """Everything that must be 0."""
        wrong = self.lost + self.doubled + abs(self.unacknowledged) + self.unreadable
        return wrong + (not self.holds)


def count(site: Site, acknowledged: Mapping[str, str]) -> Count:
    """Close the round of a site that is at rest, open everything, and count."""
    with site.app.app_context():
        before = boxes.tally(site.made.id)
        assert before is not None
        mixing.close_round(SYSTEM, site.made.id)
        found = reconcile(site.made.id)
        lost = sum(
            receipts.counted(receipt_hash(code).hex()) is None for code in acknowledged.values()
        )
        db.session.remove()
        db.engine.dispose()
    return Count(
        acknowledged=len(acknowledged),
        spent=found.spent,
        answers=found.answers,
        lost=lost,
        doubled=max(0, found.answers + found.boxes - found.spent),
        unacknowledged=found.spent - len(acknowledged),
        unreadable=found.boxes,
        mixed=before.answers,
        holds=before.difference == 0 and found.holds,
    )

"""How many codes were issued for counters, day by day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.models import CredentialCount, Round

# Printers jam: a few copies are nothing to ask about.
FEW, MUCH = 5, 0.2


@dataclass(frozen=True)
class IssuedCount:
    """Codes of a counter on a day; of those that were issued, some took an earlier one's place."""

    round_id: int
    round_name: str
    dry_run: bool
    counter_code: str
    day: date
    issued: int
    reissued: int

    @property
    def share(self) -> float:
        """Share of codes that took the place of earlier ones."""
        return self.reissued / self.issued if self.issued else 0.0

    @property
    def odd(self) -> bool:
        """Whether so many are worth a question at the counter."""
        return self.reissued >= FEW and self.share > MUCH


def since(day: date) -> list[IssuedCount]:
    """List what was issued from a day on, the latest day first, then by round and counter."""
    query = (
        select(
            Round.id,
            Round.name,
            Round.dry_run,
            CredentialCount.counter_code,
            CredentialCount.day,
            CredentialCount.issued,
            CredentialCount.reissued,
        )
        .join(Round, Round.id == CredentialCount.round_id)
        .where(CredentialCount.day >= day)
        .order_by(CredentialCount.day.desc(), Round.id.desc(), CredentialCount.counter_code)
    )
    return [IssuedCount(*row) for row in db.session.execute(query)]

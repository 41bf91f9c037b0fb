"""The opening of a ceremony, in the transaction that publishes who committed to what (0053)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock
from app.models import Ceremony, CeremonyParty
from app.services import ceremony_parties
from app.services.ceremony_parties import Arrangement
from app.vocabulary import CeremonyState
from sampling import seeding
from sampling.draw_record import Commitment


@dataclass(frozen=True)
class Opening:
    """A ceremony that is about to be stored with its draw."""

    arrangement: Arrangement
    commitment: Commitment


def arranged(arrangement: Arrangement, secret: bytes, source: str) -> Opening:
    """Check who takes part, with the office's commitment among the others.

    Raises
    ------
    InvalidInputError
        With a `FieldFault` for each fault.
    """
    own = seeding.commitment(secret, arrangement.office)
    return Opening(arrangement, ceremony_parties.agreed(arrangement, own, source, clock.now()))


def store(
    session: Session,
    round_id: int,
    opening: Opening,
    promise: str,
    attempt: int = 1,
    reason: str = "",
) -> None:
    """Open the ceremony of a draw in the transaction that publishes its promise."""
    arrangement, commitment = opening.arrangement, opening.commitment
    added = Ceremony(
        round_id=round_id,
        attempt=attempt,
        state=CeremonyState.REVEALING,
        absent=arrangement.absent,
        number_kind=arrangement.number_kind,
        number_at=arrangement.number_at,
        source=commitment.source,
        reason=reason,
        promise=promise,
        opened_at=clock.now(),
    )
    session.add(added)
    session.flush()
    session.add_all(
        CeremonyParty(ceremony_id=added.id, place=place, name=party.name, commitment=party.hash)
        for place, party in enumerate(commitment.parties)
    )

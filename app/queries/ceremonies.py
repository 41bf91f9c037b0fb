"""Ceremonies of draws: who committed to what, who revealed, and what nobody may see yet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Ceremony, CeremonyParty
from app.vocabulary import AbsentRule, CeremonyState, NumberKind

OFFICE = 0


@dataclass(frozen=True)
class PartyView:
    """A party of a ceremony.

    Attributes
    ----------
    place : int
        Its place in the seed; 0 is the office.
    secret : str
        In hexadecimal digits; "" until it is revealed. That of the office is "" as long as
        anything may be drawn with it.
    """

    place: int
    name: str
    commitment: str
    secret: str

    @property
    def office(self) -> bool:
        """Whether this is the office, whose secret the program keeps sealed."""
        return self.place == OFFICE

    @property
    def counts(self) -> bool:
        """Whether its secret is in the hands of the ceremony."""
        return self.office or bool(self.secret)


@dataclass(frozen=True)
class CeremonyView:
    """A ceremony; `number` is "" until it is entered, `number_at` None for dice thrown then."""

    attempt: int
    state: CeremonyState
    absent: AbsentRule
    number_kind: NumberKind
    number_at: datetime | None
    source: str
    number: str
    reason: str
    promise: str
    opened_at: datetime
    ended_at: datetime | None
    parties: tuple[PartyView, ...]

    @property
    def silent(self) -> tuple[PartyView, ...]:
        """Parties that have not revealed, in their order."""
        return tuple(party for party in self.parties if not party.counts)

    @property
    def next_due(self) -> PartyView | None:
        """The first of them; None when everybody has revealed."""
        return self.silent[0] if self.silent else None


def all_of_round(round_id: int) -> list[CeremonyView]:
    """List the ceremonies of a round, the newest first; nothing for a draw with one secret."""
    query = select(Ceremony).where(Ceremony.round_id == round_id).order_by(Ceremony.attempt.desc())
    return [view(found) for found in db.session.scalars(query)]


def of_round(round_id: int) -> CeremonyView | None:
    """Find the newest ceremony of a round."""
    return next(iter(all_of_round(round_id)), None)


def view(found: Ceremony) -> CeremonyView:
    """Read a ceremony with its parties."""
    query = select(CeremonyParty).where(CeremonyParty.ceremony_id == found.id)
    parties = db.session.scalars(query.order_by(CeremonyParty.place))
    return CeremonyView(
        attempt=found.attempt,
        state=found.state,
        absent=found.absent,
        number_kind=found.number_kind,
        number_at=found.number_at,
        source=found.source,
        number=found.number,
        reason=found.reason,
        promise=found.promise,
        opened_at=found.opened_at,
        ended_at=found.ended_at,
        parties=tuple(
            PartyView(party.place, party.name, party.commitment, party.secret) for party in parties
        ),
    )


def secrets_of(round_id: int, own: str) -> list[str | None]:
    """List the secrets of a draw in the order of the seed, None for a silent party.

    Parameters
    ----------
    own : str
        The office's secret, which lies with the draw.
    """
    ceremony = of_round(round_id)
    if ceremony is None:
        return [own]
    return [own if party.office else party.secret or None for party in ceremony.parties]

"""Claims that a list has caught up with, or that have waited long enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Claim, Contact, Dossier, Frame, MixingKey, Round
from app.vocabulary import Door, FrameState, RoundState


@dataclass(frozen=True)
class DueClaim:
    """A claim, and the dossier that it may have meant.

    Attributes
    ----------
    public : bytes or None
        Public half that its answer is sealed for; None without an answer.
    dossier_id, dossier_unit : int or None
        Of the list, among those that the round may ask about.
    listed_digits : bytes or None
        Hash of the digits that the list has for the dossier.
    """

    hash: bytes
    digits_hash: bytes | None
    unit_id: int | None
    door: Door
    opens_on: date | None
    until: date
    spent: bool
    accept: bytes | None
    key_id: int | None
    ciphertext: bytes | None
    public: bytes | None
    dossier_id: int | None
    dossier_unit: int | None
    listed_digits: bytes | None

    @property
    def proven(self) -> bool:
        """Whether nothing speaks against this being the dossier's person."""
        return self.digits_hash is None or self.digits_hash == self.listed_digits

    @property
    def refuted(self) -> bool:
        """Whether other digits were typed than the list has."""
        return not self.proven and self.listed_digits is not None


def locked(
    session: Session, round_id: int, kinds: Sequence[str], *, after: bytes, before: date, most: int
) -> list[DueClaim]:
    """Read and lock claims whose dossier is listed, or whose last day lies before one.

    Parameters
    ----------
    kinds : sequence of str
        Kinds of respondent that the round asks; every kind when empty.
    after : bytes
        Goes on behind this hash; claims that somebody holds at this moment are passed over.
    """
    listed = and_(Dossier.frame_id == Frame.id, Dossier.code == Claim.dossier_code)
    if kinds:
        listed = and_(listed, Dossier.respondent_kind.in_(kinds))
    query: Select[*tuple[Any, ...]] = (
        select(
            *(Claim.hash, Claim.digits_hash, Claim.unit_id, Claim.door, Claim.opens_on),
            *(Claim.until, Claim.spent, Claim.accept, Claim.key_id, Claim.ciphertext),
            *(MixingKey.public, Dossier.id, Dossier.unit_id, Contact.digits_hash),
        )
        .select_from(Claim)
        .outerjoin(MixingKey, MixingKey.id == Claim.key_id)
        .outerjoin(Frame, and_(Frame.round_id == Claim.round_id, Frame.state == FrameState.CURRENT))
        .outerjoin(Dossier, listed)
        .outerjoin(Contact, Contact.dossier_id == Dossier.id)
        .where(Claim.round_id == round_id, Claim.hash > after)
        .where(or_(Dossier.id.is_not(None), Claim.until < before))
        .order_by(Claim.hash)
        .limit(most)
        .with_for_update(of=Claim, skip_locked=True)
    )
    return [DueClaim(*row) for row in session.execute(query)]


def count(round_id: int) -> int:
    """Count the claims of a round."""
    query = select(func.count()).select_from(Claim).where(Claim.round_id == round_id)
    return db.session.scalar(query) or 0


def rounds(states: Sequence[RoundState]) -> list[int]:
    """List the rounds in one of some states that have claims."""
    claimed = exists().where(Claim.round_id == Round.id)
    query = select(Round.id).where(Round.state.in_(states), claimed)
    return list(db.session.scalars(query.order_by(Round.id)))

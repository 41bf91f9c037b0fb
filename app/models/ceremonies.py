"""The ceremony of a draw: several parties, their commitments, and what they revealed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Instant, Key, Name, words
from app.vocabulary import AbsentRule, CeremonyState, NumberKind


class Ceremony(Model):
    """A ceremony of a round; one that was stopped stays beside the next."""

    __tablename__ = "ceremony"
    __table_args__ = (
        UniqueConstraint("round_id", "attempt"),
        CheckConstraint("(number = '') = (state <> 'numbered')", name="numbered"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    attempt: Mapped[int] = mapped_column(default=1)
    state: Mapped[CeremonyState] = mapped_column(words(CeremonyState, "state"))
    absent: Mapped[AbsentRule] = mapped_column(words(AbsentRule, "absent"))
    number_kind: Mapped[NumberKind] = mapped_column(words(NumberKind, "number_kind"))
    # Before this moment secrets are taken, from it on the number; none for dice thrown then.
    number_at: Mapped[datetime | None] = mapped_column(Instant)
    source: Mapped[Name]
    number: Mapped[Name] = mapped_column(default="")
    # Why an earlier ceremony was followed by this one; "" for the first.
    reason: Mapped[str] = mapped_column(Text, default="")
    # As it was published, byte for byte.
    promise: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class CeremonyParty(Model):
    """Somebody who committed to a secret; place 0 is the office.

    The office's secret lies with the draw (`FrameDraw`) until the round has closed. Here it
    stands only once the ceremony was stopped, when nothing is drawn with it any more.
    """

    __tablename__ = "ceremony_party"
    __table_args__ = (UniqueConstraint("ceremony_id", "name"),)

    ceremony_id: Mapped[int] = mapped_column(
        ForeignKey("ceremony.id"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Name]
    commitment: Mapped[str] = mapped_column(String(64))
    secret: Mapped[str] = mapped_column(String(64), default="")

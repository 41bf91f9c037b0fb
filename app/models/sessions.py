"""Counter sessions: half-days at a counter, some of which are drawn and ask everyone served."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model
from app.models.types import Instant, Key, Name, words
from app.vocabulary import Half


class CounterSession(Model):
    """A half-day of a session frame; `cell_id` and `rank` are empty unless it was drawn.

    Numbers of the minutes are empty until it is closed. `served` stays empty where the session
    was not held: closed without it, it stands for nothing but itself.
    """

    __tablename__ = "counter_session"
    __table_args__ = (
        UniqueConstraint("round_id", "counter_id", "day", "half"),
        CheckConstraint("(cell_id IS NULL) = (rank IS NULL)", name="drawn"),
        CheckConstraint("served IS NULL OR closed_at IS NOT NULL", name="minutes"),
        Index("ix_counter_session_counter_id_day", "counter_id", "day"),
        Index("ix_counter_session_cell_id", "cell_id"),
    )

    id: Mapped[Key]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    day: Mapped[date]
    half: Mapped[Half] = mapped_column(words(Half, "half"))
    cell_id: Mapped[int | None] = mapped_column(ForeignKey("cell.id"))
    rank: Mapped[int | None]
    # Most cards and kiosk turns together, and how many of each there are.
    cap: Mapped[int]
    cards: Mapped[int] = mapped_column(default=0)
    turns: Mapped[int] = mapped_column(default=0)
    served: Mapped[int | None]
    handed: Mapped[int | None]
    returned: Mapped[int | None]
    spoiled: Mapped[int | None]
    # Who counted with those at the counter without standing there.
    witness: Mapped[Name] = mapped_column(default="")
    note: Mapped[Name] = mapped_column(default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

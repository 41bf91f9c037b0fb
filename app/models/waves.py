"""How people are followed up in a round, and when that ends."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model


class WavePlan(Model):
    """Waves and stopping rule of a round; one without a row follows the usual days (0050).

    Nothing here, and nowhere else, says who was asked again or which stratum has stopped.
    """

    __tablename__ = "wave_plan"
    __table_args__ = (
        CheckConstraint("sms_after > 0 AND visit_after > sms_after", name="days"),
        CheckConstraint("attempts BETWEEN 1 AND 3", name="attempts"),
        CheckConstraint("target % 10 = 0 AND target > 0", name="target"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("round.id"), primary_key=True, autoincrement=False
    )
    sms_after: Mapped[int]
    visit_after: Mapped[int]
    attempts: Mapped[int]
    target: Mapped[int | None]
    by_unit: Mapped[bool]
    last_day: Mapped[date | None]

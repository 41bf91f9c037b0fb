"""How people are followed up in a round, as it was set."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.extensions import db
from app.models import WavePlan


@dataclass(frozen=True)
class SetWaves:
    """What was set for a round; the parts are those of `app.services.waves.Waves`."""

    sms_after: int
    visit_after: int
    attempts: int
    target: int | None
    by_unit: bool
    last_day: date | None


def of_round(round_id: int) -> SetWaves | None:
    """Find what was set for a round; None where nothing was."""
    query = select(
        WavePlan.sms_after,
        WavePlan.visit_after,
        WavePlan.attempts,
        WavePlan.target,
        WavePlan.by_unit,
        WavePlan.last_day,
    ).where(WavePlan.round_id == round_id)
    row = db.session.execute(query).first()
    return SetWaves(*row) if row else None

"""Customer screens at counters, and what they show now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.extensions import db
from app.models import Counter, ScreenCode, Unit


@dataclass(frozen=True)
class ScreenView:
    """A counter's screen.

    Attributes
    ----------
    key : bytes or None
        Hash of what the screen shows itself with, or of the key that it is to be set up with;
        None if the counter has no screen.
    sealed : bytes or None
        What it shows until `until`.
    """

    counter_id: int
    counter_name: str
    unit_name: str
    active: bool
    key: bytes | None
    sealed: bytes | None
    until: datetime | None


def of_counter(counter_id: int, now: datetime) -> ScreenView | None:
    """Find the screen of a counter and what it shows at a moment."""
    query = (
        select(
            Counter.id,
            Counter.name,
            Unit.name.label("unit"),
            Counter.active,
            Counter.screen_key,
            ScreenCode.sealed,
            ScreenCode.until,
        )
        .join(Unit, Unit.id == Counter.unit_id)
        .outerjoin(ScreenCode, and_(ScreenCode.counter_id == Counter.id, ScreenCode.until > now))
        .where(Counter.id == counter_id)
    )
    row = db.session.execute(query).one_or_none()
    return ScreenView(*row) if row else None


def with_key() -> frozenset[int]:
    """Give the numbers of the counters that have a screen, or a key for one."""
    query = select(Counter.id).where(Counter.screen_key.is_not(None))
    return frozenset(db.session.scalars(query))


def any_over(now: datetime) -> bool:
    """Whether there is something left whose time to be shown is over."""
    query = select(ScreenCode.counter_id).where(ScreenCode.until <= now).limit(1)
    return db.session.scalar(query) is not None

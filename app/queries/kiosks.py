"""Tablets that stand at counters as kiosks."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from app.extensions import db
from app.models import Counter, Kiosk, Unit


@dataclass(frozen=True)
class KioskView:
    """A kiosk as the page of kiosks lists it: days alone, never a time.

    Attributes
    ----------
    enrolled_on : date or None
        None while its key waits to be typed in.
    """

    id: int
    counter_id: int
    counter_name: str
    counter_code: str
    unit_name: str
    name: str
    made_on: date
    enrolled_on: date | None
    last_seen_on: date | None
    revoked_on: date | None


COLUMNS: Select[*tuple[Any, ...]] = (
    select(
        Kiosk.id,
        Kiosk.counter_id,
        Counter.name.label("counter"),
        Counter.code,
        Unit.name.label("unit"),
        Kiosk.name,
        Kiosk.made_on,
        Kiosk.enrolled_on,
        Kiosk.last_seen_on,
        Kiosk.revoked_on,
    )
    .join(Counter, Counter.id == Kiosk.counter_id)
    .join(Unit, Unit.id == Counter.unit_id)
)


def all_kiosks() -> list[KioskView]:
    """List the kiosks: those in use first, then by unit, counter and name."""
    query = COLUMNS.order_by(
        Kiosk.revoked_on.is_not(None), Unit.code, Counter.name, Kiosk.name, Kiosk.id
    )
    return [KioskView(*row) for row in db.session.execute(query)]


def by_secret(hashed: bytes) -> KioskView | None:
    """Find the kiosk that shows itself with a secret, unless it is revoked or not set up yet."""
    query = COLUMNS.where(
        Kiosk.key == hashed, Kiosk.enrolled_on.is_not(None), Kiosk.revoked_on.is_(None)
    )
    row = db.session.execute(query).first()
    return KioskView(*row) if row else None

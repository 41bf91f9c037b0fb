"""Keys that other software signs in with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.extensions import db
from app.models import ApiKey, Unit
from app.statements import Statement, run_alone


@dataclass(frozen=True)
class Holder:
    """The software behind a key; without a unit it may ask for all of them."""

    key_id: int
    unit_id: int | None
    last_used_on: date | None


@dataclass(frozen=True)
class KeyView:
    """A key as administrators see it: everything but the key."""

    id: int
    name: str
    unit_code: str | None
    unit_name: str | None
    created_at: datetime
    revoked_at: datetime | None
    last_used_on: date | None


# Every call of other software asks this.
BY_HASH = Statement(
    select(ApiKey.id, ApiKey.unit_id, ApiKey.last_used_on).where(
        ApiKey.hash == bindparam("hash"), ApiKey.revoked_at.is_(None)
    )
)


def holder(key_hash: bytes) -> Holder | None:
    """Find whose key has a hash; nobody's if it was revoked."""
    _, row = run_alone(db.engine, BY_HASH, {"hash": key_hash})
    return Holder(row[0], row[1], as_day(row[2])) if row else None


def all_keys() -> list[KeyView]:
    """List the keys that are in use, then those that were revoked; the newest first."""
    query = (
        select(
            ApiKey.id,
            ApiKey.name,
            Unit.code.label("unit_code"),
            Unit.name.label("unit_name"),
            ApiKey.created_at,
            ApiKey.revoked_at,
            ApiKey.last_used_on,
        )
        .outerjoin(Unit, Unit.id == ApiKey.unit_id)
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
    )
    return [KeyView(*row) for row in db.session.execute(query)]


def as_day(value: Any) -> date | None:
    """Read a day as the driver gives it: SQLite's gives text."""
    return date.fromisoformat(value) if isinstance(value, str) else value

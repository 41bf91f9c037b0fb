"""Guessing is slowed down, without letting a stranger lock anybody out for good.

Attempts are counted in the database, so that all web processes know of them, under a keyed hash
of what was tried: an address (whether anybody has it or not), a network, somebody's codes. An
attempt is counted before it is looked at, and taken back when it was right: many at once cannot
slip by. After some failures each further attempt must wait; the wait has an upper end, and
ends by itself.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app import clock
from app.database import is_sqlite, writing
from app.models import SignInFailure
from app.services.errors import ServiceError
from app.services.secrets import purpose_key
from app.texts import N_

KEPT = timedelta(days=1)


class TooManyAttemptsError(ServiceError):
    """Something was tried too often in a row; the next attempt must wait a little."""

    message = N_("Wait a few minutes, then try again.")


@dataclass(frozen=True)
class Limit:
    """How many failures are free, and how the wait after further ones doubles, in seconds."""

    purpose: str
    free: int
    first: float
    longest: float
    forgotten: float

    def wait(self, count: int) -> float:
        """Seconds to wait after the last of so many failures."""
        beyond = count - self.free
        return min(self.first * 2 ** min(beyond, 20), self.longest) if beyond >= 0 else 0.0


ADDRESS = Limit("address", free=5, first=2, longest=60, forgotten=15 * 60)
# A whole office may come from one network: more is free, and the wait is short.
SOURCE = Limit("source", free=50, first=1, longest=10, forgotten=15 * 60)
# Who tries codes knows the password already, and three codes of a million are right.
CODE = Limit("code", free=5, first=2, longest=15 * 60, forgotten=24 * 3600)


@dataclass(frozen=True)
class Tried:
    """What an attempt is counted under."""

    limit: Limit
    value: str

    @property
    def key(self) -> bytes:
        """Hash that tells nothing without the installation's secret."""
        text = f"{self.limit.purpose}:{self.value}"
        return hmac.digest(purpose_key("sign-in-failure"), text.encode(), "sha256")

    def count(self, row: SignInFailure | None, now: datetime) -> int:
        """Count the failures that are not forgotten yet."""
        if row is None or (now - row.last_at).total_seconds() >= self.limit.forgotten:
            return 0
        return row.count

    def must_wait(self, row: SignInFailure | None, now: datetime) -> bool:
        """Whether the next attempt comes too early."""
        wait = self.limit.wait(self.count(row, now))
        return row is not None and wait > 0 and (now - row.last_at).total_seconds() < wait


def address(email: str) -> Tried:
    """Count under the address that was typed in."""
    return Tried(ADDRESS, email.strip().casefold())


def source(ip: str) -> Tried:
    """Count under the network that a request comes from; an IPv6 customer has a whole /64."""
    try:
        found = ip_address(ip)
    except ValueError:
        return Tried(SOURCE, "")
    if isinstance(found, IPv6Address):
        return Tried(SOURCE, found.exploded[:19])
    return Tried(SOURCE, str(found))


def code(account_id: int) -> Tried:
    """Count under the account whose second factor is asked for."""
    return Tried(CODE, str(account_id))


def take(*tried: Tried) -> None:
    """Count an attempt as failed until it is given back.

    Raises
    ------
    TooManyAttemptsError
        If one of its counts makes it wait; then nothing is counted.
    """
    with writing() as session:
        rows = _rows(session, tried)
        now = clock.now()  # under the locks: others may have counted while we waited for them
        if any(each.must_wait(rows.get(each.key), now) for each in tried):
            raise TooManyAttemptsError()
        for each in tried:
            row = rows[each.key]
            row.count, row.last_at = each.count(row, now) + 1, now


def settle(*, forget: Sequence[Tried] = (), give_back: Sequence[Tried] = ()) -> None:
    """Say that an attempt was right.

    Parameters
    ----------
    forget : sequence of Tried
        Counts that start anew, for somebody knew the answer.
    give_back : sequence of Tried
        Counts of which only this one attempt is taken back.
    """
    keys = [each.key for each in forget]
    with writing() as session:
        session.execute(delete(SignInFailure).where(SignInFailure.key.in_(keys)))
        for each in give_back:
            session.execute(
                update(SignInFailure)
                .where(SignInFailure.key == each.key, SignInFailure.count > 0)
                .values(count=SignInFailure.count - 1)
            )


def _rows(session: Session, tried: Sequence[Tried]) -> dict[bytes, SignInFailure]:
    """Lock the counts in one order, making those that are new; old ones are cleared away."""
    now = clock.now()
    session.execute(delete(SignInFailure).where(SignInFailure.last_at < now - KEPT))
    keys = sorted(each.key for each in tried)
    dialect = sqlite if is_sqlite(session) else postgresql
    new = [{"key": key, "count": 0, "last_at": now} for key in keys]
    # Writing what is there already locks it: else somebody whose code was right could delete it
    # before it is read.
    insert = dialect.insert(SignInFailure)
    kept = insert.on_conflict_do_update(
        index_elements=[SignInFailure.key], set_={"count": SignInFailure.count}
    )
    session.execute(kept, new)
    query = select(SignInFailure).where(SignInFailure.key.in_(keys)).order_by(SignInFailure.key)
    found = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return {row.key: row for row in found}

"""Signing in and out; sessions lie in the database and end at once when revoked."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from app import clock
from app.database import writing
from app.models import SignIn
from app.queries import people
from app.queries.sign_ins import live_sign_in
from app.services import recording
from app.services.accounts import signed_in_person
from app.services.errors import ServiceError
from app.services.recording import Actor
from app.services.throttling import Throttle
from app.texts import N_

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Session:
    """What an open session holds."""

    account_id: int
    data: Mapping[str, Any]


throttle = Throttle()


class TooManyAttemptsError(ServiceError):
    """An address was tried too often in a row; it must wait a little."""

    message = N_("Wait a few minutes, then try again.")


def check(email: str, password: str) -> people.Person | None:
    """Return the person when address and password belong together.

    Raises
    ------
    TooManyAttemptsError
        While an address must wait after failures; the same whether anybody has it or not.
    """
    if throttle.waits(email):
        raise TooManyAttemptsError()
    person = signed_in_person(password, people.account_by_email(email))
    if person is None:
        throttle.failed(email)
    else:
        throttle.succeeded(email)
    return person


def new_token() -> str:
    """Make a session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def read(token: str) -> Session | None:
    """Find a session that is still alive, of an account that is still active."""
    found = live_sign_in(_hash(token), clock.now())
    return Session(found.account_id, dict(found.data)) if found else None


def begin(token: str, account_id: int, data: Mapping[str, Any]) -> None:
    """Open a session and note it in the log."""
    now = clock.now()
    with writing() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.add(
            SignIn(
                token_hash=_hash(token),
                account_id=account_id,
                data=dict(data),
                created_at=now,
                expires_at=now + LIFETIME,
            )
        )
        recording.record(session, Actor(account_id, ""), "account.signed_in", "session")


def keep(token: str, data: Mapping[str, Any]) -> None:
    """Store what changed in a session."""
    with writing() as session:
        found = session.get(SignIn, _hash(token))
        if found is not None:
            found.data = dict(data)


def end(token: str) -> None:
    """Close a session; repeating it changes nothing."""
    with writing() as session:
        found = session.get(SignIn, _hash(token))
        if found is not None:
            session.delete(found)
            recording.record(session, Actor(found.account_id, ""), "account.signed_out", "session")

"""Signing in and out; sessions lie in the database and end at once when revoked.

A session lasts twelve hours at most, and two hours without a request. So that looking at pages
does not write each time, its end is moved by at least five minutes or not at all.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session as DatabaseSession

from app import clock
from app.database import writing
from app.extensions import db
from app.models import Account, SignIn
from app.queries import people
from app.queries.sign_ins import PENDING, live_sign_in
from app.services import passwords, recording, throttling
from app.services.errors import NotFoundError
from app.services.recording import Actor
from app.services.throttling import TooManyAttemptsError

__all__ = ["PENDING", "TooManyAttemptsError"]

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
STEP = timedelta(minutes=5)
# Time to type a code after the password was right; until then nobody is signed in.
PENDING_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True)
class Session:
    """What an open session holds."""

    account_id: int
    data: Mapping[str, Any]


def check(email: str, password: str, ip: str = "") -> people.Person | None:
    """Return the person when address and password belong together.

    Parameters
    ----------
    ip : str
        Where the request comes from: failures are counted for it too.

    Raises
    ------
    TooManyAttemptsError
        While an address or a network must wait after failures; the same whether anybody has
        the address or not.
    """
    address, source = throttling.address(email), throttling.source(ip)
    throttling.take(address, source)
    account = people.account_by_email(email)
    stored = account.password_hash if account else passwords.NOTHING
    person = people.as_person(account) if account else None
    db.session.rollback()  # hashing takes long: others may have the connection meanwhile
    right = passwords.matches(password, stored)
    if not right or person is None or not person.active:
        return None
    throttling.settle(forget=[address], give_back=[source])
    if passwords.outdated(stored):
        _hash_anew(person.id, stored, password)
    return person


def _hash_anew(account_id: int, stored: str, password: str) -> None:
    """Store a password under the present cost, unless it was changed meanwhile."""
    anew = passwords.hashed(password)
    with writing() as session:
        session.execute(
            update(Account)
            .where(Account.id == account_id, Account.password_hash == stored)
            .values(password_hash=anew)
        )


def new_token() -> str:
    """Make a session token of 256 random bits."""
    return secrets.token_urlsafe(32)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def id_of(token: str) -> str:
    """Name a session as `queries.sign_ins` lists it."""
    return _hash(token).hex()


def read(token: str) -> Session | None:
    """Find a session that is still alive, of an account that is still active."""
    now = clock.now()
    found = live_sign_in(_hash(token), now)
    if found is None:
        return None
    session = Session(found.account_id, dict(found.data))
    end = min(found.created_at + LIFETIME, now + IDLE)
    if PENDING not in session.data and end - found.expires_at >= STEP:
        with writing() as writer:
            writer.execute(
                update(SignIn).where(SignIn.token_hash == _hash(token)).values(expires_at=end)
            )
    return session


def begin(token: str, account_id: int, data: Mapping[str, Any], device: str = "") -> None:
    """Open a session and note it in the log; one that waits for a code is not noted yet."""
    now = clock.now()
    pending = PENDING in data
    with writing() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now))
        session.add(
            SignIn(
                token_hash=_hash(token),
                account_id=account_id,
                data=dict(data),
                device=device[:100],
                created_at=now,
                expires_at=now + (PENDING_LIFETIME if pending else IDLE),
            )
        )
        if not pending:
            session.execute(
                update(Account).where(Account.id == account_id).values(signed_in_at=now)
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
            _note_end(session, found.account_id, found.data)


def end_one(account_id: int, session_id: str) -> None:
    """Close one of a person's own sessions, named as `queries.sign_ins` lists it.

    Raises
    ------
    NotFoundError
        If the person has no such session.
    """
    try:
        token_hash = bytes.fromhex(session_id)
    except ValueError as error:
        raise NotFoundError() from error
    with writing() as session:
        found = session.get(SignIn, token_hash)
        if found is None or found.account_id != account_id:
            raise NotFoundError()
        session.delete(found)
        _note_end(session, account_id, found.data)


def end_others(account_id: int, token: str) -> None:
    """Close all sessions of a person but the one with this token."""
    with writing() as session:
        ended = end_all(session, account_id, but=token)
        actor = Actor(account_id, "")
        recording.record(session, actor, "account.signed_out", "sessions", count=ended)


def end_all(session: DatabaseSession, account_id: int, *, but: str = "") -> int:
    """Close a person's sessions in the caller's transaction; return how many there were."""
    kept = _hash(but) if but else b""
    ended = delete(SignIn).where(SignIn.account_id == account_id, SignIn.token_hash != kept)
    return len(session.scalars(ended.returning(SignIn.account_id)).all())


def _note_end(session: DatabaseSession, account_id: int, data: Mapping[str, Any]) -> None:
    if PENDING not in data:
        recording.record(session, Actor(account_id, ""), "account.signed_out", "session")

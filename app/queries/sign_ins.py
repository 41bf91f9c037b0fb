"""Open sessions, and the links that lead to a first or a new password."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Account, AccountLink, SignIn

PENDING = "pending"


@dataclass(frozen=True)
class OpenSession:
    """A session as its owner sees it; `id` is the hash of its token, in hexadecimal."""

    id: str
    device: str
    created_at: datetime


def live_sign_in(token_hash: bytes, now: datetime) -> SignIn | None:
    """Find the session of a token that has not run out and whose account is active."""
    query = (
        select(SignIn)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == token_hash, SignIn.expires_at > now, Account.active)
    )
    return db.session.scalar(query)


def of_account(account_id: int, now: datetime) -> list[OpenSession]:
    """List where a person is signed in, newest first; half-done sign-ins are left out."""
    query = (
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.expires_at > now)
        .order_by(SignIn.created_at.desc())
    )
    return [
        OpenSession(found.token_hash.hex(), found.device, found.created_at)
        for found in db.session.scalars(query)
        if PENDING not in found.data
    ]


def live_link(token_hash: bytes, now: datetime) -> tuple[AccountLink, Account] | None:
    """Find the link of a token that still works, and whom it is for."""
    query = (
        select(AccountLink, Account)
        .join(Account, Account.id == AccountLink.account_id)
        .where(AccountLink.token_hash == token_hash, AccountLink.used_at.is_(None))
        .where(AccountLink.expires_at > now, Account.active)
    )
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None

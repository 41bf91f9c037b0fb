"""Links, handed over by an administrator, with which a person chooses a password once.

A token has 256 random bits; only its hash is stored. Looking at a link changes nothing. It is
spent by one UPDATE, together with the new password, so that of two who try one succeeds.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Account, AccountLink
from app.queries import sign_ins
from app.services import grants, passwords, recording
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import Actor
from app.services.signing import end_all
from app.texts import N_
from app.vocabulary import LinkPurpose

LIFETIMES = {
    LinkPurpose.INVITATION: timedelta(days=7),
    LinkPurpose.RESET: timedelta(hours=24),
}


@dataclass(frozen=True)
class IssuedLink:
    """A link that is shown once; afterwards nobody can find its token again."""

    token: str
    purpose: LinkPurpose
    account_id: int
    name: str
    email: str
    expires_at: datetime


@dataclass(frozen=True)
class OpenedLink:
    """Whom a live link is for."""

    purpose: LinkPurpose
    account_id: int
    name: str
    email: str
    second_factor: bool


def issue(actor: Actor, account_id: int) -> IssuedLink:
    """Make a link for a person: an invitation, or a reset for whoever has a password.

    Earlier links of the person stop working.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    WrongStateError
        If the person is disabled.
    """
    with writing() as session:
        grants.require_administrator(actor)
        account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
        if account is None:
            raise NotFoundError()
        return issue_in(session, actor, account)


def issue_in(
    session: Session, actor: Actor, account: Account, purpose: LinkPurpose | None = None
) -> IssuedLink:
    """Make a link in the caller's transaction; see `issue`."""
    if not account.active:
        raise WrongStateError(N_("This account is disabled: enable it first."))
    if purpose is None:
        purpose = LinkPurpose.RESET if account.password_hash else LinkPurpose.INVITATION
    token, now = secrets.token_urlsafe(32), clock.now()
    session.execute(delete(AccountLink).where(AccountLink.account_id == account.id))
    link = AccountLink(
        token_hash=hashed(token),
        account_id=account.id,
        purpose=purpose,
        created_by=actor.account_id,
        created_at=now,
        expires_at=now + LIFETIMES[purpose],
    )
    session.add(link)
    session.flush()
    recording.record(
        session, actor, "account.link_issued", f"account:{account.id}", purpose=purpose.value
    )
    return IssuedLink(token, purpose, account.id, account.name, account.email, link.expires_at)


def revoke(actor: Actor, account_id: int) -> None:
    """Make the links of a person worthless.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    """
    with writing() as session:
        grants.require_administrator(actor)
        if revoke_in(session, account_id):
            recording.record(session, actor, "account.link_revoked", f"account:{account_id}")


def revoke_in(session: Session, account_id: int) -> int:
    """Delete a person's links in the caller's transaction; return how many there were."""
    found = delete(AccountLink).where(AccountLink.account_id == account_id)
    return len(session.scalars(found.returning(AccountLink.account_id)).all())


def look(token: str) -> OpenedLink | None:
    """Find whom a link is for; None when it is unknown, spent, expired or of a disabled person."""
    found = sign_ins.live_link(hashed(token), clock.now())
    if found is None:
        return None
    link, account = found
    return OpenedLink(link.purpose, account.id, account.name, account.email, account.totp_confirmed)


def spend(token: str, password: str) -> bool:
    """Set the password of the person a link is for; all sessions of the person end.

    Returns
    -------
    bool
        False when the link is worth nothing (any more).

    Raises
    ------
    InvalidInputError
        If the password cannot be chosen; the link then still works.
    """
    found = look(token)
    if found is None:
        return False
    wrong = passwords.fault(password, (found.name, found.email), second_factor=found.second_factor)
    if wrong:
        raise InvalidInputError(wrong)
    stored, now = passwords.hashed(password), clock.now()
    with writing() as session:
        account = session.get(
            Account, found.account_id, with_for_update=True, populate_existing=True
        )
        spent = session.execute(
            update(AccountLink)
            .where(AccountLink.token_hash == hashed(token))
            .where(AccountLink.used_at.is_(None), AccountLink.expires_at > now)
            .values(used_at=now)
            .returning(AccountLink.account_id)
        ).all()
        if not spent or account is None or not account.active:
            session.rollback()
            return False
        account.password_hash = stored
        end_all(session, account.id)
        actor = Actor(account.id, "")
        recording.record(
            session, actor, "account.link_used", f"account:{account.id}", purpose=found.purpose
        )
    return True


def hashed(token: str) -> bytes:
    """Hash a token for storage."""
    return hashlib.sha256(token.encode()).digest()

"""Open sessions."""

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Account, SignIn


def live_sign_in(token_hash: bytes, now: datetime) -> SignIn | None:
    """Find the session of a token that has not run out and whose account is active."""
    query = (
        select(SignIn)
        .join(Account, Account.id == SignIn.account_id)
        .where(SignIn.token_hash == token_hash, SignIn.expires_at > now, Account.active)
    )
    return db.session.scalar(query)

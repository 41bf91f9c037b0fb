"""Taking off a second factor that somebody lost: two persons agree, the third starts anew."""

import hashlib

from sqlalchemy.orm import Session

from app.database import writing
from app.extensions import db
from app.models import Account
from app.services import account_links, four_eyes, grants, passwords, recording, signing
from app.services.account_links import IssuedLink
from app.services.errors import WrongStateError
from app.services.four_eyes import RESET_SECOND_FACTOR
from app.services.recording import SYSTEM, Actor
from app.services.second_factors import remove
from app.texts import N_
from app.vocabulary import LinkPurpose


def object_of(account_id: int) -> str:
    """Name a person as approvals and the log do."""
    return f"account:{account_id}"


def ask_reset(actor: Actor, account_id: int, reason: str) -> int:
    """Ask another person to let someone's lost second factor be taken off.

    Raises
    ------
    WrongStateError
        If it is the actor's own, or none is on.
    """
    if account_id == actor.account_id:
        raise WrongStateError(N_("Another administrator must do this: it is your own account."))
    digest = reset_digest(account_id)
    return four_eyes.ask(actor, RESET_SECOND_FACTOR, object_of(account_id), digest, reason)


def reset(actor: Actor, account_id: int) -> IssuedLink:
    """Take off a second factor that two persons agreed to; the password goes with it.

    The password may be a short one that only holds together with codes, so the person chooses
    another by the link that is returned, to be shown this once.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    WrongStateError
        If nobody else approved exactly this.
    """
    digest = reset_digest(account_id)
    with writing() as session:
        grants.require_administrator(actor)
        account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
        act = RESET_SECOND_FACTOR
        approval = four_eyes.use(session, act, object_of(account_id), digest)
        link = remove_with_password(session, actor, account)
        recording.record(session, actor, act, object_of(account_id), approval=approval)
        return link


def reset_at_the_machine(account_id: int) -> IssuedLink:
    """Do the same for whoever sits at the server, who could change any row by hand."""
    with writing() as session:
        account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
        link = remove_with_password(session, SYSTEM, account)
        recording.record(session, SYSTEM, RESET_SECOND_FACTOR, object_of(account_id))
        return link


def remove_with_password(session: Session, actor: Actor, account: Account) -> IssuedLink:
    """Take off second factor and password, end all sessions, and make a link for a new start."""
    remove(session, account)
    account.password_hash = passwords.NOTHING
    signing.end_all(session, account.id)
    return account_links.issue_in(session, actor, account, LinkPurpose.RESET)


def reset_digest(account_id: int) -> str:
    """Hash what a decision is about: this second factor, not one that is set up later.

    Raises
    ------
    WrongStateError
        If none is on.
    """
    account = db.session.get(Account, account_id, populate_existing=True)
    if account is None or not account.totp_confirmed or account.totp_sealed is None:
        raise WrongStateError(N_("This person has no second factor."))
    sealed = hashlib.sha256(account.totp_sealed).hexdigest()
    return four_eyes.digest(account=account_id, second_factor=sealed)

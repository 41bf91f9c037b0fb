"""Giving people roles and taking them away; what changes holds from the next request on.

Every function runs inside the caller's transaction.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Account, LogHead, RoleGrant, Unit
from app.queries import office
from app.queries.people import Grant, as_person
from app.services import recording, separation
from app.services.errors import (
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from app.services.recording import SYSTEM, Actor
from app.services.rights import require
from app.texts import N_
from app.vocabulary import Role

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def grant(
    session: Session, actor: Actor, account_id: int, role: Role, unit_id: int | None = None
) -> None:
    """Give a person a role, everywhere or for one unit; what is held already stays.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator any more.
    InvalidInputError
        If the role cannot be held for a unit, the unit is unknown, or the person would
        stand on both sides of a check.
    """
    require_administrator(actor)
    account = locked_account(session, account_id)
    wanted = Grant(role, unit_id)
    held = as_person(account).grants
    if wanted in held:
        return
    check_scope(session, wanted)
    check_separation(session, held | {wanted})
    account.grants.append(RoleGrant(role=role, unit_id=unit_id))
    session.flush()
    recording.record(
        session,
        actor,
        "role.granted",
        f"account:{account_id}",
        role=role.value,
        unit=unit_id,
        holder=recording.pseudonym(account_id),
    )


def revoke(
    session: Session, actor: Actor, account_id: int, role: Role, unit_id: int | None = None
) -> None:
    """Take a role away.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator any more.
    NotFoundError
        If the person does not hold the role.
    WrongStateError
        If nobody else could administer the installation then.
    """
    require_administrator(actor)
    account = locked_account(session, account_id)
    held = [row for row in account.grants if (row.role, row.unit_id) == (role, unit_id)]
    if not held:
        raise NotFoundError()
    if role is Role.ADMINISTRATOR:
        require_another_administrator(session, account_id)
    account.grants.remove(held[0])
    session.flush()
    recording.record(
        session,
        actor,
        "role.revoked",
        f"account:{account_id}",
        role=role.value,
        unit=unit_id,
        holder=recording.pseudonym(account_id),
    )


def check_separation(session: Session, grants: frozenset[Grant]) -> None:
    """Refuse grants that would put one person on both sides of a check.

    Nobody can change the office's mode until the caller's transaction ends.

    Raises
    ------
    InvalidInputError
        Naming the rule that is broken.
    """
    serialise(session)
    found = separation.conflicts(grants, small_office=office.small_office().on)
    if not found:
        return
    roles = frozenset(grant.role for grant in found[0])
    if roles in separation.NEVER:
        raise InvalidInputError(
            N_("A unit cannot verify or inspect itself: choose another person.")
        )
    if Role.APPROVER in roles:
        raise InvalidInputError(
            N_("Whoever approves the index holds no other role: choose another person.")
        )
    raise InvalidInputError(
        N_("Whoever belongs to a rated unit holds no other role over it: choose another person.")
    )


def check_scope(session: Session, wanted: Grant) -> None:
    """Refuse a role for a unit that is not there, or that only makes sense everywhere."""
    if wanted.unit_id is None:
        return
    if wanted.role in separation.EVERYWHERE_ONLY:
        raise InvalidInputError(N_("This role holds for the whole province, not for one unit."))
    if session.get(Unit, wanted.unit_id) is None:
        raise InvalidInputError(N_("Choose a unit of the list."))


def require_another_administrator(session: Session, account_id: int) -> None:
    """Refuse to lose the last administrator who can sign in.

    Call it before an administrator is disabled, too.

    Raises
    ------
    WrongStateError
        If there is no other one.
    """
    serialise(session)
    others = (
        select(func.count(Account.id))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.unit_id.is_(None))
        .where(Account.active, Account.password_hash != "", Account.id != account_id)
    )
    if not session.scalar(others):
        raise WrongStateError(
            N_("This is the last administrator who can sign in: name another one first.")
        )


def require_administrator(actor: Actor) -> None:
    """Refuse an actor who is no administrator now; the command line acts as the system."""
    if actor != SYSTEM:
        require(actor, ADMINISTRATORS)


def locked_account(session: Session, account_id: int) -> Account:
    """Find an account, letting one change of roles in the whole office happen at a time."""
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFoundError()
    serialise(session)
    session.refresh(account)
    return account


def serialise(session: Session) -> None:
    """Wait for the row that every act of staff ends with: counts and pairs then hold still."""
    session.execute(select(LogHead.seq).with_for_update())

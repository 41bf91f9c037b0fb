"""People who sign in: adding, inviting, changing, disabling them; choosing a password."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import clock
from app.database import writing
from app.models import Account, RoleGrant
from app.queries import people
from app.queries.people import Grant, Person, as_person
from app.services import account_links, grants, passwords, recording, signing
from app.services.account_links import IssuedLink
from app.services.errors import InvalidInputError, NotFoundError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.texts import N_
from app.vocabulary import Role

PASSWORD_LENGTH = passwords.SHORTEST
LONGEST_NAME, LONGEST_EMAIL = 300, 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
BAD_EMAIL = N_("Enter an e-mail address such as ten@dongnai.gov.vn.")
NO_NAME = N_("Enter the person's name.")
NO_ROLE = N_("Choose at least one role.")
TAKEN = N_("An account with this e-mail address exists.")
Result = TypeVar("Result")
WRONG_PASSWORD = N_("The present password is wrong.")
OWN_ACCOUNT = N_("Another administrator must do this: it is your own account.")


@dataclass(frozen=True)
class NewAccount:
    """What a new account with a password needs."""

    email: str
    name: str
    password: str = field(repr=False)
    roles: tuple[Role, ...]
    # The unit for which all of them are held; None is everywhere.
    unit_id: int | None = None

    def faults(self) -> list[str]:
        """List what is wrong, as catalogue texts."""
        found = identity_faults(self.email, self.name)
        wrong = passwords.fault(self.password, (self.name, self.email))
        found += [wrong] if wrong else []
        return found if self.roles else [*found, NO_ROLE]


def identity_faults(email: str, name: str) -> list[str]:
    """List what is wrong with an address and a name, as catalogue texts."""
    found = []
    if not _EMAIL.fullmatch(tidy_email(email)) or len(email.strip()) > LONGEST_EMAIL:
        found.append(BAD_EMAIL)
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        found.append(NO_NAME)
    return found


def tidy_email(email: str) -> str:
    """Write an address as it is stored."""
    return unicodedata.normalize("NFC", email).strip().lower()


def tidy_name(name: str) -> str:
    """Write a name as it is stored."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def add_account(actor: Actor, new: NewAccount, *, only_first: bool = False) -> Person:
    """Create an account with a password: at the machine, or by the first-run page.

    Parameters
    ----------
    only_first : bool
        Refuse when any account exists: the first-run page may be used once.

    Raises
    ------
    InvalidInputError
        If an entry cannot be used or the address is taken.
    WrongStateError
        If `only_first` and there are accounts already.
    """
    faults = new.faults()
    if faults:
        raise InvalidInputError(faults[0], faults)
    stored = passwords.hashed(new.password)
    granted = [Grant(role, new.unit_id) for role in dict.fromkeys(new.roles)]

    def act(session: Session) -> Person:
        if only_first and session.scalar(select(func.count(Account.id))):
            raise WrongStateError(N_("The first account exists already: sign in."))
        account = new_row(session, actor, new.email, new.name, granted)
        account.password_hash = stored
        return as_person(account)

    return _alone_with_its_address(act)


def add_first_account(new: NewAccount) -> Person:
    """Create the account of whoever sets the installation up."""
    return add_account(SYSTEM, new, only_first=True)


def invite(actor: Actor, email: str, name: str, granted: list[Grant]) -> IssuedLink:
    """Create an account whose owner will choose the password; the link is shown once.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    InvalidInputError
        If an entry cannot be used or the address is taken.
    """
    faults = identity_faults(email, name) + ([] if granted else [NO_ROLE])
    if faults:
        raise InvalidInputError(faults[0], faults)

    def act(session: Session) -> IssuedLink:
        grants.require_administrator(actor)
        account = new_row(session, actor, email, name, granted)
        return account_links.issue_in(session, actor, account)

    return _alone_with_its_address(act)


def new_row(session: Session, actor: Actor, email: str, name: str, granted: list[Grant]) -> Account:
    """Add an account that nobody can sign in to yet, in the caller's transaction.

    Raises
    ------
    InvalidInputError
        If one person may not hold these roles.
    """
    for each in granted:
        grants.check_scope(session, each)
    grants.check_separation(session, frozenset(granted))
    account = Account(
        email=tidy_email(email),
        name=tidy_name(name),
        password_hash=passwords.NOTHING,
        created_at=clock.now(),
        grants=[RoleGrant(role=each.role, unit_id=each.unit_id) for each in granted],
    )
    session.add(account)
    session.flush()
    held = [{"role": each.role.value, "unit": each.unit_id} for each in granted]
    recording.record(session, actor, "account.added", f"account:{account.id}", roles=held)
    return account


def change(actor: Actor, account_id: int, email: str, name: str) -> None:
    """Correct a person's name and address.

    Raises
    ------
    InvalidInputError
        If an entry cannot be used or the address is another person's.
    """
    faults = identity_faults(email, name)
    if faults:
        raise InvalidInputError(faults[0], faults)

    def act(session: Session) -> None:
        account = _administered(session, actor, account_id)
        wanted = {"email": tidy_email(email), "name": tidy_name(name)}
        changed = [key for key, value in wanted.items() if getattr(account, key) != value]
        if not changed:
            return
        account.email, account.name = wanted["email"], wanted["name"]
        session.flush()
        recording.record(session, actor, "account.changed", f"account:{account_id}", fields=changed)

    _alone_with_its_address(act)


def give_role(actor: Actor, account_id: int, given: Grant) -> None:
    """Give a person a role; see `grants.grant`."""
    with writing() as session:
        grants.grant(session, actor, account_id, given.role, given.unit_id)


def take_role(actor: Actor, account_id: int, taken: Grant) -> None:
    """Take a role away from a person; see `grants.revoke`."""
    with writing() as session:
        grants.revoke(session, actor, account_id, taken.role, taken.unit_id)


def disable(actor: Actor, account_id: int) -> None:
    """Lock a person out: sessions end at once, links stop working.

    Raises
    ------
    WrongStateError
        If it is the actor's own account, or nobody could administer the installation then.
    """
    with writing() as session:
        account = _administered(session, actor, account_id)
        if account.id == actor.account_id:
            raise WrongStateError(OWN_ACCOUNT)
        if not account.active:
            return
        if as_person(account).may(grants.ADMINISTRATORS):
            grants.require_another_administrator(session, account_id)
        account.active = False
        ended = signing.end_all(session, account_id)
        account_links.revoke_in(session, account_id)
        recording.record(
            session, actor, "account.disabled", f"account:{account_id}", sessions=ended
        )


def enable(actor: Actor, account_id: int) -> None:
    """Let a disabled person sign in again."""
    with writing() as session:
        account = _administered(session, actor, account_id)
        if not account.active:
            account.active = True
            recording.record(session, actor, "account.enabled", f"account:{account_id}")


def change_own_password(person: Person, old: str, new: str, token: str, ip: str = "") -> None:
    """Choose another password; all other sessions of the person end.

    Parameters
    ----------
    token : str
        The session that goes on.

    Raises
    ------
    InvalidInputError
        If the old password is wrong or the new one cannot be chosen.
    TooManyAttemptsError
        After too many wrong ones.
    """
    if signing.check(person.email, old, ip) is None:
        raise InvalidInputError(WRONG_PASSWORD)
    known = people.person(person.id)
    wrong = passwords.fault(
        new, (person.name, person.email), second_factor=bool(known and known.second_factor)
    )
    if wrong:
        raise InvalidInputError(wrong)
    stored = passwords.hashed(new)
    with writing() as session:
        account = session.get_one(Account, person.id, with_for_update=True, populate_existing=True)
        account.password_hash = stored
        ended = signing.end_all(session, person.id, but=token)
        account_links.revoke_in(session, person.id)
        recording.record(
            session,
            Actor(person.id, ""),
            "account.password_changed",
            f"account:{person.id}",
            sessions=ended,
        )


def _administered(session: Session, actor: Actor, account_id: int) -> Account:
    grants.require_administrator(actor)
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise NotFoundError()
    return account


def _alone_with_its_address(act: Callable[[Session], Result]) -> Result:
    """Do an act in a transaction; an address that two want goes to the first."""
    try:
        with writing() as session:
            return act(session)
    except IntegrityError as error:
        raise InvalidInputError(TAKEN) from error

"""People who sign in: making accounts, checking passwords."""

import re
import threading
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.database import writing
from app.models import Account, RoleGrant
from app.queries.people import Person, as_person
from app.services import recording
from app.services.errors import InvalidInputError, WrongStateError
from app.services.recording import SYSTEM, Actor
from app.texts import N_
from app.vocabulary import Role

PASSWORD_LENGTH = 15
_hasher = PasswordHasher()
# Checked when nobody has the address, so that the time taken tells nothing.
_DUMMY = _hasher.hash("no account has this password")
# Each check takes 64 MB and two cores.
_few_at_once = threading.BoundedSemaphore(2)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True)
class NewAccount:
    """What a new account needs."""

    email: str
    name: str
    password: str
    roles: tuple[Role, ...]

    def faults(self) -> list[str]:
        """List what is wrong, as catalogue texts."""
        found = []
        if not _EMAIL.fullmatch(self.email):
            found.append(N_("Enter an e-mail address such as ten@dongnai.gov.vn."))
        if not self.name.strip():
            found.append(N_("Enter the person's name."))
        if len(self.password) < PASSWORD_LENGTH:
            found.append(N_("A password needs at least 15 characters; a short sentence is fine."))
        if not self.roles:
            found.append(N_("Choose at least one role."))
        return found


def add_account(actor: Actor, new: NewAccount, *, only_first: bool = False) -> Person:
    """Create an account.

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
    hashed = _hasher.hash(new.password)
    try:
        with writing() as session:
            if only_first and session.scalar(select(func.count(Account.id))):
                raise WrongStateError(N_("The first account exists already: sign in."))
            account = Account(
                email=new.email.strip().lower(),
                name=new.name.strip(),
                password_hash=hashed,
                created_at=clock.now(),
                grants=[RoleGrant(role=role) for role in dict.fromkeys(new.roles)],
            )
            session.add(account)
            session.flush()
            roles = [role.value for role in new.roles]
            recording.record(session, actor, "account.added", f"account:{account.id}", roles=roles)
            return as_person(account)
    except IntegrityError as error:
        raise InvalidInputError(N_("An account with this e-mail address exists.")) from error


def add_first_account(new: NewAccount) -> Person:
    """Create the account of whoever sets the installation up."""
    return add_account(SYSTEM, new, only_first=True)


def signed_in_person(password: str, account: Account | None) -> Person | None:
    """Check a password against an account, taking the same time when there is none."""
    try:
        with _few_at_once:
            _hasher.verify(account.password_hash if account else _DUMMY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return as_person(account) if account and account.active else None

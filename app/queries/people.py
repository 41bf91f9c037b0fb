"""Who somebody is and what they may do."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.extensions import db
from app.models import Account
from app.vocabulary import Role


@dataclass(frozen=True)
class Person:
    """An account as services and pages see it."""

    id: int
    email: str
    name: str
    roles: frozenset[Role]
    active: bool

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of the roles is held."""
        return self.active and bool(self.roles & roles)


def as_person(account: Account) -> Person:
    """Turn a row into a value."""
    roles = frozenset(grant.role for grant in account.grants)
    return Person(account.id, account.email, account.name, roles, account.active)


def person(account_id: int) -> Person | None:
    """Find a person by account number."""
    account = db.session.get(Account, account_id)
    return as_person(account) if account else None


def account_by_email(email: str) -> Account | None:
    """Find the account of an address, in any case of letters."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def account_count() -> int:
    """Count the accounts."""
    return db.session.scalar(select(func.count(Account.id))) or 0

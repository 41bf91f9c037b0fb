"""Who somebody is and what they may do, everywhere or for single units."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from app.extensions import db
from app.models import Account, RoleGrant
from app.vocabulary import Role


@dataclass(frozen=True)
class Grant:
    """A role; without a unit it holds everywhere."""

    role: Role
    unit_id: int | None = None


@dataclass(frozen=True)
class Person:
    """An account as services and pages see it; somebody disabled may nothing."""

    id: int
    email: str
    name: str
    grants: frozenset[Grant]
    active: bool
    second_factor: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """All roles held, wherever they hold."""
        return frozenset(grant.role for grant in self.grants)

    def may(self, roles: Iterable[Role]) -> bool:
        """Whether one of the roles is held everywhere."""
        return self.units_with(roles) is None

    def may_for(self, roles: Iterable[Role], unit_id: int) -> bool:
        """Whether one of the roles is held everywhere or for the unit."""
        units = self.units_with(roles)
        return units is None or unit_id in units

    def units_with(self, roles: Iterable[Role]) -> frozenset[int] | None:
        """Give the units for which one of the roles is held; None stands for all of them."""
        wanted = frozenset(roles)
        units = [grant.unit_id for grant in self.grants if grant.role in wanted]
        if not self.active:
            return frozenset()
        return None if None in units else frozenset(unit for unit in units if unit is not None)


def as_person(account: Account) -> Person:
    """Turn a row into a value."""
    grants = frozenset(Grant(grant.role, grant.unit_id) for grant in account.grants)
    return Person(
        account.id, account.email, account.name, grants, account.active, account.totp_confirmed
    )


def person(account_id: int) -> Person | None:
    """Find a person by account number, as the database says now."""
    account = db.session.get(Account, account_id, populate_existing=True)
    return as_person(account) if account else None


def account_by_email(email: str) -> Account | None:
    """Find the account of an address, in any case of letters."""
    return db.session.scalar(select(Account).where(Account.email == email.strip().lower()))


def account_count() -> int:
    """Count the accounts."""
    return db.session.scalar(select(func.count(Account.id))) or 0


def of_unit(unit_id: int) -> list[Person]:
    """List the active people who hold a role for a unit, by name."""
    return _people(RoleGrant.unit_id == unit_id)


def everywhere_with(role: Role) -> list[Person]:
    """List the active people who hold a role everywhere, by name."""
    return _people(RoleGrant.unit_id.is_(None), RoleGrant.role == role)


def _people(*grants: ColumnElement[bool]) -> list[Person]:
    holders = select(RoleGrant.account_id).where(*grants)
    query = (
        select(Account)
        .where(Account.id.in_(holders), Account.active)
        .order_by(Account.name, Account.id)
        .execution_options(populate_existing=True)
    )
    return [as_person(account) for account in db.session.scalars(query)]

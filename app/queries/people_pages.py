"""People as administrators see them, and what the office asks of their sign-in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.extensions import db
from app.models import Account, AccountLink, OfficeSetting, RecoveryCode, SignIn, Unit
from app.queries.people import Grant, Person, as_person
from app.queries.sign_ins import PENDING
from app.vocabulary import LinkPurpose
from sampling.listing.folding import folded

REQUIRED = "second_factor_required"


class AccountState(StrEnum):
    """Whether a person can sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True)
class LinkView:
    """A link that was handed out and still works."""

    purpose: LinkPurpose
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class PersonView:
    """A person in the list of administrators."""

    person: Person
    state: AccountState
    signed_in_at: datetime | None
    created_at: datetime

    @property
    def grants(self) -> list[Grant]:
        """Roles in a fixed order."""
        return sorted(self.person.grants, key=lambda grant: (grant.role, grant.unit_id or 0))


@dataclass(frozen=True)
class FirstAccount:
    """Who set the installation up."""

    id: int
    created_at: datetime


def everybody() -> list[PersonView]:
    """List all accounts by name."""
    query = select(Account).execution_options(populate_existing=True)
    found = [_view(account) for account in db.session.scalars(query)]
    return sorted(found, key=lambda view: (folded(view.person.name), view.person.id))


def one(account_id: int) -> PersonView | None:
    """Find a person."""
    account = db.session.get(Account, account_id, populate_existing=True)
    return _view(account) if account else None


def _view(account: Account) -> PersonView:
    state = AccountState.ACTIVE if account.password_hash else AccountState.INVITED
    return PersonView(
        as_person(account),
        state if account.active else AccountState.DISABLED,
        account.signed_in_at,
        account.created_at,
    )


def link_of(account_id: int, now: datetime) -> LinkView | None:
    """Find the link that a person could still use."""
    query = (
        select(AccountLink)
        .where(AccountLink.account_id == account_id, AccountLink.used_at.is_(None))
        .where(AccountLink.expires_at > now)
    )
    found = db.session.scalars(query).first()
    return LinkView(found.purpose, found.created_at, found.expires_at) if found else None


def session_count(account_id: int, now: datetime) -> int:
    """Count where a person is signed in."""
    query = select(SignIn.data).where(SignIn.account_id == account_id, SignIn.expires_at > now)
    return sum(PENDING not in data for data in db.session.scalars(query))


def recovery_codes_left(account_id: int) -> int:
    """Count the recovery codes that were not used yet."""
    query = select(func.count()).select_from(RecoveryCode)
    unused = query.where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(unused) or 0


def unit_names() -> Mapping[int, str]:
    """Map the number of each unit to its name."""
    return {row.id: row.name for row in db.session.execute(select(Unit.id, Unit.name))}


def first_account() -> FirstAccount | None:
    """Find the account that came first."""
    query = select(Account.id, Account.created_at).order_by(Account.id).limit(1)
    found = db.session.execute(query).one_or_none()
    return FirstAccount(found.id, found.created_at) if found else None


def required() -> bool:
    """Whether the office requires a second factor of some roles; without a decision it does."""
    value = db.session.scalar(select(OfficeSetting.value).where(OfficeSetting.name == REQUIRED))
    return value is not False

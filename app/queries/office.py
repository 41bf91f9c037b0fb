"""How this office has chosen to work."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import Account, OfficeSetting
from app.queries.people import Person, as_person

SMALL_OFFICE = "small_office"


@dataclass(frozen=True)
class SmallOffice:
    """Whether one person may hold several roles, since when and why."""

    on: bool = False
    reason: str = ""
    since: datetime | None = None


def small_office() -> SmallOffice:
    """Read the mode of the office; without a decision it is the normal one."""
    query = select(OfficeSetting.value).where(OfficeSetting.name == SMALL_OFFICE)
    found = db.session.scalar(query)
    if not found:
        return SmallOffice()
    return SmallOffice(found["on"], found["reason"], datetime.fromisoformat(found["since"]))


def holders_of_roles() -> list[Person]:
    """List everybody who holds a role, disabled accounts too, by name."""
    query = (
        select(Account)
        .where(Account.grants.any())
        .order_by(Account.name, Account.id)
        .execution_options(populate_existing=True)
    )
    return [as_person(account) for account in db.session.scalars(query)]

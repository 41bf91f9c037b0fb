"""Valid objects made by plain functions, so that a test names only what matters."""

import uuid

from app.database import writing
from app.models import RoleGrant
from app.queries import people
from app.queries.people import Person
from app.services.accounts import NewAccount, add_account
from app.services.recording import SYSTEM, Actor
from app.services.units import import_shipped_units
from app.vocabulary import Role

PASSWORD = "ba con vịt bơi qua sông"


def account(*roles: Role, email: str = "", unit: int | None = None) -> Person:
    """Add an account; every call makes another person.

    Roles beyond the first are put there whatever may be held together: what one person may
    not hold has tests of its own.
    """
    address = email or f"{uuid.uuid4().hex[:10]}@dongnai.gov.vn"
    new = NewAccount(address, "Nguyễn Văn Thử", PASSWORD, roles[:1], unit)
    person = add_account(SYSTEM, new)
    with writing() as session:
        session.add_all(RoleGrant(account_id=person.id, role=r, unit_id=unit) for r in roles[1:])
        session.flush()
        # Inside the transaction: a read left open would hide what browsers do afterwards.
        found = people.person(person.id)
    assert found is not None
    return found


def actor(*roles: Role) -> Actor:
    """Add an account and act as it."""
    person = account(*roles)
    return Actor(person.id, "+".join(sorted(person.roles)))


def dong_nai() -> None:
    """Import the units of Đồng Nai."""
    import_shipped_units(SYSTEM)

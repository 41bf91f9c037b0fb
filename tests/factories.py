"""Valid objects made by plain functions, so that a test names only what matters."""

import uuid

from app.queries.people import Person
from app.services.accounts import NewAccount, add_account
from app.services.recording import SYSTEM, Actor
from app.services.units import import_shipped_units
from app.vocabulary import Role

PASSWORD = "ba con vịt bơi qua sông"


def account(*roles: Role, email: str = "") -> Person:
    """Add an account; every call makes another person."""
    address = email or f"{uuid.uuid4().hex[:10]}@dongnai.gov.vn"
    return add_account(SYSTEM, NewAccount(address, "Nguyễn Văn Thử", PASSWORD, roles))


def actor(*roles: Role) -> Actor:
    """Add an account and act as it."""
    person = account(*roles)
    return Actor(person.id, "+".join(sorted(person.roles)))


def dong_nai() -> None:
    """Import the units of Đồng Nai."""
    import_shipped_units(SYSTEM)

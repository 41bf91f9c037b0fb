"""The blueprint of pages about counters, and the counter that an address names."""

from flask import Blueprint
from flask_login import current_user

from app.queries import counters
from app.queries.counters import CounterView
from app.services.errors import ForbiddenError, NotFoundError
from app.vocabulary import Role

blueprint = Blueprint("counters", __name__, url_prefix="/counters")
KEEPERS = (Role.ADMINISTRATOR, Role.COORDINATOR)
READERS = (*KEEPERS, Role.AGENCY)
Page = str | tuple[str, int]


def the_counter(counter_id: int) -> CounterView:
    """Find a counter that the person may see.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    ForbiddenError
        If it is another unit's.
    """
    found = counters.one(counter_id)
    if found is None:
        raise NotFoundError()
    if not current_user.person.may_for(READERS, found.unit_id):
        raise ForbiddenError()
    return found


def may_keep() -> bool:
    """Whether the person may add and change counters."""
    return bool(current_user.person.may(KEEPERS))

"""Who must have a second factor, and until when one may do without."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.database import writing
from app.models import OfficeSetting
from app.queries import people_pages
from app.queries.people import Person
from app.services import grants, recording
from app.services.recording import Actor
from app.vocabulary import Role

ROLES = frozenset({Role.ADMINISTRATOR, Role.HOME_AFFAIRS, Role.VERIFIER, Role.APPROVER})
# Whoever sets an installation up finds out how things work before finding a phone.
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class Duty:
    """What a person still owes.

    Attributes
    ----------
    now : bool
        Nothing else can be done before the second factor is on.
    until : datetime or None
        From then on it will be so.
    """

    now: bool = False
    until: datetime | None = None


NONE = Duty()


def concerns(roles: Iterable[Role]) -> bool:
    """Whether one of the roles needs a second factor while the office requires it."""
    return not ROLES.isdisjoint(roles)


def required_of(person: Person) -> bool:
    """Whether the office requires a second factor of a person."""
    return concerns(person.roles) and people_pages.required()


def duty(person: Person) -> Duty:
    """Find out what a person still owes."""
    if person.second_factor or not required_of(person):
        return NONE
    first = people_pages.first_account()
    if first is None or first.id != person.id:
        return Duty(now=True)
    until = first.created_at + GRACE
    return Duty(until=until) if clock.now() < until else Duty(now=True)


def require(actor: Actor, required: bool) -> None:
    """Decide whether the office requires it; without a decision it does.

    Raises
    ------
    ForbiddenError
        If the actor is no administrator.
    """
    with writing() as session:
        grants.require_administrator(actor)
        found = session.get(
            OfficeSetting, people_pages.REQUIRED, with_for_update=True, populate_existing=True
        )
        if found is None:
            found = OfficeSetting(name=people_pages.REQUIRED, value=True)
            session.add(found)
        if bool(found.value) == required:
            return
        found.value = required
        recording.record(session, actor, "office.second_factor", "office", required=required)

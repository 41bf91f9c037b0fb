"""What somebody may do is looked up again where it is done, under the lock of the act."""

from app.queries import people
from app.queries.people import Person
from app.services.errors import ForbiddenError
from app.services.recording import Actor
from app.vocabulary import Role


def require(actor: Actor, roles: frozenset[Role]) -> Person:
    """Return the person who acts, if one of the roles is held everywhere now.

    Raises
    ------
    ForbiddenError
        If not, or if nobody is signed in.
    """
    person = people.person(actor.account_id) if actor.account_id is not None else None
    if person is None or not person.may(roles):
        raise ForbiddenError()
    return person

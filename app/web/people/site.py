"""The blueprint of pages about people, and the person that an address names."""

from flask import Blueprint

from app.queries import people_pages
from app.queries.people_pages import PersonView
from app.services.errors import NotFoundError

blueprint = Blueprint("people", __name__, url_prefix="/people")
Page = str | tuple[str, int]


def the_person(account_id: int) -> PersonView:
    """Find a person.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    found = people_pages.one(account_id)
    if found is None:
        raise NotFoundError()
    return found

"""The blueprint of round pages, and the round that an address names."""

from flask import Blueprint
from flask_login import current_user

from app.queries import rounds
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError
from app.vocabulary import Role

READERS = (Role.COORDINATOR, Role.HOME_AFFAIRS, Role.ADMINISTRATOR)
blueprint = Blueprint("rounds", __name__, url_prefix="/rounds")


def the_round(round_id: int) -> RoundView:
    """Find a round.

    Raises
    ------
    NotFoundError
        If there is none of that number.
    """
    found = rounds.one(round_id)
    if found is None:
        raise NotFoundError()
    return found


def leads() -> bool:
    """Whether the reader may take the steps of a round or only look."""
    return bool(current_user.person.may(frozenset({Role.COORDINATOR})))

"""The round that an address names, whether its reader leads rounds, and the way back to it."""

from flask import url_for
from flask_babel import gettext
from flask_login import current_user

from app.queries import rounds
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError
from app.vocabulary import Role


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


def way_to(found: RoundView) -> list[tuple[str, str]]:
    """Lead back to a round and the list of rounds."""
    return [
        (gettext("Survey rounds"), url_for("rounds.all_rounds")),
        (found.name, url_for("rounds.one_round", round_id=found.id)),
    ]

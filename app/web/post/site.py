"""The blueprint of batches for the post office, and what an address names."""

from flask import Blueprint, url_for
from flask_babel import gettext
from flask_login import current_user

from app.queries import post_batches, rounds
from app.queries.post_batches import BatchView
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError
from app.vocabulary import Role

# Inspectors belong to another body than the carrier, and may do re-checks.
READERS = (Role.COORDINATOR, Role.INSPECTOR)
ALL, ONE = "/rounds/<int:round_id>/post", "/rounds/<int:round_id>/post/<int:batch_id>"
blueprint = Blueprint("post", __name__)


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


def the_batch(round_id: int, batch_id: int) -> BatchView:
    """Find a batch of a round.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    found = post_batches.one(batch_id)
    if found is None or found.round_id != round_id:
        raise NotFoundError()
    return found


def leads() -> bool:
    """Whether the reader leads rounds; others re-check alone."""
    return bool(current_user.person.may(frozenset({Role.COORDINATOR})))


def crumbs(found: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back to the round, for those who may see it, and to its batches."""
    above = []
    if leads():
        above = [
            (gettext("Survey rounds"), url_for("rounds.all_rounds")),
            (found.name, url_for("rounds.one_round", round_id=found.id)),
        ]
    own = (gettext("Forms by post office"), url_for("post.all_batches", round_id=found.id))
    return [*above, own] if below else above

"""The blueprint of batches for the post office, and what an address names."""

from flask import Blueprint, url_for
from flask_babel import gettext

from app.queries import post_batches
from app.queries.post_batches import BatchView
from app.queries.rounds import RoundView
from app.services.errors import NotFoundError
from app.vocabulary import Role
from app.web.given_round import leads, way_to

# Inspectors belong to another body than the carrier, and may do re-checks.
READERS = (Role.COORDINATOR, Role.INSPECTOR)
ALL, ONE = "/rounds/<int:round_id>/post", "/rounds/<int:round_id>/post/<int:batch_id>"
blueprint = Blueprint("post", __name__)


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


def crumbs(found: RoundView, *, below: bool = False) -> list[tuple[str, str]]:
    """Lead back to the round, for those who may see it, and to its batches."""
    above = way_to(found) if leads() else []
    own = (gettext("Forms by post office"), url_for("post.all_batches", round_id=found.id))
    return [*above, own] if below else above

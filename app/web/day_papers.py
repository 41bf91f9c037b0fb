"""What the pages of slips and of counter sessions share: a round, its papers, whose they are."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from flask import request
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from app.queries import rounds
from app.queries.day_papers import Papers, WantedPapers
from app.services.errors import NotFoundError
from app.vocabulary import Role

PER_PAGE = 50
Found = TypeVar("Found", bound=Papers)
Wanted = TypeVar("Wanted", bound=WantedPapers)


def allowed(found: Found | None, round_id: int, roles: Sequence[Role]) -> Found:
    """Give papers of a round that the reader may see.

    Raises
    ------
    Forbidden
        If they are of a unit that the reader has nothing to do with.
    NotFoundError
        If there are none.
    """
    if found is None or found.round_id != round_id:
        raise NotFoundError()
    if not current_user.person.may_for(frozenset(roles), found.unit_id):
        raise Forbidden()
    return found


def units_with(roles: Sequence[Role]) -> frozenset[int] | None:
    """Give the units whose papers the reader may see; None for all."""
    units: frozenset[int] | None = current_user.person.units_with(roles)
    return units


def asked_for(kind: type[Wanted], round_id: int, roles: Sequence[Role]) -> Wanted:
    """Read which papers are meant; nobody gets those of units that are not theirs."""
    unit_id = request.args.get("unit", type=int)
    return kind(
        round_id,
        units_with(roles),
        None if unit_id is None else min(max(0, unit_id), rounds.LARGEST_KEY),
        read_day(request.args.get("day", "")),
        bool(request.args.get("open")),
    )


def read_day(text: str) -> date | None:
    """Read a day of an address; None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def filters(wanted: WantedPapers) -> dict[str, Any]:
    """Say in an address which papers are meant."""
    return {
        "unit": wanted.unit_id,
        "day": wanted.day.isoformat() if wanted.day else None,
        "open": 1 if wanted.still_open else None,
    }


def page_of(count: int) -> tuple[int, int]:
    """Read which page of a list is meant; its number and that of the last."""
    last = max(1, -(-count // PER_PAGE))
    return min(max(1, request.args.get("page", 1, type=int)), last), last

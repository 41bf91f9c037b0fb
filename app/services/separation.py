"""Which roles one person may not hold together (decision 0016).

Two roles meet where their scopes overlap: both hold for the same unit, or one of them
everywhere. Whoever belongs to a rated unit holds no other role over that unit, and
whoever approves holds nothing else. A small office may waive that, but a unit never
verifies or inspects itself.
"""

from collections.abc import Iterable
from itertools import combinations

from app.queries.people import Grant
from app.vocabulary import Role

Pair = tuple[Grant, Grant]

EVERYWHERE_ONLY = frozenset({Role.ADMINISTRATOR, Role.HOME_AFFAIRS, Role.APPROVER})
# Each of these excludes every other role over the same unit.
ALONE = frozenset({Role.AGENCY, Role.APPROVER})
# The three persons behind a publication do not look at single scores, so nothing else
# would catch a unit that confirms its own.
NEVER = (
    frozenset({Role.AGENCY, Role.VERIFIER}),
    frozenset({Role.AGENCY, Role.INSPECTOR}),
)


def conflicts(grants: Iterable[Grant], *, small_office: bool) -> tuple[Pair, ...]:
    """List the pairs of grants that one person may not hold together."""
    ordered = sorted(grants, key=lambda grant: (grant.role, grant.unit_id or 0))
    return tuple(
        (one, other)
        for one, other in combinations(ordered, 2)
        if one.role is not other.role
        and overlap(one, other)
        and excluded(frozenset({one.role, other.role}), small_office=small_office)
    )


def overlap(one: Grant, other: Grant) -> bool:
    """Whether two grants hold for a unit in common."""
    return one.unit_id is None or other.unit_id is None or one.unit_id == other.unit_id


def excluded(roles: frozenset[Role], *, small_office: bool) -> bool:
    """Whether two roles exclude each other over the same unit."""
    return roles in NEVER or (not small_office and bool(roles & ALONE))

"""How far a message has come, whatever a vendor calls it."""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """The five statuses of a message, in the order in which they outdo each other.

    What vendors call undelivered, rejected or expired is `failed`. A message that one report
    calls failed and another delivered has arrived in part or late: it counts as delivered.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {state: rank for rank, state in enumerate(State)}
TERMINAL = frozenset({State.FAILED, State.DELIVERED})


def joined(old: State, event: State) -> State:
    """Give what is known after one more report.

    The greater of two in a fixed order: reports may come twice and in any order, and end alike.

    Examples
    --------
    >>> joined(State.DELIVERED, State.SENT).value
    'delivered'
    """
    return max(old, event, key=RANK.__getitem__)


def known(events: Iterable[State]) -> State:
    """Give what is known after all these reports; queued before the first."""
    state = State.QUEUED
    for event in events:
        state = joined(state, event)
    return state

"""The course of long work: who is told how far it is, and what ends with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from app.services.leases import Concluding, Outcome, open_end


def silent(done: int, total: int) -> None:
    """Tell nobody how far work is."""


@dataclass(frozen=True)
class Course(Generic[Outcome]):
    """What goes with an act that takes long.

    Attributes
    ----------
    report : callable
        Told steps done and steps in all, outside of any transaction; may raise to stop the work.
    conclude : callable
        Called with the outcome in the transaction that stores it.
    """

    report: Callable[[int, int], None] = silent
    conclude: Concluding[Outcome] = open_end


# Of acts that no job asked for.
ALONE: Course[Any] = Course()

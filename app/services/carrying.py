"""Coarse variables that answers may carry, and what a dossier's value of each is (0024).

Together with the stratum they make the mixing cell: the most that an answer may still say
about where it came from.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from app.services.audiences import CITIZEN

MOST = 3
# Stands between the parts of a cell's name. Of the values only a field of work may hold it.
SEPARATOR = "/"


class Carried(StrEnum):
    """A coarse variable, named like the column of a list that it comes from."""

    FIELD = "field"
    RESPONDENT_KIND = "respondent_kind"
    ON_TIME = "on_time"
    CHANNEL = "channel"


class Origin(Protocol):
    """What of a dossier a cell may tell."""

    @property
    def field(self) -> str:
        """Field of work, "" where the list tells none."""

    @property
    def respondent_kind(self) -> str:
        """Citizen, business or household_business, "" where the list tells none."""

    @property
    def on_time(self) -> str:
        """Whether it was finished by its promised day: yes, no or open."""

    @property
    def channel(self) -> str:
        """Counter, online or post, "" where the list tells none."""


def value(variable: Carried, origin: Origin) -> str:
    """Tell what a dossier has of a variable, as its cell keeps it.

    A kind of respondent that the list does not tell is a citizen's, as it is when a round
    chooses whom it asks: a kind of its own would say nothing but make cells smaller.
    """
    found = str(getattr(origin, variable.value))
    return found or CITIZEN if variable is Carried.RESPONDENT_KIND else found


def values(carry: Sequence[Carried], origin: Origin) -> dict[str, str]:
    """Write the carried variables of a dossier as its cell keeps them, in the plan's order."""
    return {variable.value: value(variable, origin) for variable in carry}


def cell_label(stratum: str, carry: Sequence[Carried], origin: Origin) -> str:
    """Name the mixing cell of a dossier; without carried variables it is the stratum.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> late = SimpleNamespace(respondent_kind="", on_time="no")
    >>> cell_label("26041", [Carried.RESPONDENT_KIND, Carried.ON_TIME], late)
    '26041/citizen/no'
    """
    return SEPARATOR.join((stratum, *(value(variable, origin) for variable in carry)))

"""A sample in which nobody is asked twice: by owner within the round, by a list between rounds.

Dossiers are gone through in the order of their numbers, those whose owner is not on the list of the
asked first. A dossier is taken while its stratum has room, unless its owner was taken already.
Then the reserves are listed in the same way.

Which of an owner's dossiers is asked about is thus left to chance alone, and a dossier of one
whose others are rarely drawn has nearly the chance of the plan: (1 - (1 - f)^m) / m for m dossiers
and a fraction f, where a choice before the draw would give f / m (decision 0052).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a dossier is, as far as a draw needs it.

    Attributes
    ----------
    owner : str
        The same for all dossiers of one owner; "" for one whose dossier is the only one, or who
        is not known.
    asked : bool
        Whether the owner is on the list of the asked.
    """

    owner: str = ""
    asked: bool = False


NOBODY = Owner()
Owners = Mapping[str, Owner]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A dossier that may be drawn, and its number in the draw."""

    stratum: str
    code: str
    number: float
    owner: Owner = NOBODY


@dataclass
class Taken:
    """Codes of a stratum in the order of their ranks: the sample, then the reserves."""

    drawn: list[str] = field(default_factory=list)
    reserves: list[str] = field(default_factory=list)


def take(
    rows: Iterable[Numbered], sizes: Mapping[str, int], reserves: Mapping[str, int]
) -> dict[str, Taken]:
    """Draw from all strata at once.

    Parameters
    ----------
    rows : iterable of Numbered
        Codes must differ. Equal numbers are put in the order of codes.
    sizes, reserves : mapping of str to int
        Dossiers to draw, and reserves to list, in each stratum; 0 where not told.

    Returns
    -------
    dict of str to Taken
        For each stratum of `sizes`. No owner stands in it twice. A stratum has fewer than its
        size only if every dossier left is of an owner who was taken. Someone asked before is in
        it only where nobody else was left.
    """
    ordered = sorted(rows, key=lambda row: (row.owner.asked, row.number, row.code))
    found = {label: Taken() for label in sizes}
    seen: set[str] = set()

    def fill(part: str, room: Mapping[str, int]) -> None:
        left = []
        for row in ordered:
            chosen = getattr(found[row.stratum], part) if row.stratum in found else None
            if row.owner.owner and row.owner.owner in seen:
                continue
            if chosen is None or len(chosen) >= room.get(row.stratum, 0):
                left.append(row)
                continue
            chosen.append(row.code)
            seen.add(row.owner.owner)
        ordered[:] = left

    fill("drawn", sizes)
    fill("reserves", reserves)
    return found

"""In which cells the answers of a design will be opened, so that k lie together in each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sampling.errors import SizeError


@dataclass(frozen=True)
class Place:
    """A stratum: dossiers on the frame, dossiers drawn and answers expected."""

    stratum: str
    population: int
    drawn: int
    answers: float


@dataclass(frozen=True)
class CellOutlook:
    """What becomes of a stratum's answers.

    Attributes
    ----------
    stratum : str
        Where they come from.
    answers : float
        How many are expected.
    opens_as : str or None
        The cell in which they will be opened: the stratum itself, or the nearest parent in which
        k lie together; None when they stay sealed.
    """

    stratum: str
    answers: float
    opens_as: str | None


def cells_of(
    places: Sequence[Place], parents: Mapping[str, str], k: int
) -> tuple[CellOutlook, ...]:
    """Coarsen cells below k, level by level, as at the close of a round.

    Parameters
    ----------
    places : sequence of Place
        Strata; a stratum of which nobody is drawn opens as itself, empty.
    parents : mapping of str to str
        Declared before the draw.
    k : int
        Smallest cell.

    Returns
    -------
    tuple of CellOutlook
        In the order of the strata. Only strata below k are put together in a parent; those that
        open alone do not help the others.

    Raises
    ------
    SizeError
        If a cell is its own ancestor.
    """
    deepest = max((len(ancestors(place.stratum, parents)) for place in places), default=0)
    opened: dict[str, str | None] = {}
    waiting: dict[str, list[Place]] = {place.stratum: [place] for place in places}
    for depth in range(deepest, -1, -1):
        for cell in [each for each in waiting if len(ancestors(each, parents)) == depth]:
            members = waiting.pop(cell)
            answers = sum(place.answers for place in members)
            if answers >= k or answers == 0:
                opened |= {place.stratum: cell for place in members}
            elif cell in parents:
                waiting.setdefault(parents[cell], []).extend(members)
            else:
                opened |= {place.stratum: None for place in members}
    return tuple(
        CellOutlook(place.stratum, place.answers, opened[place.stratum]) for place in places
    )


def ancestors(cell: str, parents: Mapping[str, str]) -> list[str]:
    """Parents of a cell, the nearest first."""
    found: list[str] = []
    while cell in parents:
        cell = parents[cell]
        if cell in found:
            raise SizeError("circular_cells", cell=cell)
        found.append(cell)
    return found


def uneven_parents(places: Sequence[Place], parents: Mapping[str, str]) -> tuple[str, ...]:
    """Name parents whose strata are drawn at rates that rounding cannot explain.

    One rate f explains sizes n_h when every n_h lies less than one dossier from f N_h.
    """
    families: dict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.population > 0 and place.stratum in parents:
            families[parents[place.stratum]].append(place)
    return tuple(
        parent
        for parent, strata in families.items()
        if max((place.drawn - 1) / place.population for place in strata)
        >= min((place.drawn + 1) / place.population for place in strata)
    )

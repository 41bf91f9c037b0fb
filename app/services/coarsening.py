"""Which boxes open together when a round has closed, so that none stands in a crowd below k."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.queries.boxes import CellPlace, leaves
from app.vocabulary import CellLevel

# From the narrowest on: where answers go whose own cell has too few of them. Answers without a
# weight go to roots of their own, never to cells of drawn dossiers (0033); so do those of counter
# sessions, whose chances were others (0039).
WIDER = (
    CellLevel.STRATUM,
    CellLevel.UNIT,
    CellLevel.ROUND,
    CellLevel.VOLUNTEER_ROUND,
    CellLevel.OPEN_ROUND,
    CellLevel.SESSION_ROUND,
)


@dataclass(frozen=True)
class Group:
    """Cells whose boxes open together, and the cell that their answers then name.

    Attributes
    ----------
    leaves : tuple of int
        Mixing cells, or strata where the plan carries nothing; or units whose dossiers were not
        drawn, or that forms without a dossier are about.
    """

    cell_id: int
    leaves: tuple[int, ...]


def final_groups(cells: Iterable[CellPlace], counts: Mapping[int, int], k: int) -> list[Group]:
    """Say what opens at the end of a round.

    Parameters
    ----------
    cells : iterable of CellPlace
        All cells of the round.
    counts : mapping of leaf to int
        Its boxes that can be opened.
    k : int
        Fewest answers that may share a cell.

    Returns
    -------
    list of Group
        A leaf alone where it has k; what is smaller within its stratum; what is still too
        small within its unit, and at last within the round. Leaves that reach k nowhere are
        in no group. A leaf that opened anything before holds k, so it always opens alone.
    """
    places = {cell.id: cell for cell in cells}
    answered = [cell for cell in leaves(places.values()) if counts.get(cell.id, 0)]
    groups = [Group(cell.id, (cell.id,)) for cell in answered if counts[cell.id] >= k]
    small = [cell for cell in answered if counts[cell.id] < k]
    for level in WIDER:
        found = _large_enough(_by_ancestor(small, places, level), counts, k)
        opened = {leaf for group in found for leaf in group.leaves}
        small = [cell for cell in small if cell.id not in opened]
        groups += found
    return groups


def _by_ancestor(
    small: Iterable[CellPlace], places: Mapping[int, CellPlace], level: CellLevel
) -> dict[int, list[int]]:
    """Gather leaves under the cells of a level that they lie in."""
    members: dict[int, list[int]] = defaultdict(list)
    for leaf in small:
        wider = leaf.parent_id
        while wider is not None and places[wider].level is not level:
            wider = places[wider].parent_id
        if wider is not None:
            members[wider].append(leaf.id)
    return members


def _large_enough(
    members: Mapping[int, list[int]], counts: Mapping[int, int], k: int
) -> list[Group]:
    return [
        Group(cell, tuple(inside))
        for cell, inside in members.items()
        if sum(counts[leaf] for leaf in inside) >= k
    ]

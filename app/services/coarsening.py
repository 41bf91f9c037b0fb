"""Which boxes open together when a round has closed, so that none stands in a crowd below k."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.queries.boxes import CellPlace
from app.vocabulary import CellLevel


@dataclass(frozen=True)
class Group:
    """Strata whose boxes open together, and the cell that their answers then name."""

    cell_id: int
    strata: tuple[int, ...]


def final_groups(cells: Iterable[CellPlace], counts: Mapping[int, int], k: int) -> list[Group]:
    """Say what opens at the end of a round.

    Parameters
    ----------
    cells : iterable of CellPlace
        All cells of the round.
    counts : mapping of stratum cell to int
        Its boxes that can be opened.
    k : int
        Fewest answers that may share a cell.

    Returns
    -------
    list of Group
        A stratum alone where it has k; what is smaller within its unit; what is still
        smaller within the round. Strata that reach k nowhere are in no group.
    """
    places = {cell.id: cell for cell in cells}
    strata = [cell.id for cell in places.values() if cell.level is CellLevel.STRATUM]
    groups = [Group(cell, (cell,)) for cell in strata if counts.get(cell, 0) >= k]
    small = [cell for cell in strata if 0 < counts.get(cell, 0) < k]
    to_unit = {cell: places[cell].parent_id for cell in small}
    groups_of_units = _large_enough(to_unit, counts, k)
    opened = {cell for group in groups_of_units for cell in group.strata}
    to_round = {
        cell: places[unit].parent_id
        for cell, unit in to_unit.items()
        if cell not in opened and unit is not None
    }
    return groups + groups_of_units + _large_enough(to_round, counts, k)


def _large_enough(
    targets: Mapping[int, int | None], counts: Mapping[int, int], k: int
) -> list[Group]:
    members: dict[int, list[int]] = defaultdict(list)
    for cell, target in targets.items():
        if target is not None:
            members[target].append(cell)
    return [
        Group(target, tuple(cells))
        for target, cells in members.items()
        if sum(counts[cell] for cell in cells) >= k
    ]

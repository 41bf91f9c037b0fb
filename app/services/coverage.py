"""Which dossiers the answers of each cell stand for, and so what each answer weighs (0011)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.queries.answers import AnswerView, CellView
from app.queries.boxes import leaves
from app.vocabulary import CellLevel
from sampling.weights import response_weights

Floats = NDArray[np.float64]
# Their answers speak of no unit.
ROOTS = frozenset({CellLevel.ROUND, CellLevel.SESSION_ROUND})


@dataclass(frozen=True, eq=False)
class Coverage:
    """What stands for what, one row for each answer.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Number of the cell the answer was opened in: its estimation stratum.
    population : ndarray, shape (n,)
        Dossiers N_c that the answers of this cell stand for together.
    weight : ndarray, shape (n,)
        N_c / r_c, for figures of the whole round.
    unit_weight : ndarray, shape (n,)
        The same, scaled so that a unit's answers sum to its dossiers; 0 without a unit.
    unit, group : ndarray of str, shape (n,)
        Code of the unit and of its group; "" where the answer knows only the round.
    covered : dict of str to int
        Dossiers of each unit whose leaves ended in a cell of the unit.
    """

    cell: NDArray[np.int64]
    population: Floats
    weight: Floats
    unit_weight: Floats
    unit: NDArray[np.str_]
    group: NDArray[np.str_]
    covered: dict[str, int]


def coverage(cells: Sequence[CellView], answers: Sequence[AnswerView]) -> Coverage:
    """Let each cell's answers stand for the leaves that ended in it."""
    by_id = {cell.id: cell for cell in cells}
    opened = Counter(answer.cell_id for answer in answers)
    population, covered = standing_for(cells, by_id, opened)
    own = Counter[str]()
    for cell, dossiers in population.items():
        own[by_id[cell].unit_code] += dossiers
    totals = totals_of(cells, population)
    scale = {unit: total / own[unit] for unit, total in totals.items() if own[unit]}
    origin = [by_id[answer.cell_id] for answer in answers]
    sizes = {str(cell): dossiers for cell, dossiers in population.items()}
    weight = response_weights(sizes, [str(cell.id) for cell in origin])
    scales = np.array([scale.get(cell.unit_code, 0.0) for cell in origin], dtype=float)
    return Coverage(
        cell=np.array([cell.id for cell in origin], dtype=np.int64),
        population=np.array([population[cell.id] for cell in origin], dtype=float),
        weight=weight,
        unit_weight=weight * scales,
        unit=np.array([cell.unit_code for cell in origin], dtype=np.str_),
        group=np.array([cell.group for cell in origin], dtype=np.str_),
        covered={unit: covered[unit] for unit in totals},
    )


def totals_of(cells: Sequence[CellView], population: Mapping[int, int]) -> Counter[str]:
    """Sum the dossiers of each unit: those listed, and those of sessions that speak of it.

    Sessions whose answers opened in no cell of the unit are none of its figures: listed dossiers
    do not stand for them (0039).
    """
    totals = Counter[str]()
    for cell in cells:
        if cell.level is CellLevel.UNIT or (
            cell.level is CellLevel.SESSION and cell.id in population
        ):
            totals[cell.unit_code] += cell.population
    return totals


def standing_for(
    cells: Sequence[CellView], by_id: Mapping[int, CellView], opened: Mapping[int, int]
) -> tuple[Counter[int], Counter[str]]:
    """Sum the dossiers of the leaves that ended in each cell, and in cells of each unit.

    A leaf ends in the first cell with answers on its way up. One that nobody answered ends
    there too: the answers of that cell are the nearest there are. Where no cell on its way has
    any, those that opened beside it stand for it: within its stratum, else within its unit.
    They are shared its dossiers by their own, and it does not count as covered.
    """
    population: Counter[int] = Counter()
    covered: Counter[str] = Counter()
    alone = []
    for leaf in leaves(cells):
        found = next((cell for cell in _upwards(leaf, by_id) if opened.get(cell.id)), None)
        if found is None:
            alone.append(leaf)
            continue
        population[found.id] += leaf.population
        if found.level not in ROOTS:
            covered[found.unit_code] += leaf.population
    return population + _beside(alone, population, by_id), covered


def _upwards(leaf: CellView, by_id: Mapping[int, CellView]) -> Iterator[CellView]:
    cell: CellView | None = leaf
    while cell is not None:
        yield cell
        cell = by_id[cell.parent_id] if cell.parent_id is not None else None


def _beside(
    alone: Iterable[CellView], population: Mapping[int, int], by_id: Mapping[int, CellView]
) -> Counter[int]:
    """Share the dossiers of leaves out among the cells of their stratum or unit."""
    inside: dict[int, list[int]] = defaultdict(list)
    for cell in population:
        for wider in _upwards(by_id[cell], by_id):
            inside[wider.id].append(cell)
    more: Counter[int] = Counter()
    for leaf in alone:
        within = (cell for cell in _upwards(leaf, by_id) if cell.level not in ROOTS)
        among = next((inside[cell.id] for cell in within if cell.id in inside), [])
        more.update(_shares(leaf.population, {cell: population[cell] for cell in among}))
    return more


def _shares(dossiers: int, sizes: Mapping[int, int]) -> dict[int, int]:
    """Divide a whole number in proportion to sizes, so that the parts are whole and add up."""
    total, reached, given = sum(sizes.values()), 0, 0
    parts = {}
    for cell, size in sorted(sizes.items()):
        reached += size
        upto = dossiers * reached // total
        parts[cell], given = upto - given, upto
    return parts

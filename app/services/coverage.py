"""Which dossiers the answers of each cell stand for, and so what each answer weighs (0011)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.queries.answers import AnswerView, CellView
from app.vocabulary import CellLevel
from sampling.weights import response_weights

Floats = NDArray[np.float64]


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
        Dossiers of each unit whose strata ended in a cell of the unit.
    """

    cell: NDArray[np.int64]
    population: Floats
    weight: Floats
    unit_weight: Floats
    unit: NDArray[np.str_]
    group: NDArray[np.str_]
    covered: dict[str, int]


def coverage(cells: Sequence[CellView], answers: Sequence[AnswerView]) -> Coverage:
    """Let each cell's answers stand for the strata that ended in it."""
    by_id = {cell.id: cell for cell in cells}
    opened = Counter(answer.cell_id for answer in answers)
    population, covered = standing_for(cells, by_id, opened)
    totals = {cell.unit_code: cell.population for cell in cells if cell.level is CellLevel.UNIT}
    scale = {unit: totals[unit] / own for unit, own in covered.items() if own}
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


def standing_for(
    cells: Sequence[CellView], by_id: dict[int, CellView], opened: Counter[int]
) -> tuple[Counter[int], Counter[str]]:
    """Sum the dossiers of the strata that ended in each cell, and in cells of each unit.

    A stratum ends in the first cell with answers on its way up. One that nobody answered ends
    there too: the answers of that cell are the nearest there are.
    """
    population: Counter[int] = Counter()
    covered: Counter[str] = Counter()
    for stratum in cells:
        if stratum.level is not CellLevel.STRATUM:
            continue
        cell: CellView | None = stratum
        while cell is not None and not opened[cell.id]:
            cell = by_id[cell.parent_id] if cell.parent_id is not None else None
        if cell is None:
            continue
        population[cell.id] += stratum.population
        if cell.level is not CellLevel.ROUND:
            covered[cell.unit_code] += stratum.population
    return population, covered

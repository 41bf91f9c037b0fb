"""Counter sessions in the estimates of a round: which count, how much, and figures without (0039).

What a cell of sessions stands for is known from minutes. Where those of a drawn session are
missing nobody can tell which answers are of it, for answers know no session: then all answers of
the cell are left out, the missing sessions are named, and a later run takes them in.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.documents.parquet import Coded
from app.queries.answers import CellView
from app.queries.boxes import SESSION_LEVELS
from app.queries.counter_sessions import SessionView
from app.queries.estimation_results import (
    Figure,
    FigureState,
    MissingSession,
    Part,
    SessionPart,
)
from app.services.extracts import Extract
from app.services.figures import count_class
from app.thresholds import present
from app.vocabulary import CellLevel


@dataclass(frozen=True, eq=False)
class Basis:
    """The cells and answers that figures rest on."""

    cells: tuple[CellView, ...]
    extract: Extract


def counted(cells: Sequence[CellView], extract: Extract) -> Basis:
    """Leave out the sessions whose minutes are missing, with their answers.

    Where more people answered than the minutes say were served, those who answered are taken
    for all there were: the minutes have a note about it.
    """
    numbers, counts = np.unique(extract.cell, return_counts=True)
    opened = dict(zip(numbers.tolist(), counts.tolist(), strict=True))
    out = _left_out(cells, opened)
    kept = tuple(_at_least(cell, opened) for cell in cells if cell.id not in out)
    return Basis(kept, _rows(extract, ~np.isin(extract.cell, sorted(out))))


def listed(basis: Basis) -> Basis:
    """Keep what rests on listed dossiers alone."""
    kept = tuple(cell for cell in basis.cells if cell.level not in SESSION_LEVELS)
    inside = np.isin(basis.extract.cell, [cell.id for cell in kept])
    return Basis(kept, _rows(basis.extract, inside))


def has_sessions(basis: Basis) -> bool:
    """Whether sessions are part of the figures."""
    return any(cell.level is CellLevel.SESSION for cell in basis.cells)


def _left_out(cells: Sequence[CellView], opened: Collection[int]) -> set[int]:
    """List the cells of sessions that stand for nothing, and those that open together with them."""
    leaves = [cell for cell in cells if cell.level is CellLevel.SESSION]
    out = {leaf.id for leaf in leaves if not leaf.population}
    shared = {leaf.parent_id for leaf in leaves if leaf.id in out and leaf.id not in opened}
    wide = {cell.id for cell in cells if cell.id in shared and cell.id in opened}
    alone = {leaf.id for leaf in leaves if leaf.parent_id in wide and leaf.id not in opened}
    return out | wide | alone


def _at_least(cell: CellView, opened: dict[int, int]) -> CellView:
    if cell.level is not CellLevel.SESSION:
        return cell
    return replace(cell, population=max(cell.population, opened.get(cell.id, 0)))


def _rows(extract: Extract, inside: NDArray[np.bool_]) -> Extract:
    if inside.all():
        return extract
    items = {
        code: Coded(column.labels, column.codes[inside]) for code, column in extract.items.items()
    }
    return Extract(extract.cell[inside], items)


def told(
    cells: Sequence[CellView], basis: Basis, sessions: Iterable[SessionView]
) -> tuple[SessionPart, ...]:
    """Say for each unit what its sessions are of its figures, and which have no minutes."""
    inside = {cell.id: cell for cell in basis.cells}
    drawn = list(sessions)
    dossiers = {cell.unit_code: cell.population for cell in cells if cell.level is CellLevel.UNIT}
    found = []
    for leaf in sorted(cells, key=lambda cell: cell.label):
        if leaf.level is not CellLevel.SESSION:
            continue
        own = [each for each in drawn if each.cell_id == leaf.id]
        answers = int((basis.extract.cell == leaf.id).sum())
        population = inside[leaf.id].population if leaf.id in inside and answers else 0
        found.append(
            SessionPart(
                code=leaf.unit_code,
                name=leaf.unit_name,
                dossiers=population,
                listed=dossiers.get(leaf.unit_code, 0),
                drawn=len(own),
                answers=count_class(answers),
                missing=tuple(
                    MissingSession(each.counter_code, each.day, each.half)
                    for each in own
                    if not each.closed
                ),
            )
        )
    return tuple(found)


def without(parts: Sequence[Part], whole: Sequence[Part]) -> tuple[Part, ...]:
    """Hold back figures without sessions that would give away those of few people in sessions.

    The figure with sessions less that without is the figure of the sessions.
    """
    known = {(part.level, part.code): part for part in whole}
    return tuple(_held_back(part, known.get((part.level, part.code))) for part in parts)


def _held_back(part: Part, whole: Part | None) -> Part:
    if whole is None:
        return part
    figures = (
        _withheld(own) if _gives_away(own, whole.figure(own.factor)) else own
        for own in part.figures
    )
    return replace(part, figures=tuple(figures))


def _gives_away(own: Figure, wide: Figure | None) -> bool:
    if wide is None or FigureState.WITHHELD in {own.state, wide.state}:
        return False
    return 0 < int(wide.n) - int(own.n) < present.disclosure_n


def _withheld(figure: Figure) -> Figure:
    return Figure(figure.factor, FigureState.WITHHELD, f"≥ {present.disclosure_n}")

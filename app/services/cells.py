"""The cells of a round, made at its draw: one tree from the round down to what answers carry.

Beside it stand the small trees of answers without a weight (`volunteers.cells_of`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Cell, Round
from app.queries.frames import FrameRow
from app.services import carrying, volunteers
from app.services.plans import Plan
from app.services.previewing import Preview
from app.services.selecting import Selection
from app.vocabulary import CellLevel


@dataclass(frozen=True)
class MixingCell:
    """A cell below a stratum.

    Attributes
    ----------
    drawn : int
        May be 0: nobody is asked, but its dossiers belong to the stratum and are weighted for.
    """

    label: str
    stratum: str
    carried: dict[str, str]
    population: int
    drawn: int


def mixing_cells(
    rows: Sequence[FrameRow], plan: Plan, selection: Selection
) -> tuple[MixingCell, ...]:
    """Sort the dossiers that could be drawn into cells, one for each combination there is.

    Returns
    -------
    tuple of MixingCell
        By label; their numbers add up to those of the strata. Empty if nothing is carried.
    """
    if not plan.carry:
        return ()
    population: Counter[str] = Counter()
    one_of: dict[str, FrameRow] = {}
    for row in rows:
        label = plan.cell(row.unit_code, row)
        population[label] += 1
        one_of.setdefault(label, row)
    drawn = Counter(chosen.cell for chosen in selection.selected)
    return tuple(
        MixingCell(
            label,
            plan.stratum(row.unit_code, row.field),
            carrying.values(plan.carry, row),
            population[label],
            drawn[label],
        )
        for label, row in sorted(one_of.items())
    )


def add_cells(
    session: Session, found: Round, preview: Preview, narrower: Sequence[MixingCell]
) -> dict[str, int]:
    """Make the cells of a round; return the numbers of those that drawn ballots have, by label."""
    whole = Cell(
        round_id=found.id,
        level=CellLevel.ROUND,
        label="round",
        population=preview.population,
        drawn=preview.drawn,
    )
    session.add(whole)
    session.flush()
    units = {
        unit.code: Cell(
            round_id=found.id,
            level=CellLevel.UNIT,
            label=unit.code,
            unit_id=unit.id,
            parent_id=whole.id,
            population=unit.population,
            drawn=unit.drawn,
        )
        for unit in preview.units
    }
    session.add_all(units.values())
    session.flush()
    strata = {
        stratum.label: Cell(
            round_id=found.id,
            level=CellLevel.STRATUM,
            label=stratum.label,
            unit_id=stratum.unit_id,
            parent_id=units[stratum.unit_code].id,
            population=stratum.population,
            drawn=stratum.drawn,
        )
        for stratum in preview.strata
    }
    session.add_all(strata.values())
    session.flush()
    volunteers.cells_of(session, found.id)
    leaves = _add_narrower(session, strata, narrower) if narrower else strata
    return {label: cell.id for label, cell in leaves.items()}


def _add_narrower(
    session: Session, strata: Mapping[str, Cell], narrower: Sequence[MixingCell]
) -> dict[str, Cell]:
    found = {
        cell.label: Cell(
            round_id=strata[cell.stratum].round_id,
            level=CellLevel.MIXING,
            label=cell.label,
            unit_id=strata[cell.stratum].unit_id,
            parent_id=strata[cell.stratum].id,
            carried=cell.carried,
            population=cell.population,
            drawn=cell.drawn,
        )
        for cell in narrower
    }
    session.add_all(found.values())
    session.flush()
    return found

"""What the field monitor shows of a round, each part in one statement: counts, nothing told yet.

Whoever shows them hides first (`app.services.hiding`). Answers of drawn dossiers alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, select

from app.extensions import db
from app.models import (
    Batch,
    Cell,
    Contact,
    Counter,
    CredentialCount,
    Dossier,
    FormTally,
    SlipRun,
    Unit,
)
from app.queries.boxes import DRAWN_LEVELS
from app.vocabulary import CellLevel, Trait, UnitLevel

# What staff helped with is counted apart by what gave it its chance (0045).
OF_DOSSIERS = "dossier"


@dataclass(frozen=True)
class CellRow:
    """A cell of the tree of drawn dossiers, with the unit it lies in."""

    id: int
    level: CellLevel
    parent_id: int | None
    label: str
    population: int
    drawn: int
    unit_id: int | None
    unit_code: str
    unit_name: str
    unit_level: UnitLevel | None


@dataclass(frozen=True)
class SlipState:
    """Slips of a unit: printed, and what became of those that were reconciled.

    Attributes
    ----------
    missing : int
        Slips of reconciled runs that are neither handed over, returned nor spoiled.
    open_runs : int
        Runs of earlier days that nobody has reconciled.
    open_slips : int
        Slips of these runs.
    """

    printed: int
    handed: int
    returned: int
    spoiled: int
    missing: int
    open_runs: int
    open_slips: int


@dataclass(frozen=True)
class CodeState:
    """Codes that counters of a unit asked for, and how many took the place of earlier ones."""

    issued: int
    reissued: int


@dataclass(frozen=True)
class ContactState:
    """Dossiers of a unit, those with a contact, and whom a message may and may not reach."""

    dossiers: int
    contacts: int
    reachable: int
    barred: int


def cells(round_id: int) -> list[CellRow]:
    """List the cells of drawn dossiers by label."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Cell.id,
            Cell.level,
            Cell.parent_id,
            Cell.label,
            Cell.population,
            Cell.drawn,
            Cell.unit_id,
            func.coalesce(Unit.code, ""),
            func.coalesce(Unit.name, ""),
            Unit.level,
        )
        .outerjoin(Unit, Unit.id == Cell.unit_id)
        .where(Cell.round_id == round_id, Cell.level.in_(DRAWN_LEVELS))
    )
    rows = (CellRow(*row) for row in db.session.execute(query))
    return sorted(rows, key=lambda cell: cell.label)


def doors(round_id: int) -> dict[str, int]:
    """Count the opened answers of a round by the door they came through."""
    query = (
        select(FormTally.value, func.sum(FormTally.n))
        .join(Cell, Cell.id == FormTally.cell_id)
        .where(Cell.round_id == round_id, Cell.level.in_(DRAWN_LEVELS))
        .where(FormTally.trait == Trait.DOOR)
        .group_by(FormTally.value)
    )
    return {value: int(n) for value, n in db.session.execute(query)}


def opened(round_id: int) -> dict[int | None, int]:
    """Count the opened answers of a round by unit; under None what knows no unit."""
    query = (
        select(Cell.unit_id, func.sum(Batch.opened))
        .join(Cell, Cell.id == Batch.cell_id)
        .where(Cell.round_id == round_id, Cell.level.in_(DRAWN_LEVELS))
        .group_by(Cell.unit_id)
    )
    return {unit: int(n) for unit, n in db.session.execute(query)}


def helped(round_id: int) -> dict[int | None, int]:
    """Count the opened answers of drawn dossiers that staff helped with, by unit (0045)."""
    query = (
        select(Cell.unit_id, func.sum(FormTally.n))
        .join(Cell, Cell.id == FormTally.cell_id)
        .where(Cell.round_id == round_id)
        .where(FormTally.trait == Trait.ASSISTED, FormTally.value == OF_DOSSIERS)
        .group_by(Cell.unit_id)
    )
    return {unit: int(n) for unit, n in db.session.execute(query)}


def slips(round_id: int, today: date) -> dict[int, SlipState]:
    """Add up the slip runs of a round by unit."""
    closed = SlipRun.closed_at.is_not(None)
    late = and_(SlipRun.closed_at.is_(None), SlipRun.day < today)
    told = [func.coalesce(column, 0) for column in _FATES]
    missing = SlipRun.printed - told[0] - told[1] - told[2]
    query = (
        select(
            SlipRun.unit_id,
            func.sum(SlipRun.printed),
            *(func.sum(column) for column in told),
            func.sum(case((closed, missing), else_=0)),
            func.sum(case((late, 1), else_=0)),
            func.sum(case((late, SlipRun.printed), else_=0)),
        )
        .where(SlipRun.round_id == round_id)
        .group_by(SlipRun.unit_id)
    )
    return {unit: SlipState(*map(int, sums)) for unit, *sums in db.session.execute(query)}


_FATES = (SlipRun.handed, SlipRun.returned, SlipRun.spoiled)


def codes(round_id: int) -> dict[int | None, CodeState]:
    """Add up codes asked for by unit; under None those of counters that are not known here."""
    query = (
        select(
            Counter.unit_id, func.sum(CredentialCount.issued), func.sum(CredentialCount.reissued)
        )
        .select_from(CredentialCount)
        .outerjoin(Counter, Counter.code == CredentialCount.counter_code)
        .where(CredentialCount.round_id == round_id)
        .group_by(Counter.unit_id)
    )
    return {unit: CodeState(*map(int, sums)) for unit, *sums in db.session.execute(query)}


def counters() -> Mapping[int, int]:
    """Count the counters in use by unit."""
    query = (
        select(Counter.unit_id, func.count(Counter.id))
        .where(Counter.active)
        .group_by(Counter.unit_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def contacts(frame_id: int, unit_id: int) -> ContactState:
    """Count the contacts of a unit on a list."""
    barred = Contact.barred != ""
    reachable = and_(~barred, Contact.phone_sealed.is_not(None))
    query = (
        select(
            func.count(Dossier.id),
            func.count(Contact.dossier_id),
            func.count(case((reachable, 1))),
            func.count(case((barred, 1))),
        )
        .select_from(Dossier)
        .outerjoin(Contact, Contact.dossier_id == Dossier.id)
        .where(Dossier.frame_id == frame_id, Dossier.unit_id == unit_id)
    )
    return ContactState(*db.session.execute(query).one())

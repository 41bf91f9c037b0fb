"""Importing lists of administrative units."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.database import one_writer, writing
from app.models import Unit, UnitPredecessor
from app.services import crosswalks, recording
from app.services.errors import InvalidInputError
from app.services.recording import Actor
from app.services.unit_lists import UnitRow, read_units

SHIPPED = Path(__file__).parents[1] / "data" / "units" / "dong_nai.csv"


@dataclass(frozen=True)
class UnitImport:
    """What an import did."""

    added: int
    changed: int


def import_units(actor: Actor, content: bytes, filename: str) -> UnitImport:
    """Add the units of a list, or bring those with known codes up to date.

    Raises
    ------
    InvalidInputError
        If the list has faults; then nothing is stored.
    """
    rows, faults = read_units(content, filename)
    if faults:
        raise InvalidInputError(faults=faults)
    with writing() as session:
        one_writer(session, Unit)
        known = {unit.code: unit for unit in session.scalars(select(Unit))}
        added = [row for row in rows if row.code not in known]
        for row in rows:
            unit = known.setdefault(row.code, Unit(code=row.code))
            _fill(unit, row)
            session.add(unit)
        session.flush()
        _connect(session, rows, known)
        result = UnitImport(len(added), len(rows) - len(added))
        recording.record(
            session, actor, "units.imported", "units", added=result.added, changed=result.changed
        )
    crosswalks.add_shipped_lines(actor)
    return result


def import_shipped_units(actor: Actor) -> UnitImport:
    """Take over the list of Đồng Nai that comes with the program."""
    return import_units(actor, SHIPPED.read_bytes(), SHIPPED.name)


def _fill(unit: Unit, row: UnitRow) -> None:
    unit.name, unit.level, unit.kind, unit.group = row.name, row.level, row.kind, row.group
    unit.valid_from, unit.valid_to, unit.source = row.valid_from, row.valid_to, row.source


def _connect(session: Session, rows: list[UnitRow], units: dict[str, Unit]) -> None:
    for row in rows:
        unit = units[row.code]
        unit.parent_id = units[row.parent].id if row.parent else None
        session.execute(delete(UnitPredecessor).where(UnitPredecessor.unit_id == unit.id))
        session.add_all(
            UnitPredecessor(unit_id=unit.id, predecessor_id=units[code].id)
            for code in row.predecessors
        )

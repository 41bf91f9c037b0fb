"""The crosswalk from former units to present ones, and the book by which lists are read."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock
from app.database import one_writer, writing
from app.models import UnitCrosswalk
from app.queries import crosswalks as rows, units
from app.services import recording
from app.services.crosswalk_lists import CrosswalkRow, read_crosswalk
from app.services.errors import InvalidInputError, NotFoundError
from app.services.recording import Actor
from app.texts import N_
from sampling.listing.folding import folded
from sampling.listing.units import UnitBook, UnitLine

SHIPPED = Path(__file__).parents[1] / "data" / "units" / "crosswalk.csv"
LONGEST_NAME = 300
BY_HAND = "entered by hand"


def book() -> UnitBook:
    """Put together the units of today and the names they go under."""
    today = clock.today()
    existing = [UnitLine(unit.code, unit.name, unit.valid_from) for unit in units.units_on(today)]
    settled = {folded(name): code for name, code in rows.of_source(BY_HAND).items()}
    return UnitBook(existing, rows.lines(), on=today, settled=settled)


def import_crosswalk(actor: Actor, content: bytes, filename: str) -> int:
    """Add the lines of a crosswalk, or bring known ones up to date.

    Importing lists of units adds the lines that come with the program by itself.

    Returns
    -------
    int
        Lines of the file.

    Raises
    ------
    InvalidInputError
        If it has faults, such as units that are not on the list; then nothing is stored.
    """
    known = {unit.code: unit.id for unit in units.all_units()}
    found, faults = read_crosswalk(content, filename, known)
    if faults:
        raise InvalidInputError(faults=faults)
    with writing() as session:
        _keep(session, found, known)
        recording.record(session, actor, "crosswalk.imported", "crosswalk", lines=len(found))
    return len(found)


def add_shipped_lines(actor: Actor) -> int:
    """Add the lines that come with the program and lead to units that are known here."""
    known = {unit.code: unit.id for unit in units.all_units()}
    found, _ = read_crosswalk(SHIPPED.read_bytes(), SHIPPED.name, known)
    lines = [row for row in found if row.unit_code in known]
    if not lines:
        return 0
    with writing() as session:
        added = _keep(session, lines, known)
        if added:
            recording.record(session, actor, "crosswalk.imported", "crosswalk", lines=added)
    return added


def add_line(actor: Actor, old_name: str, unit_code: str) -> None:
    """Say which present unit a name on a list means; this goes before all other lines.

    Raises
    ------
    InvalidInputError
        If the name is missing or too long.
    NotFoundError
        If the unit does not exist today.
    """
    name = old_name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInputError(N_("Enter the name as the list writes it."))
    known = {unit.code: unit.id for unit in units.units_on(clock.today())}
    if unit_code not in known:
        raise NotFoundError()
    line = CrosswalkRow("", name, "", "", unit_code, False, None, None, BY_HAND)
    with writing() as session:
        before = (UnitCrosswalk.source == BY_HAND, UnitCrosswalk.old_name == name)
        session.execute(delete(UnitCrosswalk).where(*before))
        _keep(session, [line], known)
        recording.record(session, actor, "crosswalk.added", f"unit:{known[unit_code]}")


def _keep(session: Session, found: Sequence[CrosswalkRow], known: Mapping[str, int]) -> int:
    """Store lines; return how many are new."""
    one_writer(session, UnitCrosswalk)
    added = 0
    stored = {_name(line): line for line in session.scalars(select(UnitCrosswalk))}
    for row in found:
        unit_id = known[row.unit_code]
        key = (row.old_code, row.old_name, row.old_parent, row.old_province, unit_id)
        line = stored.get(key)
        if line is None:
            line = UnitCrosswalk(
                old_code=row.old_code,
                old_name=row.old_name,
                old_parent=row.old_parent,
                old_province=row.old_province,
                unit_id=unit_id,
            )
            stored[key] = line
            session.add(line)
            added += 1
        line.partial, line.source = row.partial, row.source
        line.valid_from, line.valid_to = row.valid_from, row.valid_to
    return added


def _name(line: UnitCrosswalk) -> tuple[str, str, str, str, int]:
    return (line.old_code, line.old_name, line.old_parent, line.old_province, line.unit_id)

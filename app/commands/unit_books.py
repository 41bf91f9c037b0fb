"""The units that a list may name, from files and without a database."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from app import clock
from app.commands.reporting import stop_with_faults
from sampling.errors import Fault, UnreadableValueError
from sampling.listing.units import CrosswalkLine, UnitBook, UnitLine
from sampling.tabular import Table, read_date, read_table

SHIPPED = Path(__file__).parents[1] / "data" / "units"
UNITS, CROSSWALK = SHIPPED / "dong_nai.csv", SHIPPED / "crosswalk.csv"


def unit_codes(path: Path, *, as_json: bool) -> frozenset[str]:
    """Codes of the units that a list names; its faults end the command."""
    return frozenset(filter(None, opened(path, ("code",), as_json=as_json).column("code")))


def unit_book(units: Path | None, crosswalk: Path | None, *, as_json: bool) -> UnitBook:
    """Units of today and former names; without files those that the program ships."""
    today = clock.today()
    listed = opened(units or UNITS, ("code", "name"), as_json=as_json)
    if crosswalk is None and units is not None:
        return UnitBook(unit_lines(listed, today))
    lines = opened(crosswalk or CROSSWALK, ("old_name", "unit_code"), as_json=as_json)
    return UnitBook(unit_lines(listed, today), crosswalk_lines(lines), on=today)


def opened(path: Path, needed: tuple[str, ...], *, as_json: bool) -> Table:
    """Read a table that must have some columns."""
    table = read_table(path.read_bytes(), path.name)
    faults = [*table.faults]
    if table.header:
        absent = [name for name in needed if name not in table.header]
        faults += [Fault(table.header_row, name, "", "missing_column") for name in absent]
    if faults:
        click.echo(f"{path}:", err=True)
        stop_with_faults(faults, as_json=as_json)
    return table


def unit_lines(table: Table, today: date) -> Iterator[UnitLine]:
    """Units of a list that exist today."""
    for _, cells in table.records():
        first, last = day(cells.get("valid_from", "")), day(cells.get("valid_to", ""))
        if cells["code"] and (first or today) <= today <= (last or today):
            yield UnitLine(cells["code"], cells["name"], first)


def crosswalk_lines(table: Table) -> Iterator[CrosswalkLine]:
    """Lines of a crosswalk."""
    for _, cells in table.records():
        yield CrosswalkLine(
            cells.get("old_code", ""),
            cells["old_name"],
            cells.get("old_parent", ""),
            cells.get("old_province", ""),
            cells["unit_code"],
            cells.get("partial", "") == "1",
            day(cells.get("valid_from", "")),
            day(cells.get("valid_to", "")),
        )


def day(text: str) -> date | None:
    """Read a day; an empty or unreadable cell tells none."""
    try:
        return read_date(text).date()
    except UnreadableValueError:
        return None

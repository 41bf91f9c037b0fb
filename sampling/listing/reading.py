"""A mapped list, read into dossiers, contacts, faults and a report."""

from collections.abc import Callable

from sampling.listing.cells import Cells
from sampling.listing.facts import Facts
from sampling.listing.gathering import Gathering
from sampling.listing.grouping import grouped
from sampling.listing.mapping import Mapping
from sampling.listing.outcome import ListReading, Options
from sampling.listing.units import UnitBook
from sampling.tabular import Table

__all__ = ["ListReading", "Options", "Progress", "no_progress", "read_list"]

Progress = Callable[[int, int], None]

PROGRESS_EVERY = 5_000


def no_progress(done: int, total: int) -> None:
    """Tell nobody how far the reading is."""


def read_list(
    table: Table,
    mapping: Mapping,
    units: UnitBook,
    options: Options | None = None,
    progress: Progress = no_progress,
) -> ListReading:
    """Read a list.

    Parameters
    ----------
    table : Table
        As `sheet.opened` gives it.
    mapping : Mapping
        Its columns must stand in the header; `Mapping.faults` tells beforehand.
    units : UnitBook
        Units that dossiers may belong to.
    progress : callable
        Told rows done and rows in all, every few thousand rows.

    Returns
    -------
    ListReading
        A row with a fault is no dossier, nor is any other row of the same code; nor is a
        dossier whose rated unit is not resolved, which is no fault but counted and named in the
        report. The order of the rows decides nothing but the order of the dossiers.
    """
    facts = Facts(Cells(table, mapping), mapping, units.settled(mapping.unit_names))
    gathering = Gathering(facts, options or Options())
    total, done, told = len(facts.cells), 0, 0
    for rows in grouped(facts):
        gathering.take(rows)
        done += len(rows)
        if done - told >= PROGRESS_EVERY:
            told = done
            progress(done, total)
    progress(total, total)
    return gathering.finished(table)

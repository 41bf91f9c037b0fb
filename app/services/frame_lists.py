"""A dossier list read by its mapping, and faults that repeat nothing personal."""

import re
from collections.abc import Callable, Mapping as Names
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar

from sampling.errors import Fault, Texts, in_file_order
from sampling.frame import REQUIRED
from sampling.listing.mapping import PERSONAL, TARGETS, Mapping
from sampling.listing.reading import ListReading, read_list
from sampling.listing.sheet import Sheet, described, opened
from sampling.listing.suggesting import suggest
from sampling.listing.units import UnitBook

Progress = Callable[[int, int], None]
Words = Names[str, Names[str, str]]
# A run of nine digits or more, as in phones and identity numbers; dates have slashes.
NUMBERED = re.compile(r"\d(?:[ .-]?\d){8,}")
HIDDEN = "…"
CODES = ("code", "unit", "receiving_unit", "resolving_unit")


class FrameFault(Fault):
    """A fault of a dossier list as a whole."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            **Fault.texts,
            "no_dossiers": {
                "vi": "không có hồ sơ nào của đơn vị đã biết",
                "en": "no dossier belongs to a known unit",
            },
        }
    )


@dataclass(frozen=True)
class TakenList:
    """A list on its way to be stored: what was read, and by which mapping."""

    sheet: Sheet
    mapping: Mapping
    reading: ListReading | None
    faults: tuple[Fault, ...]

    @property
    def ignored_columns(self) -> tuple[str, ...]:
        """Columns that the mapping does not use."""
        used = {name for names in self.mapping.columns.values() for name in names}
        return tuple(column.name for column in self.sheet.columns if column.name not in used)


def read(
    content: bytes,
    filename: str,
    book: UnitBook,
    progress: Progress,
    mapping: Mapping | None = None,
) -> TakenList:
    """Read a dossier list.

    Parameters
    ----------
    mapping : Mapping, optional
        How its columns are read; as their names suggest when left out.

    Returns
    -------
    TakenList
        With any fault the list is not to be used. Faults repeat no value that may be
        personal: the row and the column are enough to find it (decision 0018).
    """
    table = opened(content, filename)
    sheet = described(table, filename)
    chosen = mapping or proposed(sheet)
    faults = [*sheet.faults]
    if not faults:
        faults = list(chosen.faults(sheet))
    if faults:
        return TakenList(sheet, chosen, None, discreet(faults, chosen))
    reading = read_list(table, chosen, book, progress=progress)
    faults = list(reading.faults)
    if not faults and not reading.dossiers:
        faults.append(FrameFault(None, "", "", "no_dossiers"))
    return TakenList(sheet, chosen, reading, discreet(faults, chosen))


def proposed(sheet: Sheet, known_words: Words | None = None) -> Mapping:
    """Propose how to read a list; in the frame format a row is a dossier and nothing else."""
    mapping = suggest(sheet, known_words)
    if not in_frame_format(sheet):
        return mapping
    return replace(mapping, rows="dossier", unit_from="unit")


def in_frame_format(sheet: Sheet) -> bool:
    """Whether every column bears a name of the frame format, and none that it needs is missing.

    A minimised list does, with its columns of hashes.
    """
    names = {column.name.casefold() for column in sheet.columns}
    return {*REQUIRED} <= names <= {*TARGETS}


def discreet(faults: list[Fault], mapping: Mapping) -> tuple[Fault, ...]:
    """Sort faults by row and hide what may be a person's number or name in them."""
    personal = {name for target in PERSONAL for name in mapping.columns.get(target, ())}
    codes = {name for target in CODES for name in mapping.columns.get(target, ())}
    return tuple(_discreet(fault, personal, codes) for fault in in_file_order(faults))


def _discreet(fault: Fault, personal: set[str], codes: set[str]) -> Fault:
    if fault.column in personal or fault.code == "extra_cells":
        return replace(fault, value=HIDDEN)
    if fault.column not in codes and NUMBERED.search(fault.value):
        return replace(fault, value=NUMBERED.sub(HIDDEN, fault.value))
    return fault

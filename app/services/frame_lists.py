"""A dossier list as this program takes it: the frame format, and what the tables can hold."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import ClassVar

from sampling.errors import Fault, Texts, in_file_order
from sampling.frame import COLUMNS, FrameReading, read_frame
from sampling.tabular import Table, read_table

# A stratum is named "unit/field" in 300 characters, so a field leaves room for the unit.
LIMITS = {"code": 64, "unit": 64, "field": 200, "procedure": 300}
PERSONAL = frozenset({"phone", "name"})
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# A run of nine digits or more, as in phones and identity numbers; dates have slashes.
NUMBERED = re.compile(r"\d(?:[ .]?\d){8,}")
HIDDEN = "…"


class FrameFault(Fault):
    """A fault of a dossier list that only our tables mind."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            **Fault.texts,
            "too_long": {
                "vi": "dài quá {limit} ký tự",
                "en": "longer than {limit} characters",
            },
            "control_character": {
                "vi": "có ký tự điều khiển hoặc xuống dòng trong ô: hãy gõ lại",
                "en": "the cell holds a control character or a line break: type it again",
            },
        }
    )


def read(content: bytes, filename: str, known_units: Collection[str]) -> FrameReading:
    """Read a dossier list.

    Returns
    -------
    FrameReading
        With any fault the list is not to be used. Faults repeat no value that may be
        personal: the row and the column are enough to find it (decision 0012).
    """
    table = read_table(content, filename, COLUMNS)
    reading = read_frame(table, known_units)
    faults = [*reading.faults, *_unfit_cells(table)]
    return replace(reading, faults=tuple(_discreet(fault) for fault in in_file_order(faults)))


def _unfit_cells(table: Table) -> Iterator[Fault]:
    names = [name.casefold() for name in table.header]
    for name, limit in LIMITS.items():
        if name not in names:
            continue
        place = names.index(name)
        for number, cells in zip(table.numbers, table.rows, strict=True):
            cell = cells[place]
            if len(cell) > limit:
                yield FrameFault(number, name, cell[:limit], "too_long", {"limit": limit})
            elif CONTROL.search(cell):
                yield FrameFault(number, name, CONTROL.sub(HIDDEN, cell), "control_character")


def _discreet(fault: Fault) -> Fault:
    personal = fault.column.casefold() in PERSONAL or fault.code == "extra_cells"
    if personal:
        return replace(fault, value=HIDDEN)
    if fault.column not in ("code", "unit") and NUMBERED.search(fault.value):
        return replace(fault, value=NUMBERED.sub(HIDDEN, fault.value))
    return fault

"""Reading a crosswalk from former units to present ones, naming every fault."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from sampling.errors import Fault, Texts, UnreadableValueError
from sampling.tabular import read_date, read_table

REQUIRED = ("old_name", "unit_code")
LIMITS = {"old_code": 64, "old_name": 300, "old_parent": 300, "old_province": 300}
PARTIAL: Mapping[str, bool] = MappingProxyType({"": False, "0": False, "1": True})


class CrosswalkFault(Fault):
    """A fault of a crosswalk."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            **Fault.texts,
            "too_long": {
                "vi": "dài quá {limit} ký tự",
                "en": "longer than {limit} characters",
            },
            "not_yes_or_no": {
                "vi": "«{value}»: ghi 1 (một phần) hoặc 0 (toàn bộ)",
                "en": "«{value}»: write 1 (a part) or 0 (the whole)",
            },
        }
    )


@dataclass(frozen=True)
class CrosswalkRow:
    """One line; its first four parts and the unit name it."""

    old_code: str
    old_name: str
    old_parent: str
    old_province: str
    unit_code: str
    partial: bool
    valid_from: date | None
    valid_to: date | None
    source: str


def read_crosswalk(
    content: bytes, filename: str, known_units: Collection[str]
) -> tuple[list[CrosswalkRow], list[Fault]]:
    """Read a crosswalk from CSV or a workbook.

    Returns
    -------
    rows, faults
        With any fault the crosswalk is not to be used.
    """
    table = read_table(content, filename)
    faults: list[Fault] = list(table.faults)
    missing = [name for name in REQUIRED if table.header and name not in table.header]
    faults += [Fault(table.header_row, name, "", "missing_column") for name in missing]
    if faults or not table.header:
        return [], faults
    rows = []
    for number, cells in table.records():
        reader = _Row(number, cells, [])
        rows.append(reader.row(known_units))
        faults += reader.faults
    return rows, faults


@dataclass(frozen=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def row(self, known_units: Collection[str]) -> CrosswalkRow:
        for name in REQUIRED:
            if not self.cells[name]:
                self.blame(name, "missing_value")
        for name, limit in LIMITS.items():
            if len(self.cells.get(name, "")) > limit:
                self.blame(name, "too_long", limit=limit)
        unit = self.cells["unit_code"]
        if unit and unit not in known_units:
            self.blame("unit_code", "unknown_unit")
        partial = self.cells.get("partial", "")
        if partial not in PARTIAL:
            self.blame("partial", "not_yes_or_no")
        return CrosswalkRow(
            self.cells.get("old_code", ""),
            self.cells["old_name"],
            self.cells.get("old_parent", ""),
            self.cells.get("old_province", ""),
            unit,
            PARTIAL.get(partial, False),
            self.day("valid_from"),
            self.day("valid_to"),
            self.cells.get("source", "")[:500],
        )

    def day(self, column: str) -> date | None:
        text = self.cells.get(column, "")
        if not text:
            return None
        try:
            return read_date(text).date()
        except UnreadableValueError as error:
            self.blame(column, error.code)
            return None

    def blame(self, column: str, code: str, **params: object) -> None:
        value = self.cells.get(column, "")
        self.faults.append(CrosswalkFault(self.number, column, value, code, params))

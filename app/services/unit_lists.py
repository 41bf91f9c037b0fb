"""Reading a list of administrative units, naming every fault with row and column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, TypeVar

from app.vocabulary import UnitKind, UnitLevel
from sampling.errors import Fault, Texts, UnreadableValueError
from sampling.tabular import Table, read_date, read_table

REQUIRED = ("code", "name", "level", "kind")
LONGEST_CODE, LONGEST_NAME = 64, 300
Word = TypeVar("Word", bound=StrEnum)


class UnitFault(Fault):
    """A fault of a list of units."""

    texts: ClassVar[Texts] = {
        **Fault.texts,
        "unknown_word": {
            "vi": "«{value}» không thuộc các giá trị cho phép: {allowed}",
            "en": "«{value}» is not one of: {allowed}",
        },
        "duplicate_unit": {
            "vi": "mã đơn vị «{value}» đã có ở dòng {first}",
            "en": "unit code «{value}» stands in row {first} already",
        },
        "unknown_unit_reference": {
            "vi": "không có đơn vị mang mã «{value}» trong danh sách này",
            "en": "no unit of this list has the code «{value}»",
        },
        "ends_before_start": {
            "vi": "ngày kết thúc đứng trước ngày bắt đầu",
            "en": "the unit ends before it begins",
        },
        "too_long": {
            "vi": "dài quá {limit} ký tự",
            "en": "longer than {limit} characters",
        },
    }


@dataclass(frozen=True)
class UnitRow:
    """One unit of a list."""

    number: int
    code: str
    name: str
    level: UnitLevel
    kind: UnitKind
    group: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    predecessors: tuple[str, ...]
    source: str


def read_units(content: bytes, filename: str) -> tuple[list[UnitRow], list[Fault]]:
    """Read a list of units from CSV or a workbook.

    Returns
    -------
    rows, faults
        With any fault the list is not to be used.
    """
    table = read_table(content, filename)
    faults: list[Fault] = list(table.faults)
    missing = [name for name in REQUIRED if table.header and name not in table.header]
    faults += [UnitFault(table.header_row, name, "", "missing_column") for name in missing]
    if faults or not table.header:
        return [], faults or [UnitFault(None, "", "", "empty_table")]
    rows = _rows(table, faults)
    _check_references(rows, faults)
    return rows, faults


def _rows(table: Table, faults: list[Fault]) -> list[UnitRow]:
    rows: list[UnitRow] = []
    first: dict[str, int] = {}
    for number, cells in table.records():
        row, found = _row(number, cells)
        if row is not None and row.code in first:
            found.append(
                UnitFault(number, "code", row.code, "duplicate_unit", {"first": first[row.code]})
            )
        faults += found
        if row is not None:
            first.setdefault(row.code, number)
            rows.append(row)
    return rows


def _row(number: int, cells: Mapping[str, str]) -> tuple[UnitRow | None, list[Fault]]:
    faults: list[Fault] = [
        UnitFault(number, name, "", "missing_value") for name in REQUIRED if not cells[name]
    ]
    limits = {"code": LONGEST_CODE, "name": LONGEST_NAME, "group": LONGEST_CODE}
    faults += [
        UnitFault(number, name, cells[name], "too_long", {"limit": limit})
        for name, limit in limits.items()
        if len(cells.get(name, "")) > limit
    ]
    level = _word(number, "level", cells, UnitLevel, faults)
    kind = _word(number, "kind", cells, UnitKind, faults)
    start = _day(number, "valid_from", cells, faults)
    end = _day(number, "valid_to", cells, faults)
    if start and end and end < start:
        faults.append(UnitFault(number, "valid_to", cells["valid_to"], "ends_before_start"))
    if faults or level is None or kind is None:
        return None, faults
    row = UnitRow(
        number,
        cells["code"],
        cells["name"],
        level,
        kind,
        cells.get("group", ""),
        cells.get("parent", ""),
        start,
        end,
        tuple(code for code in cells.get("predecessors", "").split("|") if code),
        cells.get("source", "")[:500],
    )
    return row, []


def _word(
    number: int, column: str, cells: Mapping[str, str], words: type[Word], faults: list[Fault]
) -> Word | None:
    text = cells[column]
    if text in set(words):
        return words(text)
    if text:
        allowed = ", ".join(words)
        faults.append(UnitFault(number, column, text, "unknown_word", {"allowed": allowed}))
    return None


def _day(number: int, column: str, cells: Mapping[str, str], faults: list[Fault]) -> date | None:
    text = cells.get(column, "")
    if not text:
        return None
    try:
        return read_date(text)
    except UnreadableValueError as error:
        faults.append(UnitFault(number, column, text, error.code))
        return None


def _check_references(rows: list[UnitRow], faults: list[Fault]) -> None:
    codes = {row.code for row in rows}
    for row in rows:
        references = [("parent", row.parent)] if row.parent else []
        references += [("predecessors", code) for code in row.predecessors]
        faults += [
            UnitFault(row.number, column, code, "unknown_unit_reference")
            for column, code in references
            if code not in codes
        ]

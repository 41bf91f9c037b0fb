"""Reading a list of counters, naming every fault with row and column."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.queries.counters import plain
from sampling.errors import Fault, Texts
from sampling.tabular import Table, read_table

REQUIRED = ("unit", "name")
COLUMNS = (*REQUIRED, "address", "code")
LONGEST_NAME = 300
CODE = re.compile(r"[0-9A-Z]+(?:-[0-9A-Z]+)*")
SHORTEST_CODE, LONGEST_CODE = 2, 16


class CounterFault(Fault):
    """A fault of a list of counters."""

    texts: ClassVar[Texts] = {
        **Fault.texts,
        "unknown_unit": {
            "vi": "không có đơn vị mang mã «{value}»",
            "en": "no unit has the code «{value}»",
        },
        "bad_code": {
            "vi": "mã điểm chỉ gồm 2 đến 16 chữ cái không dấu, chữ số và dấu gạch nối",
            "en": "a code has 2 to 16 letters without marks, digits and hyphens",
        },
        "duplicate_counter": {
            "vi": "điểm này đã có ở dòng {first}",
            "en": "this counter stands in row {first} already",
        },
        "too_long": {
            "vi": "dài quá {limit} ký tự",
            "en": "longer than {limit} characters",
        },
    }


@dataclass(frozen=True)
class CounterRow:
    """One counter of a list; the code is "" where one is to be made."""

    unit_code: str
    name: str
    address: str
    code: str


def read_counters(
    content: bytes, filename: str, unit_codes: Collection[str]
) -> tuple[list[CounterRow], list[Fault]]:
    """Read a list of counters from CSV or a workbook.

    Returns
    -------
    rows, faults
        With any fault the list is not to be used.
    """
    table = read_table(content, filename, known=COLUMNS)
    faults: list[Fault] = list(table.faults)
    missing = [name for name in REQUIRED if table.header and name not in table.header]
    faults += [CounterFault(table.header_row, name, "", "missing_column") for name in missing]
    if faults or not table.header:
        return [], faults or [CounterFault(None, "", "", "empty_table")]
    return _rows(table, unit_codes, faults), faults


def _rows(table: Table, unit_codes: Collection[str], faults: list[Fault]) -> list[CounterRow]:
    rows = []
    first: dict[tuple[str, ...], int] = {}
    for number, cells in table.records():
        row = CounterRow(
            cells["unit"], cells["name"], cells.get("address", ""), cells.get("code", "").upper()
        )
        faults += _faults(number, cells, row, unit_codes)
        # A code names a counter; without one its unit and name do.
        names = [("", plain(row.code))] if row.code else []
        for name in [*names, (row.unit_code, row.name)]:
            earlier = first.setdefault(name, number)
            if earlier != number:
                where = {"first": earlier}
                faults.append(CounterFault(number, "name", row.name, "duplicate_counter", where))
        rows.append(row)
    return rows


def _faults(
    number: int, cells: Mapping[str, str], row: CounterRow, unit_codes: Collection[str]
) -> list[Fault]:
    faults: list[Fault] = [
        CounterFault(number, name, "", "missing_value") for name in REQUIRED if not cells[name]
    ]
    faults += [
        CounterFault(number, name, value[:LONGEST_NAME], "too_long", {"limit": LONGEST_NAME})
        for name, value in (("name", row.name), ("address", row.address))
        if len(value) > LONGEST_NAME
    ]
    if row.unit_code and row.unit_code not in unit_codes:
        faults.append(CounterFault(number, "unit", row.unit_code, "unknown_unit"))
    if row.code and not is_code(row.code):
        faults.append(CounterFault(number, "code", row.code, "bad_code"))
    return faults


def is_code(code: str) -> bool:
    """Tell whether a counter may have a code: short, in capitals, fit for a link.

    Examples
    --------
    >>> is_code("TB-01"), is_code("TB--1"), is_code("7K2M4P")
    (True, False, True)
    """
    return SHORTEST_CODE <= len(code) <= LONGEST_CODE and CODE.fullmatch(code) is not None

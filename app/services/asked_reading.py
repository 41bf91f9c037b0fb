"""The list of people whom another body asked, read from a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from sampling.coordination import Asked
from sampling.errors import Fault, Texts, UnreadableValueError
from sampling.listing.phones import read_phone
from sampling.tabular import read_table
from sampling.values import read_date

COLUMNS = ("phone", "phone_group", "day")
HIDDEN = "…"


class AskedFault(Fault):
    """Something to mend in a list of the asked; a phone is never repeated."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            **Fault.texts,
            "no_person": {
                "vi": "dòng không có số điện thoại di động hoặc mã nhóm số điện thoại",
                "en": "the row has neither a mobile phone nor a phone group",
            },
            "bad_day": {
                "vi": "«{value}» không phải ngày đã qua (YYYY-MM-DD hoặc DD/MM/YYYY)",
                "en": "«{value}» is no past day (YYYY-MM-DD or DD/MM/YYYY)",
            },
            "no_column": {
                "vi": "cần cột phone hoặc phone_group",
                "en": "a column phone or phone_group is needed",
            },
        }
    )


@dataclass(frozen=True)
class AskedReading:
    """Who was asked: phones, which nobody may keep, and phone groups of minimised lists."""

    phones: tuple[tuple[str, date], ...] = ()
    groups: tuple[Asked, ...] = ()
    faults: tuple[Fault, ...] = ()


def read_asked(content: bytes, filename: str, usual: date, today: date) -> AskedReading:
    """Read a list with a column phone or phone_group, and perhaps day.

    Parameters
    ----------
    usual : date
        Of rows without a day.
    """
    table = read_table(content, filename, COLUMNS)
    names = [name.casefold() for name in table.header]
    if table.faults:
        return AskedReading(faults=table.faults)
    if not {"phone", "phone_group"} & {*names}:
        return AskedReading(faults=(AskedFault(None, "", "", "no_column"),))
    phones, groups, faults = [], [], list[Fault]()
    for place, cells in zip(table.numbers, table.rows, strict=True):
        row = dict(zip(names, cells, strict=True))
        day = day_of(row, usual)
        number = read_phone(row.get("phone", "")).number
        if day is None or day > today:
            faults.append(AskedFault(place, "day", row["day"], "bad_day"))
        elif number:
            phones.append((number, day))
        elif row.get("phone_group"):
            groups.append(Asked(row["phone_group"].casefold(), day))
        else:
            faults.append(AskedFault(place, "phone", HIDDEN, "no_person"))
    return AskedReading(tuple(phones), tuple(groups), tuple(faults))


def day_of(row: Mapping[str, str], usual: date) -> date | None:
    """Read the day of a row; None if it is none."""
    text = row.get("day", "")
    try:
        return read_date(text).date() if text else usual
    except UnreadableValueError:
        return None

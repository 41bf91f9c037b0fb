"""Whose dossiers are, as an office tells by groups, for a draw in which nobody is asked twice."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import ClassVar

from sampling.apart import Owner
from sampling.coordination import YEAR, Asked, asked_within
from sampling.errors import Fault, Texts

# A letter at least: phone and identity numbers have none, and they must not stand in a draw's
# papers. Numbers alone name owners within one draw.
GROUP = re.compile(r"(?=[0-9_-]*[a-z])[0-9a-z_-]{1,128}")
HIDDEN = "…"


class OwnerFault(Fault):
    """Something to mend in groups or in a list of the asked; what stands there is not repeated."""

    texts: ClassVar[Texts] = MappingProxyType(
        {
            **Fault.texts,
            "bad_group": {
                "vi": "mã nhóm chỉ gồm chữ cái không dấu, chữ số, - và _, có ít nhất một chữ cái; "
                "không ghi số điện thoại hay số định danh: băm số bằng một khoá của cơ quan",
                "en": "a group has letters a–z, digits, - and _, and a letter at least; phone and "
                "identity numbers do not belong here: hash them under a key of the office",
            },
            "no_groups": {
                "vi": "method: apart cần cột phone_group",
                "en": "method: apart needs a column phone_group",
            },
            "bad_asked": {
                "vi": "mỗi dòng gồm mã nhóm và ngày đã qua: «ab12… 2026-03-31»",
                "en": "every line has a group and a past day: «ab12… 2026-03-31»",
            },
        }
    )


def owners_of(
    groups: Mapping[str, str], asked: Collection[Asked], today: date, days: int = YEAR
) -> dict[str, Owner]:
    """Tell a draw as much of owners as it needs.

    Parameters
    ----------
    groups : mapping of str to str
        Group of each dossier, by code; "" for an owner who is not known.
    asked : collection of Asked
        The list that rounds share.
    today : date
        Day of the commitment.
    days : int
        Somebody asked on a day may be asked again this many days later.

    Returns
    -------
    dict of str to Owner
        By code; only of dossiers whose owner was asked, who keeps the group's name, and of those
        with several, who get a number in the order of codes.

    Raises
    ------
    SelectionError
        If the period is not positive, or the list holds a day after today.
    """
    codes = sorted(groups)
    before = asked_within(asked, [groups[code] for code in codes], today, days)
    shared = Counter(groups.values())
    numbers: dict[str, str] = {}
    found = {}
    for code, was_asked in zip(codes, before.tolist(), strict=True):
        group = groups[code]
        if group and was_asked:
            found[code] = Owner(group, asked=True)
        elif group and shared[group] > 1:
            found[code] = Owner(numbers.setdefault(group, str(len(numbers) + 1)))
    return found


def read_asked_text(content: bytes, today: date) -> tuple[tuple[Asked, ...], tuple[Fault, ...]]:
    """Read what `asked_text` wrote, and list every line that it cannot have written."""
    found, faults = [], []
    for place, line in enumerate(content.decode("utf-8-sig", "replace").splitlines(), 1):
        group, _, told = line.strip().partition(" ")
        if not group:
            continue
        try:
            day = date.fromisoformat(told.strip())
        except ValueError:
            day = None
        if day is None or day > today or not GROUP.fullmatch(group.casefold()):
            faults.append(OwnerFault(place, "", HIDDEN, "bad_asked"))
        else:
            found.append(Asked(group.casefold(), day))
    return tuple(found), tuple(faults)


def read_groups(
    cells: Iterable[tuple[int, str, str]],
) -> tuple[dict[str, str], tuple[Fault, ...]]:
    """Read the groups of dossiers.

    Parameters
    ----------
    cells : iterable of (int, str, str)
        Row of the file, code of the dossier and its group; "" where no owner is known.

    Returns
    -------
    dict of str to str, and tuple of Fault
        Groups by code, in lower case, and every cell that is none.
    """
    found, faults = {}, []
    for row, code, cell in cells:
        group = cell.strip().casefold()
        if group and not GROUP.fullmatch(group):
            faults.append(OwnerFault(row, "phone_group", HIDDEN, "bad_group"))
        found[code] = group
    return found, tuple(faults)

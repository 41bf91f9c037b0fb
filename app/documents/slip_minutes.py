"""Minutes of the reconciliation of invitation slips, "Biên bản đối chiếu phiếu mời", as a PDF.

They follow the form for minutes of Nghị định 30/2020/NĐ-CP: national header, names of the office,
number, what was found, two signatures. What nobody has counted yet is left for the pen.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from app.documents.slips import compiled

TEMPLATE = Path(__file__).with_name("slip_minutes.typ")
DOTS = "……"


@dataclass(frozen=True)
class MinutesLine:
    """A run; numbers are None until they are counted."""

    run: int
    point: str
    printed: int
    handed: int | None
    returned: int | None
    spoiled: int | None
    missing: int | None
    note: str
    closer: str
    closed: str


@dataclass(frozen=True)
class Minutes:
    """What stands in the minutes of a unit's day.

    Attributes
    ----------
    above : str
        The office that the point belongs to; "" where the unit itself signs.
    office : str
        Who draws the minutes up.
    """

    round_name: str
    dry_run: bool
    above: str
    office: str
    day: date
    lines: Sequence[MinutesLine]


def render(minutes: Minutes) -> bytes:
    """Set the minutes.

    Returns
    -------
    bytes
        A PDF of A4 pages.
    """
    lines = [_written(asdict(line)) for line in minutes.lines]
    data = {
        "round": minutes.round_name,
        "dry_run": minutes.dry_run,
        "above": minutes.above,
        "office": minutes.office,
        "day": {part: f"{getattr(minutes.day, part):02d}" for part in ("day", "month", "year")},
        "lines": lines,
        "counted": all(line.handed is not None for line in minutes.lines),
        "sums": _sums(minutes.lines),
        "notes": [line for line in lines if line["note"]],
        "closers": sorted({line.closer for line in minutes.lines if line.closer}),
    }
    return compiled(TEMPLATE, data)


def _written(line: dict[str, object]) -> dict[str, str]:
    return {name: number(value) for name, value in line.items()}


def number(value: object) -> str:
    """Write a number as Vietnamese offices do, a text as it is.

    Examples
    --------
    >>> number(1234), number(None), number("Quầy 1")
    ('1.234', '……', 'Quầy 1')
    """
    if value is None:
        return DOTS
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".").replace("-", "−")
    return str(value)


def _sums(lines: Sequence[MinutesLine]) -> dict[str, str]:
    """Add the columns up; a column in which something is not counted yet has no sum."""
    sums = {"printed": number(sum(line.printed for line in lines))}
    for name in ("handed", "returned", "spoiled", "missing"):
        counted = [getattr(line, name) for line in lines]
        sums[name] = number(None if None in counted else sum(counted))
    return sums

"""Minutes of a counter session, "Biên bản ca khảo sát", as a PDF.

They follow the form for minutes of Nghị định 30/2020/NĐ-CP, as those of slips do. What nobody has
counted yet is left for the pen.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.documents.session_cards import session_name
from app.documents.slip_minutes import number
from app.documents.slips import compiled
from app.vocabulary import Half

TEMPLATE = Path(__file__).with_name("session_minutes.typ")


@dataclass(frozen=True)
class SessionMinutes:
    """What stands in the minutes; numbers are None until they are counted.

    Attributes
    ----------
    held : bool
        Whether it took place; True as long as nobody has said otherwise.
    """

    round_name: str
    dry_run: bool
    unit_name: str
    point: str
    field: str
    day: date
    half: Half
    held: bool
    printed: int
    turns: int | None
    served: int | None
    handed: int | None
    returned: int | None
    spoiled: int | None
    missing: int | None
    witness: str
    note: str
    closer: str


def render(minutes: SessionMinutes) -> bytes:
    """Set the minutes.

    Returns
    -------
    bytes
        A PDF of A4 pages.
    """
    names = ("printed", "turns", "served", "handed", "returned", "spoiled", "missing")
    data = {
        "round": minutes.round_name,
        "dry_run": minutes.dry_run,
        "unit": minutes.unit_name,
        "point": minutes.point,
        "field": minutes.field,
        "when": session_name(minutes.day, minutes.half),
        "year": str(minutes.day.year),
        "held": minutes.held,
        "numbers": {name: number(getattr(minutes, name)) for name in names},
        "witness": minutes.witness,
        "note": minutes.note,
        "closer": minutes.closer,
    }
    return compiled(TEMPLATE, data)

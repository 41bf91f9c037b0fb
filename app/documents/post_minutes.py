"""Minutes of handing forms over to the post office, and of their acceptance, as a PDF.

"Biên bản bàn giao phiếu" and "Biên bản nghiệm thu phiếu" follow the form for minutes of Nghị định
30/2020/NĐ-CP. What nobody has counted yet is left for the pen.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from app.documents.slip_minutes import number
from app.documents.slips import compiled

TEMPLATE = Path(__file__).with_name("post_minutes.typ")
Kind = Literal["handover", "acceptance"]
TITLES: dict[str, str] = {
    "handover": "Bàn giao phiếu khảo sát qua dịch vụ bưu chính công ích",
    "acceptance": "Nghiệm thu phiếu khảo sát qua dịch vụ bưu chính công ích",
}
COUNTS = ("valid", "invalid", "not_reached", "refused", "unused")


@dataclass(frozen=True)
class PostMinutes:
    """What stands in the minutes of a batch; counts are None until the forms are back."""

    round_name: str
    dry_run: bool
    number: int
    unit: str
    carrier: str
    day: date
    forms: int
    price: int
    share: int
    valid: int | None
    invalid: int | None
    not_reached: int | None
    refused: int | None
    unused: int | None


def render(kind: Kind, minutes: PostMinutes) -> bytes:
    """Set the minutes.

    Returns
    -------
    bytes
        A PDF of A4 pages.
    """
    counts = [getattr(minutes, name) for name in COUNTS]
    names = ("forms", "price", "share", *COUNTS)
    numbers = {name: number(getattr(minutes, name)) for name in names}
    returned = None not in counts
    data = {
        "kind": kind,
        "title": TITLES[kind],
        "round": minutes.round_name,
        "dry_run": minutes.dry_run,
        "number": str(minutes.number),
        "unit": minutes.unit,
        "carrier": minutes.carrier,
        "day": f"{minutes.day:%d/%m/%Y}",
        "returned": returned,
        "numbers": {**numbers, "sum": number(sum(counts) if returned else None)},
    }
    return compiled(TEMPLATE, data)

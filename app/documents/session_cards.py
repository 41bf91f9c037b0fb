"""Numbered cards of a counter session for an A4 printer, eight on a page, as a PDF file.

The number is for counting cards. Nobody writes down who got which.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.documents.slips import compiled
from app.vocabulary import Half

TEMPLATE = Path(__file__).with_name("session_cards.typ")
HALVES = {Half.MORNING: "buổi sáng", Half.AFTERNOON: "buổi chiều"}


@dataclass(frozen=True)
class Card:
    """A card: its number, what its QR code opens, and that code as SVG."""

    number: int
    address: str
    qr: str


@dataclass(frozen=True)
class Cards:
    """The cards that are printed for a session in one go."""

    round_name: str
    dry_run: bool
    unit_name: str
    point: str
    field: str
    day: date
    half: Half
    cards: Sequence[Card]


def session_name(day: date, half: Half) -> str:
    """Name a half-day as Vietnamese offices do.

    Examples
    --------
    >>> session_name(date(2026, 12, 1), Half.MORNING)
    'buổi sáng ngày 01/12/2026'
    """
    return f"{HALVES[half]} ngày {day:%d/%m/%Y}"


def render(sheet: Cards) -> bytes:
    """Print cards in the order of their numbers.

    Returns
    -------
    bytes
        A PDF of A4 pages, two columns of four cards.
    """
    data = {
        "round": sheet.round_name,
        "dry_run": sheet.dry_run,
        "unit": sheet.unit_name,
        "point": sheet.point,
        "field": sheet.field,
        "when": session_name(sheet.day, sheet.half),
        "cards": [
            {"number": str(card.number), "address": card.address, "qr": card.qr}
            for card in sorted(sheet.cards, key=lambda card: card.number)
        ],
    }
    return compiled(TEMPLATE, data)

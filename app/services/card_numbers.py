"""Numbers of cards as they are typed ("3, 7-12") or read from a card by a hand scanner."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.services.slip_codes import ADDRESS, TOKEN
from surveys.links import is_well_formed, token_hash

RANGE = re.compile(r"(\d{1,6})(?:\s*[-\u2013]\s*(\d{1,6}))?")
BETWEEN = re.compile(r"[,;\n]+")
MOST = 5000


@dataclass(frozen=True)
class ReadCards:
    """What was entered.

    Attributes
    ----------
    numbers : tuple of int
        Each once, in order.
    unknown : tuple of str
        What is no number, as it was typed; an address is not repeated.
    scanned : int
        Addresses that are of no valid card of the session.
    """

    numbers: tuple[int, ...]
    unknown: tuple[str, ...] = ()
    scanned: int = 0

    @property
    def text(self) -> str:
        """What may be shown in the field again."""
        return ", ".join((*map(str, self.numbers), *self.unknown))


def read(text: str, valid: Mapping[int, bytes]) -> ReadCards:
    """Read numbers, ranges and scanned addresses.

    Parameters
    ----------
    valid : mapping of int to bytes
        Hashes of the tokens that still work, by card number.

    Examples
    --------
    >>> read("7-9, 3; 8", {}).numbers
    (3, 7, 8, 9)
    >>> read("3, x", {}).unknown
    ('x',)
    """
    cards = {token: number for number, token in valid.items()}
    numbers: set[int] = set()
    unknown, scanned = [], 0
    for part in filter(None, map(str.strip, BETWEEN.split(text))):
        if match := RANGE.fullmatch(part):
            first, last = int(match[1]), int(match[2] or match[1])
            if last - first >= MOST or last < first:
                unknown.append(part)
            else:
                numbers.update(range(first, last + 1))
        elif ADDRESS.search(part):
            card = _scanned(part, cards)
            scanned += card is None
            numbers.update(() if card is None else (card,))
        else:
            unknown.append(part)
    return ReadCards(tuple(sorted(numbers)), tuple(unknown), scanned)


def _scanned(address: str, cards: Mapping[bytes, int]) -> int | None:
    found = TOKEN.search(address)
    if found is None or not is_well_formed(found[1]):
        return None
    return cards.get(token_hash(found[1]))

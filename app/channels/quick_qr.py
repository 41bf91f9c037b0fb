"""QR codes for many links that differ in nothing but the token at their end.

Whoever asks for a code while somebody waits at the counter cannot wait for a QR code to be worked
out from the start. With version, mask and length fixed, every module is a sum modulo 2 of bits of
the text: so is the error correction, and so the mask. The picture of a link is therefore that of
a first link, with for each character the pattern that it changes (decision 0035).
"""

from functools import lru_cache, reduce
from itertools import groupby
from operator import xor

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from app.channels.qr import QUIET

FIRST = "A"
BITS = 7
# A row is drawn in pieces of so many modules, each of which is worked out once.
CHUNK = 11
TAIL = '"/></svg>'


class Family:
    """The codes of all links that begin alike and end in so many characters of ASCII.

    Parameters
    ----------
    start : str
        What the links begin with.
    length : int
        How many characters follow.
    """

    def __init__(self, start: str, length: int) -> None:
        text = (start + FIRST * length).encode("ascii")
        whole = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
        whole.add_data(text, optimize=0)
        whole.make(fit=True)
        self.version: int = whole.version
        self.mask: int = whole.best_mask_pattern()
        self.length = length
        self.first = self.drawn(text)
        self.size = 17 + 4 * self.version
        self.places = range(0, self.size, CHUNK)
        self.starts = [f"M{QUIET} {y + QUIET}.5" for y in range(self.size)]
        self.head = _head(self.size + 2 * QUIET)
        first = len(text) - length
        self.changes = [
            {
                character: reduce(xor, (bits[at] for at in _ones(character ^ ord(FIRST))), 0)
                for character in range(1 << BITS)
            }
            for bits in (
                [self.drawn(_flipped(text, place, 1 << at)) ^ self.first for at in range(BITS)]
                for place in range(first, len(text))
            )
        ]

    def drawn(self, text: bytes) -> int:
        """Work out a code in full; its modules, row by row, are the bits of the number."""
        code = qrcode.QRCode(self.version, ERROR_CORRECT_M, border=0, mask_pattern=self.mask)
        code.add_data(text, optimize=0)
        code.make(fit=False)
        rows = code.get_matrix()
        return int("".join("1" if dark else "0" for row in rows for dark in row), 2)

    def modules(self, end: str) -> int:
        """Give the modules of one link, as `drawn` does.

        Raises
        ------
        ValueError
            If the end has another length, or a character outside ASCII.
        """
        found = end.encode("ascii")
        if len(found) != self.length:
            raise ValueError("the end of a link has another length")
        modules = self.first
        for changes, character in zip(self.changes, found, strict=True):
            modules ^= changes[character]
        return modules

    def svg(self, end: str) -> str:
        """Draw the code of a link, one unit for each module, with the white around it."""
        size, pieces = self.size, _pieces()
        bits = f"{self.modules(end):0{size * size}b}"
        drawn = []
        for start, row in zip(self.starts, range(0, size * size, size), strict=True):
            drawn.append(start)
            line = bits[row : row + size]
            drawn += [pieces[line[at : at + CHUNK]] for at in self.places]
        return f"{self.head}{''.join(drawn)}{TAIL}"


@lru_cache(maxsize=8)
def family(start: str, length: int) -> Family:
    """Give the codes of links that begin alike; working them out takes a tenth of a second."""
    return Family(start, length)


@lru_cache(maxsize=1)
def _pieces() -> dict[str, str]:
    """Draw every possible piece of a row."""
    texts = (f"{piece:0{width}b}" for width in range(1, CHUNK + 1) for piece in range(1 << width))
    return {
        text: "".join(_run(dark, len(list(run))) for dark, run in groupby(text)) for text in texts
    }


def _head(size: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        '<path stroke="#000" d="'
    )


def _run(dark: str, length: int) -> str:
    return f"h{length}" if dark == "1" else f"m{length} 0"


def _flipped(text: bytes, place: int, bits: int) -> bytes:
    return text[:place] + bytes([text[place] ^ bits]) + text[place + 1 :]


def _ones(number: int) -> list[int]:
    return [at for at in range(BITS) if number >> at & 1]

"""How long a text message is: its alphabet, its parts, and its words without Vietnamese marks.

A message of one part holds 160 septets or 70 units of UTF-16; each part of a longer one loses six
bytes to the header that joins them. One character outside GSM 03.38 makes the whole message UCS-2.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from surveys.alphabet import MARKS, PLAIN, SEPTETS

BEYOND_PLANE = 0xFFFF


class Encoding(StrEnum):
    """How a message travels."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


WHOLE = {Encoding.GSM7: 160, Encoding.UCS2: 70}
JOINED = {Encoding.GSM7: 153, Encoding.UCS2: 67}


@dataclass(frozen=True)
class Parts:
    """A message cut as a network cuts it.

    Attributes
    ----------
    texts : tuple of str
        What each part holds; together they are the text.
    units : int
        Septets or UTF-16 units of the text, without headers.
    left : int
        Units still free in the last part.
    offenders : tuple of str
        Characters that force UCS-2, each once, in the order of the text.
    """

    encoding: Encoding
    texts: tuple[str, ...]
    units: int
    left: int
    offenders: tuple[str, ...]

    @property
    def count(self) -> int:
        """Number of parts, which is what a network counts; at least 1."""
        return len(self.texts)


def parts(text: str) -> Parts:
    """Cut a message into its parts.

    A character of two units (an escaped one of GSM 03.38, a surrogate pair of UTF-16) stays whole,
    so that a part before it may keep a unit free.

    Parameters
    ----------
    text : str
        What is sent, of any length. An empty message has one part.

    Returns
    -------
    Parts
        Part sizes follow 3GPP TS 23.038 and 23.040 (header with 8 bits of reference).

    Examples
    --------
    >>> parts("Xin chao").count, parts("Xin chào!").encoding.value, parts("Cảm ơn").offenders
    (1, 'gsm7', ('ả', 'ơ'))
    """
    offenders = tuple(dict.fromkeys(letter for letter in text if letter not in SEPTETS))
    encoding = Encoding.UCS2 if offenders else Encoding.GSM7
    units = sum(_units(letter, encoding) for letter in text)
    if units <= WHOLE[encoding]:
        return Parts(encoding, (text,), units, WHOLE[encoding] - units, offenders)
    texts, last = _cut(text, encoding)
    return Parts(encoding, texts, units, JOINED[encoding] - last, offenders)


def without_marks(text: str) -> str:
    """Write a text without Vietnamese marks, as it is sent.

    Typographic quotes, dashes, blanks and the ellipsis become plain ones. Characters of other
    scripts stay; `parts` names those that are outside GSM 03.38.

    Parameters
    ----------
    text : str
        Composed or decomposed.

    Returns
    -------
    str
        The same if folded again.

    Examples
    --------
    >>> without_marks("Đồng Nai – “Một cửa”…")
    'Dong Nai - "Mot cua"...'
    """
    decomposed = unicodedata.normalize("NFD", text.replace("\r\n", "\n"))
    bare = "".join(letter for letter in decomposed if letter not in MARKS)
    return unicodedata.normalize("NFC", bare.translate(PLAIN))


def _units(letter: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return SEPTETS[letter]
    return 2 if ord(letter) > BEYOND_PLANE else 1


def _cut(text: str, encoding: Encoding) -> tuple[tuple[str, ...], int]:
    """Fill part after part; tell the units of the last one too."""
    limit = JOINED[encoding]
    cuts, used = [0], 0
    for place, letter in enumerate(text):
        units = _units(letter, encoding)
        if used + units > limit:
            cuts.append(place)
            used = 0
        used += units
    ends = [*cuts[1:], len(text)]
    return tuple(text[start:end] for start, end in zip(cuts, ends, strict=True)), used

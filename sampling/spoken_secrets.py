"""Secrets as people read them out: 64 hexadecimal digits, or sixteen words that can be spoken.

The words are proquints (Wilkerson 2009, arXiv:0901.4016): each stands for 16 bits as consonant,
vowel, consonant, vowel, consonant. They need no list of words, no accents and no capital letters.
"""

from sampling.draw_errors import DrawError
from sampling.seeding import SECRET_BYTES

CONSONANTS = "bdfghjklmnprstvz"
VOWELS = "aiou"
# Which letters a place of a word may hold, the first place carrying the highest bits.
PLACES = (CONSONANTS, VOWELS, CONSONANTS, VOWELS, CONSONANTS)
WORD_BYTES = 2
HEXADECIMAL = frozenset("0123456789abcdef")
SEPARATORS = str.maketrans(dict.fromkeys("-–,.:", " "))


def words_of(secret: bytes) -> str:
    """Write a secret as words.

    Parameters
    ----------
    secret : bytes
        An even number of bytes.

    Returns
    -------
    str
        One word for every two bytes, with blanks between.

    Examples
    --------
    >>> words_of(bytes([127, 0, 0, 1]))
    'lusab babad'
    """
    pairs = range(0, len(secret), WORD_BYTES)
    return " ".join(word_of(int.from_bytes(secret[at : at + WORD_BYTES])) for at in pairs)


def word_of(number: int) -> str:
    """Write 16 bits as a word."""
    letters = []
    for place in reversed(PLACES):
        number, letter = divmod(number, len(place))
        letters.append(place[letter])
    return "".join(reversed(letters))


def secret_of(text: str) -> bytes:
    """Read a secret, written in either way; blanks, dashes and capitals do not matter.

    Raises
    ------
    DrawError
        If it is neither 64 hexadecimal digits nor sixteen words.
    """
    parts = text.lower().translate(SEPARATORS).split()
    digits = "".join(parts)
    if len(digits) == 2 * SECRET_BYTES and set(digits) <= HEXADECIMAL:
        return bytes.fromhex(digits)
    numbers = [number_of(part) for part in parts]
    known = [number for number in numbers if number is not None]
    if len(known) != len(parts) or len(parts) * WORD_BYTES != SECRET_BYTES:
        raise DrawError("bad_secret", size=SECRET_BYTES)
    return b"".join(number.to_bytes(WORD_BYTES) for number in known)


def number_of(word: str) -> int | None:
    """Read a word; None if it is none."""
    if len(word) != len(PLACES):
        return None
    number = 0
    for letter, place in zip(word, PLACES, strict=True):
        if letter not in place:
            return None
        number = number * len(place) + place.index(letter)
    return number

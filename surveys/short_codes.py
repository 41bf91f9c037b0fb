"""Codes that people type: two parts, 60 random bits, and a character that catches slips.

The first part stands for a unit, so that whoever guesses has to guess among the codes of one; the
rest is random. Letters and digits are those of Crockford's base 32, without I, L, O and U.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
RANDOM_LENGTH, UNIT_LENGTH, MOST_UNIT = 12, 2, 6
RANDOM_BITS = 5 * RANDOM_LENGTH
# Modulus of the field of 32 elements: x^5 + x^2 + 1.
MODULUS = 0b100101
# Letters that people write for digits, and what they put between groups.
MISTAKEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
BETWEEN = re.compile(r"[\s\-–—_.]")
CODE = re.compile(rf"[{ALPHABET}]{{{RANDOM_LENGTH + UNIT_LENGTH},{RANDOM_LENGTH + MOST_UNIT}}}")


def new_short_code(unit: int) -> str:
    """Make a code with fresh random bits; see `short_code`."""
    return short_code(unit, secrets.randbits(RANDOM_BITS))


def short_code(unit: int, number: int) -> str:
    """Write a code, without its check character.

    Parameters
    ----------
    unit : int
        Number of the unit, from 0 up to 2³⁰ − 1; two characters up to 1023.
    number : int
        60 bits, from a good source of randomness.

    Returns
    -------
    str
        Unit and number without anything between them: what is stored as a hash.

    Raises
    ------
    ValueError
        If one of them is out of its bounds.

    Examples
    --------
    >>> short_code(111, 2**60 - 1)
    '3FZZZZZZZZZZZZ'
    """
    if not (0 <= unit < 32**MOST_UNIT and 0 <= number < 1 << RANDOM_BITS):
        raise ValueError("unit or number out of bounds")
    return _digits(unit, UNIT_LENGTH) + _digits(number, RANDOM_LENGTH)


def check_character(code: str) -> str:
    """Give the character that makes slips in a code show.

    The code's characters are coefficients of a polynomial over the field of 32 elements; with the
    check character at its end the polynomial is 0 at a primitive element. A single wrong
    character changes it by a product of non-zero elements, a swap of different neighbours too, so
    that neither can leave it 0. This holds for up to 31 characters.

    Examples
    --------
    >>> check_character("3F000000000001")
    '5'
    """
    rest = 0
    for character in code:
        rest = _doubled(rest) ^ VALUES[character]
    return ALPHABET[_doubled(rest)]


def printed(code: str) -> str:
    """Write a code for people: unit, then groups of 4, 4 and 5, the last with the check.

    Examples
    --------
    >>> printed("3F000000000001")
    '3F-0000-0000-00015'
    """
    unit, rest = code[:-RANDOM_LENGTH], code[-RANDOM_LENGTH:] + check_character(code)
    return "-".join((unit, rest[:4], rest[4:8], rest[8:]))


def read_short_code(text: str) -> str | None:
    """Read a code that somebody typed.

    Parameters
    ----------
    text : str
        In capitals or not, with or without blanks and hyphens; O is taken for 0, I and L for 1.

    Returns
    -------
    str or None
        The code as `short_code` gives it; None if a character is missing, too many or wrong.

    Examples
    --------
    >>> read_short_code(" 3f oooo 0000 00ol5")
    '3F000000000001'
    >>> read_short_code("3F-0000-0000-00016") is None
    True
    """
    compact = BETWEEN.sub("", text).upper().translate(MISTAKEN)
    code, check = compact[:-1], compact[-1:]
    if CODE.fullmatch(code) is None or check != check_character(code):
        return None
    return code


def _digits(number: int, length: int) -> str:
    digits = ""
    while number or len(digits) < length:
        number, value = divmod(number, 32)
        digits = ALPHABET[value] + digits
    return digits


def _doubled(value: int) -> int:
    """Multiply an element of the field by x, which is primitive."""
    doubled = value << 1
    return doubled ^ MODULUS if doubled & 32 else doubled

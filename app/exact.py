"""Exact numbers as text: decimals that end are written out, all others as a quotient.

A stored or published number can be read back to the very same fraction by anybody.
"""

import hashlib
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

import rfc8785

SHOWN_DIGITS = 20


def text(number: Fraction) -> str:
    """Write a number so that ``Fraction(text)`` gives it back: "12.5", "-3", "25/3"."""
    rest, places = number.denominator, 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest, count = rest // prime, count + 1
        places = max(places, count)
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    if places == 0:
        return str(number.numerator)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def decimal(number: Fraction) -> str:
    """Write a number for spreadsheets: exactly where it ends, else 20 significant digits."""
    written = text(number)
    if "/" not in written:
        return written
    context = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_EVEN)
    return f"{context.divide(Decimal(number.numerator), Decimal(number.denominator)):f}"


def canonical_hash(document: Any) -> str:
    """SHA-256 of the document's canonical JSON (RFC 8785), as 64 hexadecimal digits."""
    return hashlib.sha256(rfc8785.dumps(document)).hexdigest()

"""How an exact number is written down."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

SIGNIFICANT_DIGITS = 20


def exact_text(number: Fraction) -> str:
    """Write a number with a decimal point and no exponent.

    Parameters
    ----------
    number : Fraction
        Any rational number.

    Returns
    -------
    str
        Every digit where the decimal expansion ends; otherwise 20 significant digits, rounded
        half to even.

    Examples
    --------
    >>> exact_text(Fraction(6832, 10000)), exact_text(Fraction(1, 3))
    ('0.6832', '0.33333333333333333333')
    """
    places = ending_places(number.denominator)
    if places is None:
        context = Context(prec=SIGNIFICANT_DIGITS, rounding=ROUND_HALF_EVEN)
        quotient = context.divide(Decimal(number.numerator), Decimal(number.denominator))
        return f"{quotient:f}"
    if places == 0:
        return str(number.numerator)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def ending_places(denominator: int) -> int | None:
    """Count the decimal places of a reduced fraction; None when they never end."""
    twos, rest = multiplicity(denominator, 2)
    fives, rest = multiplicity(rest, 5)
    return max(twos, fives) if rest == 1 else None


def multiplicity(number: int, prime: int) -> tuple[int, int]:
    """Count how often a prime divides a number, and give what is left."""
    count = 0
    while number % prime == 0:
        number //= prime
        count += 1
    return count, number

"""Exact numbers as text."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from analysis.scoring.numbers import exact_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(6832, 100), "68.32"),
        (Fraction(1, 2**10), "0.0009765625"),
        (Fraction(1200), "1200"),
        (Fraction(6832, 84), "81.333333333333333333"),
        (Fraction(-2, 3), "-0.66666666666666666667"),
    ],
)
def test_a_number_is_written_with_a_point_and_without_an_exponent(number, text):
    assert exact_text(number) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9))
def test_a_terminating_decimal_loses_no_digit(decimal):
    assert Fraction(exact_text(Fraction(decimal))) == Fraction(decimal)


@given(st.fractions())
def test_an_endless_decimal_keeps_more_than_fifteen_digits(number):
    error = abs(Fraction(Decimal(exact_text(number))) - number)
    assert error <= abs(number) / 10**19

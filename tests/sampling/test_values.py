from contextlib import suppress
from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from sampling.errors import UnreadableValueError
from sampling.values import VIETNAM, read_date, read_decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", Fraction(3, 2)),
        ("1.5", Fraction(3, 2)),
        ("1.234", Fraction(1234, 1000)),
        (" 2 ", Fraction(2)),
        ("−3", Fraction(-3)),
        ("+0,1", Fraction(1, 10)),
        (",5", Fraction(1, 2)),
        ("2.5e-3", Fraction(1, 400)),
    ],
)
def test_a_number_has_a_decimal_comma_or_point(text: str, number: Fraction) -> None:
    assert read_decimal(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,5", "ambiguous_number"),
        ("1,234.5", "ambiguous_number"),
        ("1.234.567", "ambiguous_number"),
        ("1 234", "ambiguous_number"),
        ("", "not_a_number"),
        ("  ", "not_a_number"),
        ("12a", "not_a_number"),
        ("1_000", "not_a_number"),
        ("95%", "not_a_number"),
        ("1/2", "not_a_number"),
        (".", "not_a_number"),
        ("9" * 500, "not_a_number"),
        ("٣", "not_a_number"),
        ("NaN", "not_finite"),
        ("-inf", "not_finite"),
        ("1e999", "not_finite"),
    ],
)
def test_what_could_be_misread_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnreadableValueError) as refusal:
        read_decimal(text)
    assert refusal.value.code == code


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9))
def test_comma_and_point_mean_the_same(number: object) -> None:
    text = f"{number:f}"
    assert read_decimal(text) == Fraction(text) == read_decimal(text.replace(".", ","))


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_a_coded_refusal(text: str) -> None:
    with suppress(UnreadableValueError):
        assert isinstance(read_decimal(text), Fraction)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-05", (2026, 3, 5, 0, 0)),
        ("05/03/2026", (2026, 3, 5, 0, 0)),
        ("5/3/2026 8:30", (2026, 3, 5, 8, 30)),
        ("2026-03-05T08:30:15", (2026, 3, 5, 8, 30, 15)),
        ("2026-03-05T01:30:00Z", (2026, 3, 5, 8, 30)),
        ("2026-03-05 20:30+02:00", (2026, 3, 6, 1, 30)),
        ("29/02/2024", (2024, 2, 29)),
    ],
)
def test_dates_are_read_in_vietnams_time(text: str, moment: tuple[int, ...]) -> None:
    assert read_date(text) == datetime(*moment, tzinfo=VIETNAM)
    assert read_date(text).utcoffset() == datetime(2026, 1, 1, tzinfo=VIETNAM).utcoffset()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "impossible_date"),
        ("2026-13-01", "impossible_date"),
        ("01/01/2026 24:61", "impossible_date"),
        ("29/02/2026", "impossible_date"),
        ("0001-01-01T00:00:00Z", "impossible_date"),
        ("2026-01-01T00:00+25:00", "impossible_date"),
        ("03/2026", "bad_date"),
        ("05-03-2026", "bad_date"),
        ("45000", "bad_date"),
        ("", "bad_date"),
    ],
)
def test_a_day_that_is_none_is_refused(text: str, code: str) -> None:
    with pytest.raises(UnreadableValueError) as refusal:
        read_date(text)
    assert refusal.value.code == code

from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from sampling.errors import UnreadableValueError
from sampling.listing.dates import EPOCH, MomentReader
from sampling.values import VIETNAM

HALF_PAST_EIGHT = datetime(2026, 3, 5, 8, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "written",
    [
        *("05/03/2026 08:30", "5/3/2026 8:30", "05-03-2026 08:30:00", "05.03.2026 8:30"),
        *(
            "2026-03-05 08:30:00",
            "2026-03-05T08:30:00",
            "2026-03-05T01:30:00Z",
            "'05/03/2026 08:30",
        ),
        *("08:30 05/03/2026", "05/03/2026  08:30", "05/03/2026 8h30", "05/03/2026 08:30 SA"),
        *("2026/03/05 08:30", "05/03/2026 08:30 AM"),
    ],
)
def test_a_moment_is_written_in_many_ways(written: str) -> None:
    assert MomentReader().read(written) == HALF_PAST_EIGHT


def test_a_day_alone_is_its_midnight() -> None:
    assert MomentReader().read("05/03/2026") == datetime(2026, 3, 5, tzinfo=VIETNAM)
    assert MomentReader().read("05/03/2026 02:30 CH").hour == 14
    assert MomentReader().read("05/03/2026 12:05 AM").hour == 0


def test_day_and_month_stand_as_declared() -> None:
    assert MomentReader().read("05/03/2026").month == 3
    assert MomentReader(month_first=True).read("05/03/2026").month == 5
    with pytest.raises(UnreadableValueError, match="impossible_list_date"):
        MomentReader(month_first=True).read("25/03/2026")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("05/03/26", "two_digit_year"),
        ("31/02/2026", "impossible_list_date"),
        ("05/03/2026 25:00", "impossible_list_date"),
        ("2026-13-01", "impossible_list_date"),
        ("05/03/0026", "impossible_list_date"),
        ("hôm qua", "bad_list_date"),
        ("05/03/2026 sáng", "bad_list_date"),
        ("05/03-2026", "bad_list_date"),
        ("901234567", "bad_list_date"),
        ("20260305", "bad_list_date"),
        ("T", "bad_list_date"),
    ],
)
def test_what_is_no_date_says_why(written: str, code: str) -> None:
    with pytest.raises(UnreadableValueError) as caught:
        MomentReader().read(written)
    assert caught.value.code == code


@given(st.integers(0, 36_524), st.integers(0, 86_399))
def test_excels_serial_numbers_are_its_days(day: int, second: int) -> None:
    moment = datetime(2000, 1, 1, tzinfo=VIETNAM) + timedelta(days=day, seconds=second)
    assert MomentReader().read(f"{(moment - EPOCH) / timedelta(days=1):.8f}") == moment


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    codes = {"two_digit_year", "bad_list_date", "impossible_list_date"}
    try:
        said = {MomentReader().read(text).tzinfo}
    except UnreadableValueError as error:
        said = {error.code}
    assert said <= {VIETNAM, *codes}

"""QR codes put together from what each character changes."""

import pytest
from hypothesis import given, settings, strategies as st

from app.channels.quick_qr import Family, family
from surveys.links import new_token
from tests.app.reading_pictures import read_picture

START = "https://khaosat.dongnai.gov.vn/q/"
END = st.text(st.characters(min_codepoint=1, max_codepoint=126), min_size=22, max_size=22)


@settings(max_examples=60)
@given(END)
def test_it_is_the_code_that_the_library_makes(end: str) -> None:
    made = family(START, 22)
    assert made.modules(end) == made.drawn((START + end).encode())


@pytest.mark.parametrize("start", ["http://a.vn/q/", START, "https://" + "x" * 60 + ".gov.vn/q/"])
def test_it_is_read_whatever_the_address_of_the_office(start: str) -> None:
    made = Family(start, 22)
    for _ in range(5):
        token = new_token()
        assert read_picture(made.svg(token)) == start + token


@pytest.mark.parametrize("end", ["A" * 21, "A" * 23, "ă" * 22])
def test_an_end_of_another_kind_is_refused(end: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (of the length, or of the coding)
        family(START, 22).modules(end)

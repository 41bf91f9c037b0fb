import pytest
from hypothesis import given, strategies as st

from sampling.listing.phones import RENUMBERED, read_phone


@pytest.mark.parametrize(
    "written",
    [
        "0901234567",
        "901234567",
        "84901234567",
        "+84901234567",
        "+84 (0)901 234 567",
        "0084 901 234 567",
        "'0901234567",
        "0901.234.567",
        "0901 234 567",
        "(090) 123-4567",
        "901234567.0",
        "0251 3822 222 / 0901234567",
        "0901234567; 0912345678",
        "0901234567 hoặc 0912345678",
    ],
)
def test_one_phone_is_written_in_many_ways(written: str) -> None:
    assert read_phone(written).number == "+84901234567"
    assert read_phone(written).state == "ok"
    assert read_phone(written).last_digits == "4567"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("01682345678", "382345678"),
        ("01202345678", "702345678"),
        ("01992345678", "592345678"),
        ("1692345678", "392345678"),
        ("841232345678", "832345678"),
    ],
)
def test_prefixes_given_up_in_2018_become_the_present_ones(old: str, new: str) -> None:
    assert read_phone(old).number == f"+84{new}"


def test_every_former_prefix_leads_to_a_mobile_phone() -> None:
    assert len(RENUMBERED) == 21
    assert {read_phone(f"0{prefix}2345678").state for prefix in RENUMBERED} == {"ok"}


@pytest.mark.parametrize(
    ("written", "state", "digits"),
    [
        ("02513822222", "landline", "2222"),
        ("0901***4567", "masked", "4567"),
        ("09xx***567", "masked", ""),
        ("09xxxxxxxx", "masked", ""),
        ("", "none", ""),
        ("0", "none", ""),
        ("-", "none", ""),
        ("không có", "invalid", ""),
        ("12345", "invalid", ""),
        ("0901234567890", "invalid", ""),
        ("٠٩٠١٢٣٤٥٦٧", "invalid", ""),
        ("+1 650 253 0000", "ok", "0000"),
        ("+1 999 999 9999", "invalid", ""),
    ],
)
def test_what_cannot_get_a_message_is_told_apart(written: str, state: str, digits: str) -> None:
    phone = read_phone(written)
    assert (phone.state, phone.last_digits) == (state, digits)
    assert bool(phone.number) == (state in ("ok", "landline"))


def test_a_usable_phone_wins_over_others_in_the_cell() -> None:
    assert read_phone("0251 3822222, 0901234567").number == "+84901234567"
    assert read_phone("09xx***4567, 02513822222").state == "landline"


@given(st.from_regex(r"(0|84|\+84|)[3-9][0-9]{8,9}", fullmatch=True) | st.text(max_size=30))
def test_reading_a_number_again_changes_nothing(text: str) -> None:
    phone = read_phone(text)
    if phone.number:
        assert read_phone(phone.number) == phone
        assert phone.number.startswith("+")
        assert phone.number[-4:] == phone.last_digits
    else:
        assert phone.state in ("masked", "none", "invalid")

"""Messages go to Vietnamese mobile phones and nowhere else."""

import pytest

from app.channels.sms.numbers import redacted, sendable


@pytest.mark.parametrize("number", ["+84901234567", "+84321234567", "+84862345678"])
def test_mobile_phones_of_this_country_are_written_to(number: str) -> None:
    assert sendable(number)


@pytest.mark.parametrize(
    "number",
    [
        *("0901234567", "84901234567", "+84 901234567", "+84901234567;ext=1", "+8490123456"),
        *("+849012345678", "+842812345678", "+8419001234", "+12025550123", "+881612345678"),
        *("+84９01234567", "", "+84901234567\n", "+84530000000"),
    ],
)
def test_no_other_number_is(number: str) -> None:
    assert not sendable(number)


@pytest.mark.parametrize("phone", ["+84901234567", "0901 234 567", "84-901-234-567", "0901234567"])
def test_phones_in_the_words_of_others_are_covered(phone: str) -> None:
    assert redacted(f"'To' {phone} is not valid") == "'To' [phone] is not valid"


def test_other_numbers_stay() -> None:
    assert redacted("error 21211 at 2026-11-24, id SM0901234567890") == (
        "error 21211 at 2026-11-24, id SM0901234567890"
    )

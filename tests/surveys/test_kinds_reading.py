"""What people enter, and what each kind makes of it."""

from datetime import date

import pytest

from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.kinds.day import DateKind
from tests.questionnaires.small import choices, question, words

SEVERAL = question("multiple_choice", choices=choices("abcd", apart="yz"))
LIMITED = question("multiple_choice", choices=choices("abcd", apart="z"), min=2, max=3)
WHOLE = question("number", min=0, max=365, unit=words("ngày", "days"))
DECIMAL = question("number", decimals=3)
DAY = question("date", min="2000-01-01", max="2030-12-31")
PAST = question("date", not_future=True)
YES_NO = question("yes_no", required=True)
NOTE = question("information")


def read(asked, *submitted):
    """Read a field; a fault is told by its code."""
    answer = KINDS[asked.kind].read(asked, submitted)
    if isinstance(answer, Fault):
        assert answer.path == asked.code
        assert answer.value is None
        assert answer.message("vi") != answer.message("en")
        return {"fault": answer.code}
    return answer


def message(asked, *submitted, locale="vi"):
    return KINDS[asked.kind].read(asked, submitted).message(locale)


def test_several_options_come_in_the_order_of_the_document():
    assert read(SEVERAL, "c", "a") == ("a", "c")
    assert read(SEVERAL, " b ", "", "b") == ("b",)
    assert read(SEVERAL) is None


def test_an_exclusive_option_stands_alone():
    assert read(SEVERAL, "z") == ("z",)
    assert read(SEVERAL, "a", "z") == {"fault": "not_alone"}
    assert read(SEVERAL, "y", "z") == {"fault": "not_alone"}


def test_an_option_that_is_not_offered_spoils_the_others():
    assert read(SEVERAL, "a", "x") == {"fault": "unknown_choice"}
    assert read(SEVERAL, "a" * 10_000) == {"fault": "unknown_choice"}


def test_how_many_options_are_chosen_is_limited_but_for_the_exclusive():
    assert read(LIMITED, "a") == {"fault": "too_few_chosen"}
    assert read(LIMITED, "a", "b") == ("a", "b")
    assert read(LIMITED, "a", "b", "c", "d") == {"fault": "too_many_chosen"}
    assert read(LIMITED, "z") == ("z",)
    assert read(LIMITED) is None
    assert message(LIMITED, "a") == "Xin Ông/Bà chọn ít nhất 2 phương án."


def test_several_options_can_be_required():
    required = question("multiple_choice", choices=choices("ab"), required=True)
    assert read(required, " ") == {"fault": "required"}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        (" 007 ", "7"),
        ("0", "0"),
        ("-0", "0"),
        ("+3", "3"),
        ("12,0", "12"),
        ("5 ngày", "5"),
        ("5days", "5"),
        ("\u00a030\u00a0", "30"),
    ],
)
def test_whole_numbers_are_read_with_their_unit_or_without(typed, number):
    assert read(WHOLE, typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("0,125", "0.125"),
        ("0.500", "0.5"),
        ("1,1250", "1.125"),
        ("1500,250", "1500.25"),
        ("-2,50", "-2.5"),
        ("\u22122", "-2"),
    ],
)
def test_a_decimal_comma_and_a_decimal_point_are_the_same(typed, number):
    assert read(DECIMAL, typed) == number


@pytest.mark.parametrize("typed", ["1.500", "1,500", "15.000", "1.500.000", "1.500,5", "1 500"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(typed):
    assert read(DECIMAL, typed) == {"fault": "number_unclear"}
    assert read(WHOLE, typed) == {"fault": "number_unclear"}


@pytest.mark.parametrize("typed", ["năm", "1e3", "٣", "--1", ",5", "5%", "NaN", "1" * 41, "1/2"])
def test_what_is_no_number_is_refused(typed):
    assert "fault" in read(DECIMAL, typed)


def test_numbers_keep_to_their_limits():
    assert read(WHOLE, "365") == "365"
    assert message(WHOLE, "366") == "Xin Ông/Bà ghi số không quá 365."
    assert message(WHOLE, "-1") == "Xin Ông/Bà ghi số từ 0 trở lên."
    assert read(WHOLE, "1,5") == {"fault": "number_not_whole"}
    assert read(DECIMAL, "0,1234") == {"fault": "too_many_decimals"}
    assert read(DECIMAL, "9" * 13) == {"fault": "number_too_high"}
    assert read(DECIMAL, "-" + "9" * 13) == {"fault": "number_too_low"}


def test_a_limit_is_written_with_a_comma_in_vietnamese():
    asked = question("number", max="2.5", decimals=1)
    assert message(asked, "3") == "Xin Ông/Bà ghi số không quá 2,5."
    assert message(asked, "3", locale="en") == "Please write a number of 2.5 or less."


@pytest.mark.parametrize(
    "typed",
    [
        ("2026-11-23",),
        ("2026-11-23", ""),
        ("23/11/2026",),
        (" 23-11-2026 ",),
        ("23.11.2026",),
        ("23 11 2026",),
        ("23 / 11 / 2026",),
        ("23", "11", "2026"),
        (" 23 ", "11", "2026 "),
    ],
)
def test_a_day_is_read_however_it_is_written(typed):
    assert read(DAY, *typed) == "2026-11-23"


def test_a_day_of_one_digit_is_a_day():
    assert read(DAY, "3/1/2026") == read(DAY, "3", "1", "2026") == "2026-01-03"


@pytest.mark.parametrize(
    "typed",
    [
        ("30/02/2026",),
        ("11/23/2026",),
        ("23/11/26",),
        ("23/11-2026",),
        ("23/11",),
        ("hôm qua",),
        ("23", "11", ""),
        ("", "", "2026"),
        ("23", "tháng 11", "2026"),
        ("٢٣", "11", "2026"),
        ("0", "0", "0000"),
    ],
)
def test_what_is_no_day_is_refused(typed):
    assert read(DAY, *typed) == {"fault": "not_day"}


def test_three_blank_fields_are_no_answer():
    assert read(DAY, "", " ", "") is None
    assert read(question("date", required=True), "", "", "") == {"fault": "required"}


def test_days_keep_to_their_limits():
    assert read(DAY, "2000-01-01") == "2000-01-01"
    assert message(DAY, "31/12/1999") == "Xin Ông/Bà ghi từ ngày 01/01/2000 trở về sau."
    assert message(DAY, "1/1/2031") == "Xin Ông/Bà ghi từ ngày 31/12/2030 trở về trước."
    assert read(PAST, "23/11/0026") == {"fault": "day_too_early"}


def test_a_day_to_come_is_refused_where_the_document_says_so():
    kind = DateKind(today=lambda: date(2026, 11, 23))
    assert kind.read(PAST, ["2026-11-23"]) == "2026-11-23"
    assert kind.read(PAST, ["2026-11-24"]).code == "day_in_future"
    assert kind.read(question("date"), ["2026-11-24"]) == "2026-11-24"


def test_yes_and_no_are_the_only_answers_to_such_a_question():
    assert read(YES_NO, "yes") == "yes"
    assert read(YES_NO, "no") == "no"
    assert read(YES_NO, "Có") == {"fault": "unknown_choice"}
    assert read(YES_NO, "yes", "no") == {"fault": "several"}
    assert read(YES_NO) == {"fault": "required"}


def test_information_takes_no_answer():
    assert read(NOTE, "yes", "no") is None
    assert not KINDS["information"].answered

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from surveys.cleaning import normalised, visible
from surveys.errors import Fault
from surveys.kinds import KINDS
from surveys.questionnaire import Question
from surveys.reading import read_questionnaire

FOLDER = Path(__file__).parents[1] / "questionnaires"


def question(document, code) -> Question:
    return read_questionnaire((FOLDER / f"{document}.json").read_bytes()).question(code)


RATING = question("valid_scale", "overall")
SEX = question("valid_single_choice", "sex")
TRADE = question("valid_text", "trade")
COMMENT = question("valid_text", "comment")


def read(asked, *submitted):
    """Read a field; a fault is told by its code."""
    answer = KINDS[asked.kind].read(asked, submitted)
    if isinstance(answer, Fault):
        assert answer.path == asked.code
        return {"fault": answer.code}
    return answer


def test_there_are_nine_kinds_each_under_its_own_name():
    assert list(KINDS) == [
        *("scale", "single_choice", "multiple_choice", "yes_no"),
        *("number", "date", "short_text", "long_text", "information"),
    ]
    assert all(kind.name == name for name, kind in KINDS.items())


@pytest.mark.parametrize("blank", [(), ("",), ("  ",), ("", "\n")])
def test_a_blank_answer_is_none_where_it_may_be_and_a_fault_where_not(blank):
    assert read(SEX, *blank) is None
    assert read(COMMENT, *blank) is None
    assert read(RATING, *blank) == {"fault": "required"}
    assert read(TRADE, *blank) == {"fault": "required"}


def test_a_choice_is_read_as_its_code():
    assert read(RATING, "3") == "3"
    assert read(RATING, "none") == "none"
    assert read(SEX, " female ") == "female"


def test_an_empty_default_beside_the_choice_does_no_harm():
    assert read(SEX, "", "male") == "male"


@pytest.mark.parametrize("submitted", ["4", "0", "Nam", "MALE", "male\x00", "٣", "1.0"])
def test_an_option_that_is_not_offered_is_refused(submitted):
    assert read(RATING, submitted) == {"fault": "unknown_choice"}
    assert read(SEX, submitted) == {"fault": "unknown_choice"}


def test_several_values_for_one_answer_are_refused_even_when_equal():
    assert read(SEX, "male", "female") == {"fault": "several"}
    assert read(RATING, "3", "3") == {"fault": "several"}
    assert read(COMMENT, "a", "b") == {"fault": "several"}


def test_a_text_is_composed_before_its_length_is_judged():
    decomposed = "Phie\u0302\u0301u".ljust(23, "x")
    assert len(decomposed) > COMMENT.max_length
    assert read(COMMENT, decomposed[:22]) == "Phi\u1ebfu".ljust(20, "x")


def test_a_text_may_be_as_long_as_allowed_and_no_longer():
    assert read(COMMENT, "ế" * 20) == "ế" * 20
    assert read(COMMENT, "ế" * 21) == {"fault": "answer_too_long"}
    assert read(COMMENT, "x" * 1_000_000) == {"fault": "answer_too_long"}


def test_a_long_run_of_combining_marks_is_refused_without_being_normalised():
    assert read(COMMENT, "a" + "\u0301\u0323" * 500_000) == {"fault": "answer_too_long"}


def test_a_fault_of_a_text_does_not_repeat_the_text():
    fault = KINDS["long_text"].read(COMMENT, ["Tên tôi là Nguyễn Văn A ở thôn 3"])
    assert fault.value is None
    assert fault.message("vi") == "Xin Ông/Bà viết không quá 20 ký tự."


def test_line_breaks_stay_in_long_texts_and_become_spaces_in_short_ones():
    assert read(COMMENT, "một\r\nhai\rba") == "một\nhai\nba"
    assert read(TRADE, "làm\r\n\nruộng") == "làm ruộng"


def test_control_and_direction_characters_are_dropped():
    assert read(COMMENT, "a\x00b\x1b[31m\u202ec\td\ud800") == "ab[31mc d"


def test_a_text_with_nothing_to_see_is_blank():
    assert read(COMMENT, "\u200b\u200d\x00") is None
    assert read(TRADE, "\u200b") == {"fault": "required"}


def test_joiners_within_a_word_stay():
    assert read(COMMENT, "ក\u200bខ") == "ក\u200bខ"


@given(st.text())
def test_cleaning_a_clean_text_changes_nothing(text):
    clean = normalised(visible(text))
    assert normalised(visible(clean)) == clean


@given(st.sampled_from([COMMENT, TRADE]), st.text(max_size=30))
def test_whatever_text_is_accepted_can_be_submitted_again(asked, text):
    answer = read(asked, text)
    if isinstance(answer, str):
        assert 1 <= len(answer) <= asked.max_length
        assert answer.encode("utf-8")
        assert read(asked, *KINDS[asked.kind].write(answer)) == answer


@given(st.sampled_from([RATING, SEX]), st.lists(st.text(max_size=8), max_size=3))
def test_only_an_offered_code_is_ever_accepted(asked, submitted):
    answer = read(asked, *submitted)
    assert answer is None or "fault" in answer or asked.choice(answer)

from string import Formatter

import pytest

from surveys.errors import Fault, QuestionnaireError
from surveys.messages import ANSWERS, DOCUMENT, LOGIC, MEANING, MESSAGES, TEXTS


def blanks(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_all_languages_of_a_message_have_the_same_blanks(code):
    wanted = {"vi", "en", "km"} if code in ANSWERS else {"vi", "en"}
    assert set(MESSAGES[code]) == wanted
    assert len({frozenset(blanks(text)) for text in MESSAGES[code].values()}) == 1


def test_no_code_stands_in_two_tables():
    tables = (DOCUMENT, MEANING, ANSWERS, LOGIC, TEXTS)
    assert len(MESSAGES) == sum(map(len, tables))


def test_a_fault_speaks_vietnamese_unless_asked_for_english():
    fault = Fault("sections[0].kind", "unknown_kind", "slider", {"known": "scale"})
    assert fault.message() == 'không có loại câu hỏi "slider"; các loại có: scale'
    assert fault.message("en") == 'there is no kind of question "slider"; there are: scale'
    assert fault.message("km") == fault.message("vi")
    assert fault.line("en").startswith("sections[0].kind: there is")


def test_a_fault_of_the_whole_document_has_a_place_too():
    assert Fault("", "not_json").line("en") == "$: the file is not readable JSON"


def test_a_fault_as_json_shows_the_beginning_of_a_long_value():
    shown = Fault("code", "bad_code", "x" * 1000).as_dict("en")
    assert shown["path"] == "code"
    assert shown["code"] == "bad_code"
    assert shown["value"] == "x" * 59 + "…"
    assert len(shown["message"]) < 300


def test_a_value_with_braces_cannot_disturb_its_message():
    assert '"{0}{x}"' in Fault("code", "bad_code", "{0}{x}").message("en")


def test_a_fault_of_unknown_code_cannot_be_made():
    with pytest.raises(KeyError):
        Fault("", "no_such_code")


def test_an_error_tells_all_its_faults():
    error = QuestionnaireError([Fault("a", "missing"), Fault("b", "missing")])
    assert str(error).splitlines() == [
        "a: this property is missing",
        "b: this property is missing",
    ]

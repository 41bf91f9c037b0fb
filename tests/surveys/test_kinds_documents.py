"""Documents of each kind of question: read, judged and written again."""

import pytest

from surveys.checking import check
from surveys.errors import QuestionnaireError
from surveys.limits import NumberLimits
from surveys.places import placed
from surveys.questionnaire import Role
from surveys.reading import read_questionnaire
from surveys.writing import to_document, version_hash
from tests.questionnaires.of_kinds import INVALID, SENSELESS, VALID


@pytest.mark.parametrize("name", VALID)
def test_a_good_document_makes_sense_and_is_written_as_it_was(name):
    questionnaire = read_questionnaire(VALID[name])
    assert check(questionnaire) == ()
    written = to_document(questionnaire)
    assert written == {"languages": ["vi", "en"], **VALID[name]}
    assert read_questionnaire(written) == questionnaire


@pytest.mark.parametrize("name", INVALID)
def test_an_unreadable_document_tells_each_fault_once_with_its_path(name):
    document, faults = INVALID[name]
    with pytest.raises(QuestionnaireError) as caught:
        read_questionnaire(document)
    assert [(fault.path, fault.code) for fault in caught.value.faults] == faults
    assert all(fault.line("vi") != fault.line("en") for fault in caught.value.faults)


@pytest.mark.parametrize("name", SENSELESS)
def test_a_senseless_document_has_its_one_fault(name):
    document, expected = SENSELESS[name]
    faults = check(read_questionnaire(document))
    assert [(fault.path, fault.code) for fault in faults] == [expected]
    assert all(fault.line("vi") != fault.line("en") for fault in faults)


def test_the_rows_of_a_matrix_are_questions_on_its_scale():
    questionnaire = read_questionnaire(VALID["matrix_of_several_roles"])
    assert [question.code for question in questionnaire.questions] == [
        "before",
        "r1",
        "r2",
        "after",
    ]
    row = questionnaire.question("r2")
    assert (row.kind, row.scale, row.satisfied_from, row.faces) == ("scale", "levels", 2, False)
    assert (row.matrix, row.matrix_texts["vi"], row.role) == ("grid", "Câu hỏi", Role.OVERALL)
    assert [choice.code for choice in row.choices] == ["1", "2", "3", "4", "5"]
    assert row.whole_text("en") == "Question – Overall"
    assert questionnaire.question("after").whole_text("en") == "Question"


def test_a_row_is_found_by_its_place_in_the_document():
    places = {code.code: path for path, code in placed(read_questionnaire(VALID["two_matrices"]))}
    assert places == {
        "r1": "sections[0].questions[0].rows[0]",
        "s1": "sections[0].questions[1].rows[0]",
    }


def test_yes_and_no_are_worded_by_us_unless_the_document_does():
    ours = read_questionnaire(VALID["yes_no"]).question("q")
    own = read_questionnaire(VALID["yes_no_in_own_words"]).question("q")
    assert [(it.code, it.texts["vi"], it.texts["en"]) for it in ours.choices] == [
        ("yes", "Có", "Yes"),
        ("no", "Không", "No"),
    ]
    assert [(it.code, it.texts["vi"]) for it in own.choices] == [
        ("yes", "Đã nộp"),
        ("no", "Chưa nộp"),
    ]


def test_a_version_that_words_yes_as_we_do_is_the_same_version():
    told = VALID["yes_no"]
    section = told["sections"][0]
    worded = [{**section["questions"][0], "yes": {"vi": "Có", "en": "Yes"}}]
    other = {**told, "sections": [{**section, "questions": worded}]}
    assert version_hash(read_questionnaire(other)) == version_hash(read_questionnaire(told))


def test_limits_are_exact():
    limits = read_questionnaire(VALID["number_with_decimals"]).question("q").limits
    assert isinstance(limits, NumberLimits)
    assert (limits.low * 2, limits.high * 3, limits.decimals) == (-5, 1, 3)

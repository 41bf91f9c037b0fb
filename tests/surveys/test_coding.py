from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from surveys import instruments
from surveys.coding import codebook, coded, factors, top_codes
from surveys.questionnaire import FACTOR_ROLES
from surveys.reading import read_questionnaire

FOLDER = Path(__file__).parents[1] / "questionnaires"
FORM = instruments.load("citizen_satisfaction")


def read(name):
    return read_questionnaire((FOLDER / f"{name}.json").read_bytes())


def column(questionnaire, name, language="vi"):
    return next(entry for entry in codebook(questionnaire, language) if entry.name == name)


def test_a_scale_is_coded_as_its_numbers():
    assert [coded(FORM, {"overall": code})["overall"] for code in "12345"] == [1, 2, 3, 4, 5]


def test_values_that_are_not_whole_are_coded_as_they_are():
    grades = read("valid_grades")
    rows = [coded(grades, {"overall": grade})["overall"] for grade in "abcd"]
    assert rows == [1.0, 0.6, 0.2, 0.0]


def test_no_opinion_and_no_answer_are_missing():
    row = coded(FORM, {"access_facilities": "no_opinion", "sex": "refused"})
    assert row["access_facilities"] is None
    assert row["sex"] is None
    assert row["overall"] is None


def test_a_choice_is_coded_as_its_code_and_a_text_as_itself():
    assert coded(FORM, {"sex": "female"})["sex"] == "female"
    assert coded(read("valid_text"), {"trade": "làm ruộng"}) == {"trade": "làm ruộng"}


def test_an_option_the_version_does_not_know_is_missing_not_invented():
    assert coded(FORM, {"overall": "9"})["overall"] is None
    assert coded(FORM, {"sex": "9"})["sex"] is None


def test_the_comment_has_no_column_even_if_it_slipped_into_the_answers():
    assert "comment" not in coded(FORM, {"comment": "Tên tôi là A"})
    assert "comment" not in {entry.name for entry in codebook(FORM)}


def test_the_codebook_tells_what_each_number_means_and_what_is_missing():
    entry = column(FORM, "access_facilities", "en")
    assert entry.measure == "scale"
    assert entry.label.startswith("How satisfied are you with the seats")
    assert entry.labels["1"] == "Very dissatisfied"
    assert entry.labels["no_opinion"] == "No opinion"
    assert entry.values == {"1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
    assert entry.missing == ("no_opinion",)


def test_a_choice_and_a_text_have_no_numbers():
    assert column(FORM, "sex").measure == "nominal"
    assert column(FORM, "sex").values == {}
    assert column(FORM, "sex").missing == ("refused",)
    assert column(read("valid_text"), "trade").measure == "text"


def test_a_language_the_questionnaire_lacks_falls_back_to_its_first():
    assert codebook(FORM, "km") == codebook(FORM, "vi")
    assert codebook(FORM, "en") != codebook(FORM, "vi")


@given(st.dictionaries(st.text(max_size=5) | st.just("overall"), st.text(max_size=5)))
def test_every_row_has_exactly_the_columns_of_the_codebook(answers):
    assert list(coded(FORM, answers)) == [entry.name for entry in codebook(FORM)]


def test_a_factor_has_its_satisfaction_questions_unless_told_otherwise():
    questionnaire = read("valid_factors")
    assert factors(questionnaire) == {"access": ("pleased",)}
    assert factors(questionnaire, FACTOR_ROLES) == {"access": ("seen", "pleased", "wished")}
    assert factors(questionnaire, ()) == {}


@pytest.mark.parametrize(
    ("name", "satisfied"), [("valid_scale", ("2", "3")), ("valid_grades", ("a", "b"))]
)
def test_what_counts_as_satisfied_comes_from_the_document(name, satisfied):
    assert top_codes(read(name).question("overall")) == satisfied


def test_four_and_five_of_five_are_satisfied_and_no_opinion_is_not():
    assert top_codes(FORM.question("access_facilities")) == ("4", "5")
    assert top_codes(FORM.question("overall")) == ("4", "5")


def test_a_question_without_a_scale_has_nobody_satisfied():
    assert top_codes(FORM.question("sex")) == ()
    assert top_codes(FORM.comment_question) == ()

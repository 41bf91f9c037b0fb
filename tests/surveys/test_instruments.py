import json
from importlib import resources

import pytest

from surveys import instruments
from surveys.checking import check
from surveys.coding import factors
from surveys.errors import UnknownInstrumentError
from surveys.questionnaire import AttributedTo, Role
from surveys.reading import read_questionnaire
from surveys.wording import Wording
from surveys.writing import to_document

SHIPPED = instruments.available()
FORM = instruments.load("citizen_satisfaction")
BUSINESS = instruments.load("business_satisfaction")


def wordings(value):
    """Find every wording of a written document."""
    if isinstance(value, dict) and "vi" in value:
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from wordings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from wordings(inner)


def test_the_citizen_survey_is_shipped():
    assert "citizen_satisfaction" in SHIPPED


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_questionnaire_has_no_fault_and_is_found_by_its_own_code(code):
    questionnaire = instruments.load(code)
    assert questionnaire.code == code
    assert check(questionnaire) == ()


@pytest.mark.parametrize("code", SHIPPED)
def test_every_text_of_a_shipped_questionnaire_is_in_both_languages(code):
    found = list(wordings(to_document(instruments.load(code))))
    assert len(found) > 20
    assert all(wording["vi"].strip() and wording["en"].strip() for wording in found)


@pytest.mark.parametrize("code", SHIPPED)
def test_a_shipped_file_says_what_its_questionnaire_writes(code):
    content = (resources.files(instruments) / f"{code}.json").read_bytes()
    assert to_document(instruments.load(code)) == json.loads(content)
    assert read_questionnaire(to_document(instruments.load(code))) == instruments.load(code)


def test_a_questionnaire_is_read_once():
    assert instruments.load("citizen_satisfaction") is FORM


@pytest.mark.parametrize("code", ["nothing", "", "../questionnaire", "__init__"])
def test_an_unknown_instrument_is_told_with_those_there_are(code):
    with pytest.raises(UnknownInstrumentError, match="citizen_satisfaction"):
        instruments.load(code)


def test_the_five_factors_have_two_or_three_questions_each():
    found = factors(FORM)
    assert list(found) == ["access", "procedure", "officer", "result", "feedback"]
    assert all(2 <= len(questions) <= 3 for questions in found.values())


def test_the_form_stays_short():
    assert 18 <= len(FORM.questions) <= 20


def test_ratings_run_from_one_to_five_and_all_but_the_overall_one_leave_a_way_out():
    for question in FORM.questions:
        if question.role in (Role.SATISFACTION, Role.OVERALL):
            values = [choice.value for choice in question.choices if not choice.exclusive]
            assert values == [1, 2, 3, 4, 5]
            assert question.choices[0].texts["vi"] == "Rất không hài lòng"
            assert question.choices[4].texts["vi"] == "Rất hài lòng"
            apart = [choice.code for choice in question.choices if choice.exclusive]
            assert apart == ([] if question.role is Role.OVERALL else ["no_opinion"])


def test_access_and_officers_rate_the_receiving_unit_and_results_the_resolving_one():
    attributed = {
        question.factor: question.attributed_to for question in FORM.questions if question.factor
    }
    assert attributed["access"] is attributed["officer"] is AttributedTo.RECEIVING
    assert attributed["result"] is AttributedTo.RESOLVING


def test_nobody_has_to_tell_who_they_are():
    asked = [question for question in FORM.questions if question.role is Role.DEMOGRAPHIC]
    assert {question.code for question in asked} == {"respondent_kind", "age_band", "sex", "area"}
    for question in asked:
        assert not question.required
        assert question.choices[-1].exclusive
        assert question.choices[-1].texts["vi"] == "Không muốn trả lời"


def test_the_form_asks_who_did_the_procedure_and_who_helped_to_answer():
    helpers = [choice.code for choice in FORM.question("assisted_by").choices]
    assert helpers == ["nobody", "family", "staff", "youth_union", "enumerator"]
    assert FORM.assistance_question == FORM.question("assisted_by")
    assert FORM.question("done_personally").role is Role.CIRCUMSTANCE


def test_the_comment_is_optional_and_warns_against_names():
    comment = FORM.comment_question
    assert comment.max_length == 1000
    assert not comment.required
    assert "đừng ghi tên" in comment.hints["vi"]


def test_the_label_says_anonymous_and_questions_speak_to_people_with_respect():
    assert FORM.label == {"vi": "Ẩn danh", "en": "Anonymous"}
    assert all("Ông/Bà" in question.texts["vi"] for question in FORM.questions)


def test_questions_are_short_enough_for_a_small_screen():
    assert max(len(question.texts["vi"]) for question in FORM.questions) <= 120


def test_a_wording_is_an_immutable_value():
    wording = Wording({"vi": "Có", "en": "Yes"})
    assert wording == {"en": "Yes", "vi": "Có"}
    assert hash(wording) == hash(Wording({"en": "Yes", "vi": "Có"}))
    assert wording.in_language("en") == "Yes"
    assert wording.in_language("km") == "Có"
    with pytest.raises(TypeError):
        wording["vi"] = "Không"
    assert hash(FORM) == hash(read_questionnaire(to_document(FORM)))


def test_the_business_form_measures_the_same_five_factors_in_ninety_seconds():
    found = factors(BUSINESS)
    assert list(found) == list(factors(FORM))
    assert all(len(questions) == 2 for questions in found.values())
    assert len(BUSINESS.questions) <= 18
    assert "90 giây" in BUSINESS.intro["vi"]
    assert "90 seconds" in BUSINESS.intro["en"]


def test_the_business_form_asks_who_speaks_and_who_did_the_work():
    position = [choice.code for choice in BUSINESS.question("position").choices]
    assert position == ["owner", "accountant", "service_firm"]
    for code in ("done_personally", "service_hired"):
        assert BUSINESS.question(code).role is Role.CIRCUMSTANCE
    assert BUSINESS.assistance_question == BUSINESS.question("assisted_by")
    helpers = [choice.code for choice in BUSINESS.question("assisted_by").choices]
    assert helpers == [choice.code for choice in FORM.question("assisted_by").choices]


def test_payments_without_a_receipt_are_asked_about_neutrally_and_may_be_passed_over():
    asked = BUSINESS.question("extra_payment")
    assert not asked.required
    assert asked.choices[-1].exclusive
    assert asked.choices[-1].texts["vi"] == "Không muốn trả lời"
    for word in ("hối lộ", "tham nhũng", "tiêu cực", "lót tay"):
        assert word not in str(dict(asked.texts)).lower()


def test_both_forms_are_rated_on_the_same_scale():
    assert [scale.choices for scale in BUSINESS.scales] == [scale.choices for scale in FORM.scales]
    assert {scale.satisfied_from for scale in BUSINESS.scales} == {4}


def test_questions_to_businesses_are_short_and_respectful():
    assert max(len(question.texts["vi"]) for question in BUSINESS.questions) <= 120
    ratings = [question for question in BUSINESS.questions if question.factor]
    assert all("Ông/Bà" in question.texts["vi"] for question in ratings)
    assert BUSINESS.label == FORM.label
    assert not BUSINESS.comment_question.required
    assert "đừng ghi tên" in BUSINESS.comment_question.hints["vi"]


def test_no_text_of_the_business_form_was_copied_into_the_wrong_language():
    for found in wordings(to_document(BUSINESS)):
        assert not set("đăơưĐĂƠƯ") & set(found["en"]), found

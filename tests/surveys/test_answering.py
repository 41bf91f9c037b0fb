from pathlib import Path

from hypothesis import given, strategies as st

from surveys import answering, instruments
from surveys.answering import field_name, read_answers, to_form
from surveys.kinds import KINDS
from surveys.questionnaire import Role
from surveys.reading import read_questionnaire
from surveys.routing import path

FOLDER = Path(__file__).parents[1] / "questionnaires"
FORM = instruments.load("citizen_satisfaction")
TEXT = read_questionnaire((FOLDER / "valid_text.json").read_bytes())
SHORT = read_questionnaire((FOLDER / "valid_three_languages.json").read_bytes())

clean_texts = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=10
).map(lambda text: KINDS["long_text"].read(TEXT.comment_question, [text]))


def an_answer_to(question):
    given_answer = (
        clean_texts.filter(lambda text: isinstance(text, str) and len(text) <= 10)
        if KINDS[question.kind].is_text
        else st.sampled_from([choice.code for choice in question.choices])
    )
    return given_answer if question.required else st.none() | given_answer


def filled_in(questionnaire):
    """Give whatever a person may answer, with None for what is left blank."""
    return st.fixed_dictionaries(
        {question.code: an_answer_to(question) for question in questionnaire.questions}
    )


def valid_form(**changes):
    """Answer what must be answered."""
    form = {
        field_name(question): [question.choices[0].code]
        for question in FORM.questions
        if question.required
    }
    return form | {f"a_{code}": values for code, values in changes.items()}


def test_a_field_is_named_after_its_question_clear_of_other_fields():
    assert field_name(FORM.question("overall")) == "a_overall"


@given(
    st.sampled_from([FORM, TEXT, SHORT]).flatmap(lambda it: st.tuples(st.just(it), filled_in(it)))
)
def test_a_form_built_from_any_valid_answers_gives_them_back(case):
    questionnaire, given_answers = case
    answers = {code: value for code, value in given_answers.items() if value is not None}
    comment = answers.pop("comment", None)
    reading = read_answers(questionnaire, to_form(questionnaire, answers, comment))
    assert reading.faults == {}
    assert reading.answers == answers
    assert reading.comment == comment


def test_the_comment_is_kept_apart_from_the_answers():
    reading = read_answers(FORM, valid_form(comment=["Cán bộ rất tận tình"]))
    assert reading.comment == "Cán bộ rất tận tình"
    assert "comment" not in reading.answers
    assert "Cán bộ rất tận tình" not in reading.answers.values()


def test_a_blank_comment_is_none():
    assert read_answers(FORM, valid_form(comment=["  "])).comment is None
    assert read_answers(FORM, valid_form()).comment is None
    assert read_answers(SHORT, {}).comment is None


def test_an_empty_form_faults_every_required_question_in_order():
    reading = read_answers(FORM, {})
    assert list(reading.faults) == [asked.code for asked in FORM.questions if asked.required]
    assert {fault.code for fault in reading.faults.values()} == {"required"}
    assert reading.answers == {}


def test_one_fault_leaves_the_other_answers_standing():
    reading = read_answers(FORM, valid_form(sex=["unknown"], age_band=["35_49"]))
    assert {code: fault.code for code, fault in reading.faults.items()} == {"sex": "unknown_choice"}
    assert reading.answers["age_band"] == "35_49"
    assert "sex" not in reading.answers


def test_a_faulty_comment_is_told_under_its_code():
    reading = read_answers(FORM, valid_form(comment=["x" * 1001]))
    assert list(reading.faults) == ["comment"]
    assert reading.comment is None


def test_fields_that_are_no_question_are_passed_over():
    expected = read_answers(FORM, valid_form())
    form = valid_form(stranger=["1"]) | {"csrf_token": ["x"], "overall": ["1"], "a_": ["2"]}
    assert read_answers(FORM, form) == expected


@given(
    st.dictionaries(
        st.sampled_from([field_name(question) for question in FORM.questions]),
        st.lists(st.sampled_from(["1", "5", "yes", "refused", "", "nobody", "?"]), max_size=2),
    )
)
def test_a_question_has_an_answer_or_a_fault_never_both(form):
    reading = read_answers(FORM, form)
    answered = {question.code for question in FORM.questions if question.code in reading.answers}
    assert not answered & set(reading.faults)
    for question in FORM.questions:
        if question.required:
            assert question.code in answered | set(reading.faults)


@given(filled_in(FORM))
def test_the_path_is_a_subsequence_of_the_document(given_answers):
    answers = {code: value for code, value in given_answers.items() if value is not None}
    remaining = iter(FORM.questions)
    assert all(question in remaining for question in path(FORM, answers))


def test_without_conditions_everybody_meets_every_question():
    assert path(FORM, {}) == FORM.questions


def test_answers_and_faults_off_the_path_are_dropped(monkeypatch):
    def ratings_only(questionnaire, answers):
        return tuple(asked for asked in questionnaire.questions if asked.role is Role.OVERALL)

    monkeypatch.setattr(answering, "path", ratings_only)
    reading = read_answers(FORM, valid_form(sex=["unknown"], comment=["Tốt"]))
    assert reading.answers == {"overall": "1"}
    assert reading.faults == {}
    assert reading.comment is None

import pytest
from hypothesis import given, strategies as st

from surveys.conditions import (
    And,
    Answered,
    Comparison,
    Membership,
    Not,
    Operator,
    Or,
    atoms,
    questions_of,
    written,
)
from surveys.conditions_evaluation import compiled
from surveys.conditions_parsing import ConditionError, parse
from surveys.questionnaire import Question, Role
from surveys.reading import read_questionnaire
from tests.surveys.logic_documents import HEAD, SCALE, option


def asked(code, kind, **more):
    return {"code": code, "kind": kind, "role": "circumstance", "texts": {"vi": code}, **more}


KNOWN = {
    question.code: question
    for question in read_questionnaire(
        {
            "code": "known",
            "version": 1,
            "languages": ["vi"],
            **HEAD,
            "scales": [SCALE],
            "sections": [
                {
                    "code": "one",
                    "titles": {"vi": "Một"},
                    "questions": [
                        asked("way", "single_choice", choices=[option("a"), option("b"),
                              option("x", exclusive=True)]),
                        asked("rating", "scale", scale="three"),
                        asked("late", "yes_no"),
                        asked("days", "number", decimals=2),
                        asked("when", "date"),
                        asked("who", "multiple_choice", choices=[option("a"), option("b"),
                              option("x", exclusive=True)]),
                        asked("why", "short_text", max_length=20),
                    ],
                }
            ],
        }
    ).questions
}  # fmt: skip


def true(text, **answers):
    return compiled(parse(text), KNOWN)(answers)


def test_words_bind_as_in_speech_not_before_and_before_or():
    a, b, c = (Answered(code) for code in "abc")
    assert parse("answered(a) or answered(b) and answered(c)") == Or((a, And((b, c))))
    assert parse("(answered(a) or answered(b)) and answered(c)") == And((Or((a, b)), c))
    assert parse("not answered(a) and answered(b)") == And((Not(a), b))
    assert parse("not (answered(a) and answered(b))") == Not(And((a, b)))
    assert parse("answered(a) and answered(b) and answered(c)") == And((a, b, c))


def test_every_comparison_is_read():
    signs = {operator: parse(f"q {operator} 3") for operator in Operator}
    assert signs == {operator: Comparison("q", operator, "3") for operator in Operator}
    assert parse("q in (a, 2,-1.5)") == Membership("q", ("a", "2", "-1.5"))
    assert parse("when>=2026-01-31") == Comparison("when", Operator.AT_LEAST, "2026-01-31")


def test_reserved_words_may_be_capitals_and_options_may_be_called_like_them():
    assert parse("A = not AND NOT b IN (in, or)".replace("A ", "a ")) == And(
        (Comparison("a", Operator.EQUAL, "not"), Not(Membership("b", ("in", "or"))))
    )


def test_a_condition_is_written_in_one_way():
    untidy = "  ( (a=1) )and( not( b in(x,y) )or answered( c ) )"
    assert written(parse(untidy)) == "a = 1 and (not b in (x, y) or answered(c))"


@pytest.mark.parametrize(
    ("text", "code", "position", "found"),
    [
        ("", "condition_expects_question", 1, ""),
        ("a", "condition_expects_operator", 2, ""),
        ("a = ", "condition_expects_value", 5, ""),
        ("a = (b)", "condition_expects_value", 5, "("),
        ("a == b", "condition_expects_operator", 3, "=="),
        ("a <> b", "condition_expects_operator", 3, "<>"),
        ("a ≤ 3", "condition_expects_operator", 3, "≤"),
        ("a = 1 b = 2", "condition_expects_end", 7, "b"),
        ("(a = 1", "condition_expects_close", 7, ""),
        ("a = 1)", "condition_expects_end", 6, ")"),
        ("a in b", "condition_expects_open", 6, "b"),
        ("a in ()", "condition_expects_value", 7, ")"),
        ("a in (b c)", "condition_expects_close", 9, "c"),
        ("answered a", "condition_expects_open", 10, "a"),
        ("answered(and)", "condition_expects_question", 10, "and"),
        ("a = 1 and or b = 2", "condition_expects_question", 11, "or"),
        ("= 1", "condition_expects_question", 1, "="),
        ("a = 'x'", "condition_expects_value", 5, "'"),
    ],
)
def test_a_fault_names_the_place_and_what_was_expected(text, code, position, found):
    with pytest.raises(ConditionError) as caught:
        parse(text)
    error = caught.value
    assert (error.code, error.position, error.found) == (code, position, found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(" * 5000, "condition_too_long"),
        ("(" * 900, "condition_too_deep"),
        ("not " * 200 + "a = 1", "condition_too_deep"),
    ],
)
def test_no_text_nests_too_deep_for_the_reader(text, code):
    with pytest.raises(ConditionError) as caught:
        parse(text)
    assert caught.value.code == code


@given(st.text("ab1 =<>!(),-.and ornotihsw", max_size=40) | st.text(max_size=20))
def test_any_text_is_a_condition_or_has_a_fault(text):
    position, condition = 1, None
    try:
        condition = parse(text)
    except ConditionError as error:
        position = error.position
    assert 1 <= position <= len(text) + 1
    if condition is not None:
        assert parse(written(condition)) == condition
        assert questions_of(condition) == {atom.question for atom in atoms(condition)}


def test_an_option_is_matched_by_its_code():
    assert true("way = a", way="a")
    assert not true("way = a", way="b")
    assert true("way != a", way="b")
    assert true("way in (a, x)", way="x")
    assert true("late = yes", late="yes")
    assert not true("late in (yes)", late="no")


def test_an_option_of_a_scale_is_ordered_by_its_value():
    assert true("rating < 2", rating="bad")
    assert true("rating >= 2", rating="fair")
    assert not true("rating > 2", rating="fair")
    assert true("rating = good", rating="good")


def test_no_opinion_is_matched_by_its_own_code_alone():
    assert true("rating = none", rating="none")
    assert true("rating in (good, none)", rating="none")
    for comparison in ("rating < 9", "rating > 0", "rating != good", "rating != none"):
        assert not true(comparison, rating="none")
    assert true("answered(rating)", rating="none")


def test_one_of_several_options_is_enough():
    assert true("who has a", who=("a", "b"))
    assert not true("who has a", who=("b",))
    assert true("who has x", who=("x",))


def test_numbers_are_compared_as_numbers():
    assert true("days > 9", days="10")
    assert true("days = 1.50", days="1.5")
    assert true("days in (1, 2.0)", days="2")
    assert true("days < -1", days="-1.25")
    assert not true("days != 0", days="0")


def test_days_are_compared_as_days():
    assert true("when < 2026-02-01", when="2026-01-31")
    assert true("when >= 2026-01-31", when="2026-01-31")
    assert not true("when = 2026-01-30", when="2026-01-31")


def test_what_is_not_answered_makes_every_comparison_false():
    for text in ("way = a", "way != a", "rating < 9", "days != 1", "answered(why)", "who has a"):
        assert not true(text)
        assert true(f"not ({text})")


@given(
    st.sampled_from(
        ["way = a", "way != a", "rating < 2", "who has a", "days > 1", "when < 2026-02-01",
         "answered(why)", "stranger = 1", "why = a", "way < 3", "days = many", "when > soon"]
    ),
    st.dictionaries(
        st.sampled_from([*KNOWN, "stranger"]),
        st.sampled_from(["a", "", "x" * 50, "1e999", "NaN", "-", "2026-13-45", "٣", ("a",), ()])
        | st.text(max_size=5),
    ),
)  # fmt: skip
def test_no_answer_and_no_misfit_makes_a_condition_raise(text, answers):
    assert compiled(parse(text), KNOWN)(answers) in (True, False)


@pytest.mark.parametrize("text", ["stranger = 1", "why = a", "way < 3", "days = many", "who = a"])
def test_what_does_not_fit_is_false(text):
    everything = {"way": "a", "why": "a", "days": "1", "who": ("a",), "stranger": "1"}
    assert not compiled(parse(text), KNOWN)(everything)


def test_a_condition_is_part_of_a_question_as_a_value():
    one = Question("q", "yes_no", Role.CIRCUMSTANCE, KNOWN["late"].texts, only_if=parse("a = 1"))
    assert hash(one.only_if) == hash(parse("a  =  1"))
